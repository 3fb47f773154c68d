"""A hub with the departments and a few people, and files in their names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.fields import Record
from registry.exchange.access import caller_of_sender
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_organisation
from registry.exchange.pipeline import Incoming, Reply, advance, receive
from registry.exchange.tables import Packet
from registry.insured.agencies.words import TITLES
from registry.insured.loading import load_people
from registry.insured.tables import Attachment, Insurance, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.engine import create_hub_engine, session_factory
from server.demo.packets import csv_file, packaged_layout
from tests.channels.carriers import Outcome, Place
from tests.channels.golden_hub import LEARNT, NOW, ZONE, register_participants
from tests.channels.invented import Someone, write_people

TODAY = date(2026, 11, 20)
TOLD: dict[str, dict[str, Any]] = {
    "anna": {"sex": 2},
    "boris": {"sex": 1},
    "vera": {"sex": 2},
    "gleb": {"sex": 1, "attached_on": "2026-10-01"},
    "daria": {"sex": 2, "died_on": "2026-09-09"},
}
USUAL: dict[str, Any] = {"clinic": "630001", "document_issued_on": "2010-05-05"}
PEOPLE = {name: Someone(70_001 + place, {**USUAL, **told}) for place, (name, told) in enumerate(TOLD.items())}


@dataclass(frozen=True)
class AgenciesHub:
    """One open transaction over prepared people; nothing of it stays."""

    session: Session
    context: HubContext
    folder: Path

    def send(self, name: str, layout: str, records: Sequence[Record], sender: str) -> Sent:
        """Hand in a list of these records."""
        body = csv_file(packaged_layout(self.context.catalog, layout), records)
        return self.send_bytes(name, body, sender)

    def send_bytes(self, name: str, body: bytes, sender: str) -> Sent:
        """Hand in a file and work it off."""
        path = self.folder / name
        path.write_bytes(body)
        caller = caller_of_sender(self.session, sender)
        assert caller is not None
        incoming = Incoming("file", "files", path=path, caller=caller, file_name=name)
        reply = receive(self.session, incoming, self.context)
        if reply.packet_id is None:
            return Sent(reply, [], [], "")
        while advance(self.session, reply.packet_id, self.context):
            pass
        outcomes = Place(self.session, self.context, self.folder).outcomes(reply.packet_id)
        text = stored_bytes(self.session, reply.packet_id, ANSWER).decode("cp1251")
        packet = self.session.get_one(Packet, reply.packet_id)
        return Sent(reply, outcomes, list(csv.reader(io.StringIO(text), delimiter=";")), packet.answer_name)

    def person(self, name: str) -> Person:
        """The person as the registry holds it now."""
        number = str(PEOPLE[name].number)
        return self.session.scalars(
            select(Person).where(Person.bdz_id == number).execution_options(populate_existing=True)
        ).one()

    def insurance(self, name: str) -> list[tuple[date, date | None, str]]:
        """Periods and reasons of insurance known now."""
        return self._periods(Insurance, name)

    def attachments(self, name: str) -> list[tuple[date, date | None, Any]]:
        """Periods and reasons of attachments known now."""
        return self._periods(Attachment, name)

    def _periods(self, table: Any, name: str) -> list[tuple[date, date | None, Any]]:
        query = (
            select(table.valid_from, table.valid_to, table.end_reason)
            .where(table.person_id == self.person(name).id, table.retracted_at == OPEN_MOMENT)
            .order_by(table.valid_from)
        )
        rows = self.session.execute(query)
        return [(since, None if until == OPEN_DATE else until, reason) for since, until, reason in rows]


@dataclass(frozen=True)
class Sent:
    """What became of a file: outcomes in canonical words and the lines of the protocol."""

    reply: Reply
    outcomes: list[Outcome]
    protocol: list[list[str]]
    answer_name: str

    @property
    def results(self) -> list[str]:
        """The second column of the protocol: 1 taken, 2 refused, 3 waits."""
        return [line[1] for line in self.protocol]

    @property
    def codes(self) -> list[str]:
        """The codes of every line."""
        return [line[3] for line in self.protocol]


def prepare(url: str, folder: Path) -> None:
    """Register who takes part and load the people."""
    engine = create_hub_engine(url)
    context = HubContext(catalog=collect(), clock=FixedClock(LEARNT), fund_code="63", timezone=ZONE)
    with session_factory(engine).begin() as session:
        register_participants(session, context)
        for code, title in TITLES.items():
            register_organisation(session, kind="agency", name=title, codes={"agency": code})
        path = folder / "people.csv"
        write_people(path, PEOPLE.values())
        report = load_people(session, path, secret=context.key_secret(session), clock=context.clock)
        assert not report.problems
    engine.dispose()


@contextmanager
def agencies_hub(url: str, folder: Path) -> Iterator[AgenciesHub]:
    """A transaction over the prepared database that is taken back."""
    engine = create_hub_engine(url)
    context = HubContext(catalog=collect(), clock=FixedClock(NOW), fund_code="63", timezone=ZONE)
    with session_factory(engine)() as session:
        yield AgenciesHub(session, context, folder)
        session.rollback()
    engine.dispose()
