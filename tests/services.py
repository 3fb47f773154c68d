"""Finds or starts what the tests talk to, runs the command given, and says last what had to be left out.

    python tests/services.py COMMAND [ARGUMENT…]

PostgreSQL, RabbitMQ, Chromium and Node.js are taken as they run or lie installed; HUB_TEST_POSTGRES, HUB_TEST_BROKER
and HUB_TEST_CHROMIUM point elsewhere. A server that is installed and not running is started in a temporary folder and
stopped afterwards. As root on Debian what is missing is installed. With CI=true nothing may be left out.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika
import psycopg2

ROOT = Path(__file__).parents[1]
NODE_CLIENT = ROOT / "tests" / "contract" / "node"
POSTGRES = "postgresql://postgres@127.0.0.1:5432/"
BROKER = "amqp://guest:guest@127.0.0.1:5672/"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 90.0
Environment = dict[str, str]


class MissingService(Exception):
    """What cannot be had on this machine, and why."""


def main(command: list[str]) -> int:
    """Exit status of the command; 1 when CI=true and something could not be had."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    left_out = []
    with ExitStack() as stack:
        for name, prepare in SERVICES.items():
            try:
                os.environ.update(prepare(stack))
            except MissingService as reason:
                left_out.append(f"{name}: {reason}")
        strict = os.environ.get("CI", "").lower() == "true"
        status = 1 if strict and left_out else subprocess.run(command, cwd=ROOT, check=False).returncode
    if left_out:
        print("\nNothing was tested: with CI=true all of this must be there." if strict else "\nLeft out of this run:")
        for line in left_out:
            print(f"  {line}")
    return status


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def postgres(stack: ExitStack) -> Environment:
    """A PostgreSQL where databases may be made: the one given, the one running here, or a private one."""
    url = os.environ.get("HUB_TEST_POSTGRES") or POSTGRES
    if may_make_databases(url):
        return {"HUB_TEST_POSTGRES": url}
    if "HUB_TEST_POSTGRES" in os.environ:
        raise MissingService("HUB_TEST_POSTGRES does not answer or may not make databases")
    programs = postgres_programs()
    if programs is None:
        install("postgresql")
        programs = postgres_programs()
    if programs is None:
        raise MissingService("no server on 127.0.0.1:5432 and none installed")
    return {"HUB_TEST_POSTGRES": start_postgres(programs, stack)}


def may_make_databases(url: str) -> bool:
    """Whether one can connect there and has the right to make databases."""
    try:
        connection = psycopg2.connect(f"{url}postgres", connect_timeout=3)
    except psycopg2.Error:
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    connection.close()
    return bool(row and row[0])


