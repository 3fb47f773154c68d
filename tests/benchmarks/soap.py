"""The SOAP channel under gunicorn on PostgreSQL against a floor made by hand, and against a spyne service.

    hub bench soap            100 000 people
    hub bench soap people=1000000
    hub bench soap calls=100000     and the memory of the hub over so many calls; turns=0 leaves the rest out
    hub bench soap kept=soap_1m people=1000000     load once into this database, then work on a copy of it each time

The sites are measured in turn, several turns each; what is told are medians of requests a second and their ratios, then
the times of hub and floor with 100 connections at half the greatest rate of the hub.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import psycopg2
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.clock import SystemClock
from registry.exchange.operations.register import register_account, register_organisation
from registry.exchange.options import set_option
from registry.insured.generator.population import write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.insured.tables import Person, PersonVersion
from registry.store.engine import create_hub_engine, session_factory
from registry.store.migration import upgrade_database
from tests.benchmarks._http_driver import Turn, send_all, send_paced
from tests.benchmarks._soap_bodies import CLINIC, LOGIN, PASSWORD, Known, attachment_request, state_request

ROOT = Path(__file__).parents[2]
SERVER = os.environ.get("HUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/")
SITES = ("hub", "floor", "peer")
CONNECTIONS = 100
TOLD_AT = frozenset((1_000, 5_000, *range(10_000, 1_000_001, 10_000)))
CALLS_AT_ONCE, PACKETS_AMONG_THEM = 500, 20
WORKERS, THREADS, CALLERS = 2, 4, 8
MOST_SECONDS = 60.0
START_SECONDS = 30.0
ATTACHED_ON = date(2026, 11, 1)
GROWING = ("journal", "packet", "packet_key", "content", "record", "change", "attachment")

Maker = Callable[[str, Iterator[Known]], bytes]
WORKLOADS: dict[str, tuple[Maker, bytes, int]] = {
    "GetMedInsState2 by ENP": (lambda address, people: state_request(address, next(people)), b"Ack>AA<", 400),
    "MakeAttachAction, 1 record": (
        lambda address, people: attachment_request(address, list(islice(people, 1)), ATTACHED_ON),
        b"responcecode>2000<",
        300,
    ),
    "MakeAttachAction, 50 records": (
        lambda address, people: attachment_request(address, list(islice(people, 50)), ATTACHED_ON),
        b"responcecode>2000<",
        30,
    ),
}


def run(**options: Any) -> dict[str, Any]:
    """Figures of every workload: medians of requests a second of hub and floor, their ratio, and the slow tail."""
    people, turns = int(options.get("people", 100_000)), int(options.get("turns", 5))
    share = float(options.get("share", 1.0))
    with scratch_database(str(options.get("kept", "")), people, int(options.get("seed", 1))) as url:
        known = some_people(url, people)
        figures = compare(url, known, turns, share) if turns else {}
        memory = over_many_calls(url, known, int(options.get("calls", 0)))
    return {
        "name": "soap",
        "people": people,
        "turns": turns,
        "gunicorn": {"workers": WORKERS, "threads": THREADS},
        "callers": CALLERS,
        "workloads": figures,
        "memory_mb": memory,
    }


def compare(url: str, people: Iterator[Known], turns: int, share: float) -> dict[str, dict[str, Any]]:
    """Figures of all sites for every workload, and the times of hub and floor at half the rate of the hub."""
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(site(name, url)) for name in SITES}
        figures = {
            name: measure(addresses, people, workload, turns=turns, share=share, warmed=partial(look_at_growing, url))
            for name, workload in WORKLOADS.items()
        }
        for name, figure in figures.items():
            figure["at_half"] = paced(addresses, people, WORKLOADS[name], figure["hub"]["per_second"] / 2)
    return figures


def measure(
    addresses: Mapping[str, str],
    people: Iterator[Known],
    workload: tuple[Maker, bytes, int],
    *,
    turns: int,
    share: float,
    warmed: Callable[[], None],
) -> dict[str, Any]:
    """Turns of the sites one after the other, so that what else the machine does meets all.

    The first turn warms up; ``warmed`` is called after it.
    """
    make, expected, count = workload
    done: dict[str, list[Turn]] = {name: [] for name in addresses}
    for number in range(turns + 1):
        for name, address in addresses.items():
            requests = [make(address, people) for _ in range(max(CALLERS, int(count * share)))]
            turn = send_all(address, requests, threads=CALLERS, expected=expected, most_seconds=MOST_SECONDS)
            if number:
                done[name].append(turn)
        if not number:
            warmed()
    told: dict[str, Any] = {name: summary(turns_of) for name, turns_of in done.items()}
    told["ratio"] = round(told["hub"]["per_second"] / told["floor"]["per_second"], 3)
    told["ratio_to_peer"] = round(told["hub"]["per_second"] / told["peer"]["per_second"], 3)
    return told


def look_at_growing(url: str) -> None:
    """Tell the planner, as autovacuum does within a minute, that the tables of packets are empty no longer.

    A connection keeps the plans it made. Those it made for tables that were empty, foreign keys among them, read the
    whole table for every row that is written, and longer with each packet.
    """
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(GROWING)}")


def paced(
    addresses: Mapping[str, str], people: Iterator[Known], workload: tuple[Maker, bytes, int], per_second: float
) -> dict[str, Any]:
    """Times of hub and floor at one rate over many connections."""
    make, expected, count = workload
    told: dict[str, Any] = {"per_second": round(per_second, 1), "connections": CONNECTIONS}
    for name in ("hub", "floor"):
        requests = [make(addresses[name], people) for _ in range(max(CONNECTIONS, count))]
        turn = send_paced(
            addresses[name],
            requests,
            connections=CONNECTIONS,
            per_second=per_second,
            expected=expected,
            most_seconds=MOST_SECONDS,
        )
        told[name] = {"p50_ms": round(turn.percentile(0.5), 1), "p95_ms": round(turn.percentile(0.95), 1)}
    return told


def over_many_calls(url: str, people: Iterator[Known], calls: int) -> dict[int, list[float]]:
    """Memory of the hub's processes, in MB, after so many calls: questions and some packets of one record."""
    told: dict[int, list[float]] = {}
    if not calls:
        return told
    shares = {
        "GetMedInsState2 by ENP": CALLS_AT_ONCE - PACKETS_AMONG_THEM,
        "MakeAttachAction, 1 record": PACKETS_AMONG_THEM,
    }
    with site("hub", url) as address:
        for done in range(CALLS_AT_ONCE, calls + 1, CALLS_AT_ONCE):
            for name, count in shares.items():
                make, expected, _ = WORKLOADS[name]
                requests = [make(address, people) for _ in range(count)]
                send_all(address, requests, threads=CALLERS, expected=expected, most_seconds=MOST_SECONDS * 5)
            if done in TOLD_AT or done + CALLS_AT_ONCE > calls:
                told[done] = _resident("hub_site", url)
                print(f"{done} calls: {told[done]} MB", file=sys.stderr, flush=True)
    return told


