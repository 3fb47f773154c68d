"""A file of identification requests through the whole pipeline of a hub: received, matched, stored, answered."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.exchange.access import fund_caller
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.pipeline import Incoming, advance, receive
from server.bootstrap import Hub, build_hub, prepare_database
from server.settings import Settings


@contextmanager
def hub_on(url: str, folder: Path) -> Iterator[Hub]:
    """A hub over a database that has its people already."""
    settings = Settings.from_environment(
        {"HUB_DATABASE_URL": url, "HUB_DATA_DIR": str(folder), "HUB_SECRET_KEY": "b" * 40}
    )
    prepare_database(settings)
    hub = build_hub(settings)
    try:
        yield hub
    finally:
        hub.close()


def busy_seconds(database: str) -> float:
    """Processor seconds of this process and of the backends of a database so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    busy = time.process_time()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if command.startswith(b"postgres:") and database.encode() in command:
                fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
                busy += (int(fields[11]) + int(fields[12])) / ticks
        except OSError:  # the process has ended meanwhile
            continue
    return busy


def answered_packet(hub: Hub, folder: Path, asked: bytes) -> tuple[float, bytes]:
    """Seconds from the file to its stored answer, and the answer."""
    number = time.time_ns() // 100_000_000 % 100_000_000  # no file of an earlier run over a kept database had it
    path = folder / f"63_05102026_{number}.dbf"
    path.write_bytes(asked)
    begun = time.perf_counter()
    with hub.sessions.begin() as session:
        incoming = Incoming(
            channel="file", dialect="files", path=path, caller=fund_caller(session), file_name=path.name
        )
        reply = receive(session, incoming, hub.context)
    if reply.packet_id is None:
        raise RuntimeError(reply.refusal.text if reply.refusal is not None else "refused")
    more = True
    while more:
        with hub.sessions.begin() as session:
            more = advance(session, reply.packet_id, hub.context)
    seconds = time.perf_counter() - begun
    with hub.sessions() as session:
        return seconds, stored_bytes(session, reply.packet_id, ANSWER)