def postgres_programs() -> Path | None:
    """The folder of the newest installed server."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not folders and (found := shutil.which("initdb")):
        folders = [Path(found).resolve().parent]
    return max(folders, key=lambda folder: (len(folder.parent.name), folder.parent.name), default=None)


def start_postgres(programs: Path, stack: ExitStack) -> str:
    """A server of our own on a free port, in a temporary folder, not guarded against a power cut."""
    folder = temporary_folder(stack)
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        owner = {"user": "postgres", "group": "postgres", "extra_groups": []}
    data, port = folder / "data", free_port()
    make: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    made = subprocess.run(make, cwd=folder, capture_output=True, text=True, check=False, **owner)
    if made.returncode:
        raise MissingService(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 200}
    options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
    server = start(command, folder, stack, stop=signal.SIGINT, **owner)
    url = f"postgresql://postgres@127.0.0.1:{port}/"
    wait_until(lambda: may_make_databases(url), server, folder)
    return url


# --- RabbitMQ ---------------------------------------------------------------------------------------------------------


def broker(stack: ExitStack) -> Environment:
    """A RabbitMQ that lets us in: the one given, the one running here, or a private one."""
    url = os.environ.get("HUB_TEST_BROKER") or BROKER
    if lets_in(url):
        return {"HUB_TEST_BROKER": url}
    if "HUB_TEST_BROKER" in os.environ:
        raise MissingService("HUB_TEST_BROKER does not answer or does not let in")
    program = broker_program()
    if program is None:
        install("rabbitmq-server")
        program = broker_program()
    if program is None:
        raise MissingService("no broker on 127.0.0.1:5672 and none installed")
    return {"HUB_TEST_BROKER": start_broker(program, stack)}


def lets_in(url: str) -> bool:
    """Whether a connection with these credentials opens."""
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.blocked_connection_timeout = 5
    try:
        with socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 5672), timeout=3):
            pass
        pika.BlockingConnection(parameters).close()
    except (OSError, pika.exceptions.AMQPError):
        return False
    return True


def broker_program() -> Path | None:
    """The server itself: the script that Debian puts on PATH would change to another user and forget our settings."""
    found = shutil.which(
        "rabbitmq-server", path=f"/usr/lib/rabbitmq/bin{os.pathsep}{os.environ['PATH']}{os.pathsep}/usr/sbin"
    )
    return Path(found) if found else None


def start_broker(program: Path, stack: ExitStack) -> str:
    """A broker of our own on a free port, everything it writes in a temporary folder."""
    folder, port = temporary_folder(stack), free_port()
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.tests = 127.0.0.1:{port}\n")
    (folder / "environment").touch()
    settings = {
        "HOME": folder,  # for the cookie
        "RABBITMQ_NODENAME": f"hub-tests-{os.getpid()}@localhost",
        "RABBITMQ_DIST_PORT": free_port(),
        "RABBITMQ_MNESIA_BASE": folder / "mnesia",
        "RABBITMQ_LOG_BASE": folder / "log",
        "RABBITMQ_CONF_ENV_FILE": folder / "environment",  # the three files of this machine in /etc are not ours
        "RABBITMQ_CONFIG_FILE": folder / "rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": folder / "advanced.config",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "enabled_plugins",
        "RABBITMQ_PID_FILE": folder / "pid",
    }
    environ = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    server = start([program], folder, stack, stop=signal.SIGTERM, env=environ)
    url = f"amqp://guest:guest@127.0.0.1:{port}/"
    wait_until(lambda: lets_in(url), server, folder)
    return url


# --- Chromium and Node.js ---------------------------------------------------------------------------------------------


def chromium(_stack: ExitStack) -> Environment:
    """The path of a Chromium that Playwright can drive."""
    given = os.environ.get("HUB_TEST_CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise MissingService("HUB_TEST_CHROMIUM is no program")
        return {"HUB_TEST_CHROMIUM": given}
    if not on_path(*CHROMIUM_NAMES):
        install("chromium", "fonts-dejavu-core")
    found = on_path(*CHROMIUM_NAMES)
    if not found:
        raise MissingService("no chromium on PATH")
    return {"HUB_TEST_CHROMIUM": found}


def node(_stack: ExitStack) -> Environment:
    """Node.js with the locked SOAP client beside the contract tests."""
    if not (on_path("node") and on_path("npm")):
        install("nodejs", "npm")
    if not (on_path("node") and on_path("npm")):
        raise MissingService("no node and npm on PATH")
    lock, stamp = NODE_CLIENT / "package-lock.json", NODE_CLIENT / "node_modules" / ".installed"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=NODE_CLIENT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingService(f"npm ci failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        stamp.touch()
    return {}


# --- ГОСТ in openssl --------------------------------------------------------------------------------------------------


def gost(_stack: ExitStack) -> Environment:
    """An openssl that knows the ГОСТ algorithms, for signatures of senders."""
    if not knows_gost():
        install("openssl", "libengine-gost-openssl")
    if not knows_gost():
        raise MissingService("openssl has no engine gost")
    return {}


def knows_gost() -> bool:
    """Whether openssl of this machine loads the engine."""
    if not on_path("openssl"):
        return False
    return subprocess.run(["openssl", "engine", "gost"], capture_output=True, check=False).returncode == 0


# --- the ground they stand on -----------------------------------------------------------------------------------------


def install(*packages: str) -> None:
    """Installs Debian packages when that may be done here; otherwise leaves things as they are."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return
    print(f"Installing {' '.join(packages)}", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    for command in ([*apt, "update"], [*apt, "install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise MissingService(f"apt-get failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")


def on_path(*names: str) -> str | None:
    """The first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def temporary_folder(stack: ExitStack) -> Path:
    """A folder that is removed at the end."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-tests-", ignore_cleanup_errors=True)))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    command: list[Any], folder: Path, stack: ExitStack, *, stop: signal.Signals, **how: Any
) -> subprocess.Popen[bytes]:
    """Starts a server in a process group of its own and has it stopped at the end."""
    log = stack.enter_context((folder / "output.log").open("wb"))
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **how
    )

    def end() -> None:
        process.send_signal(stop)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    stack.callback(end)
    return process


def wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], folder: Path) -> None:
    """Returns when the server answers; gives its last words when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            words = (folder / "output.log").read_text(errors="replace").strip().splitlines()
            raise MissingService(f"was started and does not answer: {words[-1:]}")
        time.sleep(0.3)


SERVICES: dict[str, Callable[[ExitStack], Environment]] = {
    "PostgreSQL": postgres,
    "RabbitMQ": broker,
    "Chromium": chromium,
    "Node.js": node,
    "ГОСТ engine of openssl": gost,
}

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
