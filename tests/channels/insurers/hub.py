"""A hub two insurers exchange files with, and the files they write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.exchange.access import caller_of_sender
from registry.exchange.codecs.xml import serialize
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.operations.incoming.describe_files import describe_files
from registry.exchange.operations.register import register_organisation
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, Reply, advance, receive
from registry.exchange.tables import OutgoingPacket, Packet
from registry.insured.kinds.insured_change import InsuredChange
from registry.insured.loading import load_people
from server.demo.packets import ChangesFile, changes_file
from tests.channels.invented import Someone, write_people

ZONE = ZoneInfo("Europe/Samara")
NOW = datetime(2026, 10, 20, 12, tzinfo=ZONE)
MONTH = date(2026, 10, 1)
PEOPLE = {
    name: Someone(700 + place, {"insurer": insurer, "clinic": "630001"})
    for place, (name, insurer) in enumerate(
        (("anna", "63001"), ("boris", "63001"), ("vera", "63002"), ("gleb", "63002"))
    )
}


@dataclass
class InsurersHub:
    """Sessions, the context, a folder for files; the clock stands until it is moved."""

    sessions: sessionmaker[Session]
    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def __post_init__(self) -> None:
        self.context = HubContext(catalog=collect(), clock=self.clock, fund_code="63", timezone=ZONE)
        with self.sessions.begin() as session:
            register_organisation(session, kind="fund", name="Фонд", codes={"tf": "63"})
            for code in ("63001", "63002"):
                register_organisation(session, kind="insurer", name=f"СМО {code}", codes={"smocod": code})
            register_organisation(session, kind="clinic", name="Поликлиника", codes={"mcod": "630001"})
            describe_files(session, self.context.catalog)
            set_option(session, "insurer_files_lag", 0, NOW)
            path = self.folder / "people.csv"
            write_people(path, PEOPLE.values())
            self.clock.moment = NOW - timedelta(days=30)
            load_people(session, path, secret=self.context.key_secret(session), clock=self.clock)
            self.clock.moment = NOW

    def file(self, number: int, *records: InsuredChange, insurer: str = "63001", month: date = MONTH) -> Any:
        """The name and the bytes of a file of changes."""
        file = ChangesFile(insurer, "001", month, number)
        return file.name, serialize(changes_file(self.context.catalog, file, records), "windows-1251")

    def send(self, named: tuple[str, bytes], sender: str = "63001") -> Reply:
        """Send a file and let the worker finish it."""
        name, body = named
        path = self.folder / "in.tmp"
        path.write_bytes(body)
        with self.sessions.begin() as session:
            caller = caller_of_sender(session, sender)
            incoming = Incoming("file", "files", path=path, file_name=name, caller=caller)
            reply = receive(session, incoming, self.context)
        if reply.packet_id is not None:
            self.work(reply.packet_id)
        return reply

    def work(self, packet_id: int) -> None:
        """What the worker does with a packet."""
        with self.sessions.begin() as session:
            while advance(session, packet_id, self.context):
                pass

    def answer(self, packet_id: int | None) -> etree._Element:
        """The answer of a packet."""
        with self.sessions() as session:
            return etree.fromstring(stored_bytes(session, packet_id or 0, ANSWER))

    def answer_name(self, packet_id: int | None) -> str:
        """What the answer is called."""
        with self.sessions() as session:
            return session.get_one(Packet, packet_id).answer_name

    def status(self, packet_id: int | None) -> str:
        """Where a packet is."""
        with self.sessions() as session:
            return session.get_one(Packet, packet_id).status

    def outgoing(self) -> dict[str, etree._Element]:
        """What was sent to anybody, by file name."""
        with self.sessions() as session:
            rows = session.scalars(select(Packet).join(OutgoingPacket, OutgoingPacket.id == Packet.id)).all()
            return {row.file_name: etree.fromstring(stored_bytes(session, row.id, "raw")) for row in rows}


def statement(who: Someone, number: str, action: str, **told: Any) -> InsuredChange:
    """What an insurer says of somebody."""
    values = {**who.block, "number": number, "action": action, "changed_on": NOW.date(), "operator": "Котова", **told}
    return InsuredChange(**{name: value for name, value in values.items() if value is not None})


def newcomer(place: int, number: str) -> InsuredChange:
    """A stranger with a certificate."""
    told: dict[str, Any] = {
        "enp": None,
        "policy_type": "В",
        "policy_number": f"{100_000_000 + place}",
        "policy_from": date(2026, 10, 19),
        "policy_to": date(2026, 12, 1),
        "applied_on": date(2026, 10, 19),
        "application_method": 1,
        "choice_reason": 1,
    }
    return statement(Someone(900 + place, {"unknown": True}), number, "1", **told)


def codes(answer: etree._Element) -> Sequence[str]:
    """CODE_ERP of every REP."""
    return [one.findtext("CODE_ERP") or "" for one in answer.findall("REP")]
