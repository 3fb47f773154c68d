import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.project import ROOT

NEEDED = ("legacy-cgi", "lxml", "pytz", "six", "spyne")
ECHO = """
import io
import soap
from spyne import Application, Service, Unicode, rpc
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

class Echo(Service):
    @rpc(Unicode, _returns=Unicode)
    def say(ctx, what):
        return what

BODY = b'<e:Envelope xmlns:e="%s"><e:Body><say xmlns="urn:x"><what>heard</what></say></e:Body></e:Envelope>'
NAMESPACES = {Soap11: b"http://schemas.xmlsoap.org/soap/envelope/", Soap12: b"http://www.w3.org/2003/05/soap-envelope"}
for protocol, namespace in NAMESPACES.items():
    body = BODY % namespace
    application = WsgiApplication(Application([Echo], "urn:x", in_protocol=protocol(), out_protocol=protocol()))
    call = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "x", "SERVER_PORT": "1",
            "CONTENT_TYPE": "text/xml", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http"}
    answer = b"".join(application(call, lambda *_: None))
    assert b"heard" in answer, answer
"""


def other_pythons() -> Iterator[Path]:
    """Interpreters of the other supported versions that work on this machine."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in (12, 13):
        kept = sorted(versions.glob(f"3.{minor}.*/bin/python"))
        for found in (shutil.which(f"python3.{minor}"), *kept):
            if (
                found
                and subprocess.run([found, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0
            ):
                yield Path(found)
                break


def locked(names: tuple[str, ...]) -> str:
    """The lines of the lock that pin these packages."""
    lock = (ROOT / "server" / "requirements.lock").read_text(encoding="utf-8")
    return "".join(
        entry for entry in re.split(r"^(?=\S)", lock, flags=re.MULTILINE) if entry.partition("==")[0] in names
    )


def answers(python: Path | str) -> None:
    """Fails unless a SOAP call is answered by spyne in a fresh process of this interpreter."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([python, "-c", ECHO], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_spyne_answers_on_this_python() -> None:
    answers(sys.executable)


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("CI", "").lower() != "true", reason="makes an environment: in CI only")
@pytest.mark.parametrize("python", list(other_pythons()) if os.environ.get("CI") else [], ids=str)
def test_spyne_answers_on_the_other_supported_pythons(python: Path, tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(locked(NEEDED), encoding="utf-8")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    inside = tmp_path / "venv" / "bin" / "python"
    install: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-deps",
        "--require-hashes",
        "-r",
        tmp_path / "lock",
    ]
    subprocess.run(install, check=True)
    answers(inside)
