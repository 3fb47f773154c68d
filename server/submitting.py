"""Files handed in at the command line: the same intake as an upload, waited for."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.outcomes import PacketStatus
from registry.exchange.access import Caller, caller_of_sender, fund_caller
from registry.exchange.operations.outgoing.follow_outgoing import deliver
from registry.exchange.pipeline import Incoming, advance, receive
from registry.exchange.queries.outgoing import files_beside
from registry.exchange.queries.packets import ANSWER, RAW, content_pieces, finding_page, packet
from registry.exchange.queries.upkeep.jobs import job_of_packet
from registry.exchange.tables import JournalEntry
from server.bootstrap import Hub
from server.worker.loop import WorkLoop

PATIENCE = 0.3
ANSWERS, BY_COMMAND = "ответы", "командная строка"
FINDINGS = 1_000
EXCHANGE_NAME = re.compile(r"\d{2,6}_\d{8}_\d+\.dbf", re.IGNORECASE)
OPEN = (PacketStatus.RECEIVED, PacketStatus.IN_WORK)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    file: str
    packet: int | None
    status: str
    records: int = 0
    accepted: int = 0
    rejected: int = 0
    text: str = ""
    answer: str = ""
    repeated: bool = False
    findings: tuple[dict[str, object], ...] = ()

    @property
    def refused(self) -> bool:
        """True when anything of the file was not taken."""
        return self.status not in {PacketStatus.ACCEPTED, PacketStatus.ACCEPTED_WITH_WARNINGS, PacketStatus.REPEATED}


def sender(session: Session, code: str | None) -> Caller:
    """The organisation with this code, or the fund itself without one."""
    caller = caller_of_sender(session, code) if code else fund_caller(session)
    if caller is None:
        ways = "Кто зарегистрирован, видно на странице «Организации»; завести: hub account organisation"
        raise Permanent("SENDER_UNKNOWN", f"Отправитель с кодом {code or 'фонда'} не зарегистрирован. {ways}")
    return caller


def submit(hub: Hub, path: Path, code: str | None, *, name: str = "") -> Outcome:
    """Take one file in, have it worked off, and tell what became of it; earlier files of the sender go first."""
    with hub.sessions.begin() as session:
        incoming = _incoming(path, sender(session, code), name)
        reply = receive(session, incoming, hub.context)
        if reply.refusal is not None or reply.packet_id is None:
            text = reply.refusal.text if reply.refusal is not None else ""
            return Outcome(incoming.file_name, None, reply.status.value, text=text)
        packet_id = reply.packet_id
        repeated = reply.journal_id != packet_id
    _wait(hub, packet_id)
    with hub.sessions() as session:
        return replace(_outcome(session, packet_id, incoming.file_name), repeated=repeated)


def identification_name(path: Path, code: str, now: datetime) -> str:
    """The name a request of identification goes by: its own when it is a name of the exchange, else one made for it."""
    if EXCHANGE_NAME.fullmatch(path.name):
        return path.name
    return f"{code}_{now:%d%m%Y}_{now:%H%M%S%f}.dbf"


def write_answer(hub: Hub, packet_id: int, target: Path, asked: Path | None = None) -> Path | None:
    """Write the answer of a packet to a file, or under its own name into a folder; ``None`` when it has none.

    An answer may bear the name of its question: beside the file ``asked`` it goes into a folder of answers.
    """
    with hub.sessions() as session:
        found = packet(session, packet_id)
        if found is None or found.finished_at is None or not found.answer_name:
            return None
        path = target / Path(found.answer_name).name if target.is_dir() else target
        if asked is not None and path.exists() and path.samefile(asked):
            path = path.parent / ANSWERS / path.name
            path.parent.mkdir(exist_ok=True)
        with path.open("wb") as stream:
            stream.writelines(content_pieces(session, packet_id, ANSWER))
    return path


def write_beside(hub: Hub, packet_id: int, folder: Path) -> list[Path]:
    """Write the files that go with an answer into a folder; their receiver has them then."""
    written = []
    with hub.sessions.begin() as session:
        for one in files_beside(session, packet_id, lock=True):
            path = folder / Path(one.name).name
            with path.open("wb") as stream:
                stream.writelines(content_pieces(session, one.id, RAW))
            deliver(session, one, BY_COMMAND, hub.context.clock.now())
            written.append(path)
    return written


def check(hub: Hub, path: Path, code: str | None) -> Outcome:
    """Judge a file as intake would, in a transaction that is taken back: nothing of it stays."""
    with hub.sessions() as session:
        incoming = _incoming(path, sender(session, code), "")
        reply = receive(session, incoming, hub.context)
        if reply.refusal is not None or reply.packet_id is None:
            text = reply.refusal.text if reply.refusal is not None else ""
            return Outcome(incoming.file_name, None, reply.status.value, text=text)
        while advance(session, reply.packet_id, hub.context):
            pass
        outcome = _outcome(session, reply.packet_id, incoming.file_name)
        session.rollback()
    return outcome


def _incoming(path: Path, caller: Caller, name: str) -> Incoming:
    return Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=name or path.name)


def _wait(hub: Hub, packet_id: int) -> None:
    """Wait for the packet; work off its sender's lane ourselves when no worker does."""
    stop = threading.Event()
    with hub.sessions() as session:
        job = job_of_packet(session, packet_id)
        lane = job.lane if job is not None else ""
    loop = WorkLoop(hub, lane=lane)
    while not stop.is_set():
        if not loop.work(stop):
            time.sleep(PATIENCE)
        with hub.sessions() as session:
            found = packet(session, packet_id)
            if found is None or found.status not in OPEN:
                return


def _outcome(session: Session, packet_id: int, name: str) -> Outcome:
    line = session.get_one(JournalEntry, packet_id)
    findings = tuple(
        {"record": row.position, "code": row.code, "level": row.level, "field": row.field, "text": row.text}
        for row in finding_page(session, packet_id, limit=FINDINGS)
    )
    found = packet(session, packet_id)
    return Outcome(
        name,
        packet_id,
        line.status,
        line.records,
        line.accepted,
        line.rejected,
        line.text,
        found.answer_name if found is not None else "",
        findings=findings,
    )