def _resident(name: str, url: str) -> list[float]:
    """Resident memory of the processes of one site on one database, in MB."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = name in (process / "cmdline").read_text() and url in (process / "environ").read_text()
            pages = int((process / "statm").read_text().split()[1])
        except (OSError, ValueError):
            continue
        if ours:
            found.append(round(pages * os.sysconf("SC_PAGE_SIZE") / 1024**2, 1))
    return sorted(found)


def summary(turns: Sequence[Turn]) -> dict[str, Any]:
    """Medians over the turns of one site."""
    return {
        "per_second": round(median(turn.per_second for turn in turns), 1),
        "p50_ms": round(median(turn.percentile(0.5) for turn in turns), 2),
        "p95_ms": round(median(turn.percentile(0.95) for turn in turns), 2),
        "failures": sum(turn.failures for turn in turns),
    }


@contextmanager
def scratch_database(kept: str, people: int, seed: int) -> Iterator[str]:
    """A PostgreSQL database with the generated people that lives as long as the block.

    With the name of one to be ``kept`` it is a copy of that, which is loaded when it is not there yet.
    """
    name = f"hub_bench_{uuid.uuid4().hex[:12]}"
    if kept and not is_there(kept):
        run_on_server(f"CREATE DATABASE {kept}")
        prepare(f"{SERVER}{kept}", people, seed)
    run_on_server(f"CREATE DATABASE {name}" + (f" TEMPLATE {kept}" if kept else ""))
    try:
        if not kept:
            prepare(f"{SERVER}{name}", people, seed)
        yield f"{SERVER}{name}"
    finally:
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def is_there(name: str) -> bool:
    """True when the server has a database of this name."""
    with closing(psycopg2.connect(f"{SERVER}postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        return cursor.fetchone() is not None


def run_on_server(statement: str) -> None:
    """Runs what may not stand in a transaction."""
    with closing(psycopg2.connect(f"{SERVER}postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def prepare(url: str, people: int, seed: int) -> None:
    """Tables, one clinic with its login and no limit of calls, and the generated people."""
    upgrade_database(url)
    engine = create_hub_engine(url)
    clock = SystemClock("Europe/Samara")
    with tempfile.TemporaryDirectory() as folder, session_factory(engine).begin() as session:
        path = Path(folder) / "people.csv"
        write_people_csv(path, people, seed)
        register(session, clock)
        load_people(session, path, secret=ensure_key_secret(session), clock=clock)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def register(session: Session, clock: SystemClock) -> None:
    """The fund, the clinic that calls, and settings that let it call as often as it can."""
    register_organisation(session, kind="fund", name="Фонд", codes={"tf": "63"})
    clinic = register_organisation(
        session, kind="clinic", name="Поликлиника", codes={"mcod": CLINIC, "dcexchange": LOGIN}
    )
    register_account(
        session,
        login=LOGIN,
        password=PASSWORD,
        organisation_id=clinic.id,
        role="service",
        title="Программа поликлиники",
        clock=clock,
    )
    for name in ("identification_rate", "dcx_rate"):
        set_option(session, name, 0, clock.now())


def some_people(url: str, people: int) -> Iterator[Known]:
    """Living people with an ЕНП in an order of their own, each told once, from the first again when they run out."""
    engine = create_hub_engine(url)
    wanted = (
        select(
            PersonVersion.surname,
            PersonVersion.first_name,
            PersonVersion.patronymic,
            PersonVersion.birth_date,
            PersonVersion.sex,
            Person.enp,
        )
        .join(Person, Person.id == PersonVersion.person_id)
        .where(Person.enp != "", Person.status == 1, PersonVersion.valid_to == date(9999, 12, 31))
        .order_by(Person.id.op("%")(997), Person.id)
        .limit(min(people, 200_000))
    )
    with engine.connect() as connection:
        known = [Known(*row) for row in connection.execute(wanted)]
    engine.dispose()
    while True:
        yield from known


@contextmanager
def site(name: str, url: str) -> Iterator[str]:
    """The address of a site under gunicorn, with the same settings for all of them."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:server.under_gunicorn", "--no-control-socket"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "error", "--bind", f"127.0.0.1:{port}"),
        f"tests.benchmarks._soap_sites:{name}_site()",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "HUB_BENCH_DATABASE": url})
    try:
        _wait_until_open(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)  # gunicorn gives its workers half a minute


def _wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The site did not start.")
