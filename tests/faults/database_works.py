"""Work for a worker that is cut by a trouble of the database, and what it should have done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from registry.exchange.access import caller_of_sender
from registry.exchange.codecs.xml import serialize
from registry.exchange.operations.changes_of_people.mass_changes import (
    MassRequest,
    move_mass_change,
    start_mass_change,
)
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import RecordRow
from registry.insured.generator.population import generate_people
from registry.insured.kinds.insured_change import InsuredChange
from registry.insured.mass.tables import MassChange, MassChangeLine
from registry.insured.mass.workflow import MassEvent
from registry.insured.tables import Attachment, Contact, District, Person, PersonHistory
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.demo.packets import ChangesFile, changes_file
from tests.fixtures.requests import write_identification_request
from tests.fixtures.running import PEOPLE, Installation

CLINIC, INSURER, PHONE = "630001", "63001", "8 846 200-10-10"
ROWS, STATEMENTS = 3_000, 6


@dataclass(frozen=True)
class Work:
    """Something a worker shall do: whether it is over, what it has done, and what that should be."""

    over: Callable[[], bool]
    effects: Callable[[], Any]
    wanted: Any
    packet_id: int | None = None
    people: tuple[int, ...] = ()


def file_of_an_insurer(installation: Installation, folder: Path) -> Work:
    """An OPLIST with a telephone for each of some people."""
    hub = installation.hub
    known = [one for one in generate_people(PEOPLE, 1) if one.insurer_code == INSURER and one.policy_type == "П"]
    people = [one for one in known if not (one.died_on or one.insured_to)][:STATEMENTS]
    today = hub.context.clock.today()
    records = [
        InsuredChange(
            number=str(number),
            action="4",
            phone=PHONE,
            enp=one.enp,
            surname=one.surname,
            first_name=one.first_name,
            patronymic=one.patronymic or None,
            birth_date=date.fromisoformat(one.birth_date),
            sex=int(one.sex),
            changed_on=today,
            operator="Котова",
        )
        for number, one in enumerate(people, 1)
    ]
    file = ChangesFile(INSURER, "001", today.replace(day=1), 1)
    path = folder / file.name
    path.write_bytes(serialize(changes_file(hub.context.catalog, file, records), "windows-1251"))
    packet_id = hand_in(installation, path, INSURER)

    def effects() -> Any:
        with hub.sessions() as session:
            phones = select(Contact.person_id).where(
                Contact.retracted_at == OPEN_MOMENT, Contact.packet_id == packet_id
            )
            acts = select(PersonHistory.person_id).where(PersonHistory.packet_id == packet_id)
            return sorted(Counter(session.scalars(phones)).values()), sorted(Counter(session.scalars(acts)).values())

    with hub.sessions() as session:
        ids = tuple(session.scalars(select(Person.id).where(Person.enp.in_([one.enp for one in people]))))
    wanted = ([1] * STATEMENTS, [1] * STATEMENTS)
    return Work(lambda: finished(installation, packet_id), effects, wanted, packet_id, ids)


def batch_of_people(installation: Installation, folder: Path) -> Work:
    """A DBF of people to be found, in many portions."""
    path = folder / "630001_02032026_1.dbf"
    write_identification_request(path, generate_people(PEOPLE, 1), ROWS)
    packet_id = hand_in(installation, path, CLINIC)

    def effects() -> Any:
        with installation.hub.sessions() as session:
            positions = session.scalars(select(RecordRow.position).where(RecordRow.packet_id == packet_id))
            return sorted(positions)

    return Work(lambda: finished(installation, packet_id), effects, list(range(1, ROWS + 1)), packet_id)


def mass_change(installation: Installation, event: MassEvent) -> Work:
    """Everybody of a district to another one; ready to be run, or run and ready to be taken back."""
    hub = installation.hub
    with hub.sessions.begin() as session:
        full = attached(session)
        other = next(
            code
            for code in session.scalars(
                select(District.code).where(District.clinic_code == CLINIC).order_by(District.id)
            )
            if code not in {"", full[0]}
        )
        asked = {"clinic": CLINIC, "area_type": 1, "from_district": full[0], "section": {"district_code": other}}
        request = MassRequest(title="участок", since=hub.context.clock.today(), login="anna", asked=asked)
        number = start_mass_change(session, request, hub.context).id
    worker = installation.start("worker")
    installation.until(lambda: status_of(installation, number) == "seen")
    before = districts(installation)
    if event is MassEvent.UNDO:
        move(installation, number, MassEvent.RUN)
        installation.until(lambda: status_of(installation, number) == "done")
    installation.kill(worker)
    run = {other: before[full[0]] + before[other]}
    move(installation, number, event)
    over = "done" if event is MassEvent.RUN else "undone"
    wanted = before if event is MassEvent.UNDO else +Counter({**before, full[0]: 0, **run})
    with hub.sessions() as session:
        lines = select(MassChangeLine.person_id).where(MassChangeLine.change_id == number)
        ids = tuple(one for one in session.scalars(lines) if one is not None)
    return Work(lambda: status_of(installation, number) == over, lambda: districts(installation), wanted, people=ids)


def attached(session: Any) -> tuple[str, int]:
    counted = (
        select(Attachment.district_code, func.count())
        .where(
            Attachment.clinic_code == CLINIC,
            Attachment.area_type == 1,
            Attachment.valid_to == OPEN_DATE,
            Attachment.retracted_at == OPEN_MOMENT,
            Attachment.district_code != "",
        )
        .group_by(Attachment.district_code)
        .order_by(func.count().desc(), Attachment.district_code)
    )
    code, count = session.execute(counted).first()
    return str(code), int(count)


def districts(installation: Installation) -> Counter[str]:
    """How many are attached to each district of the clinic now."""
    with installation.hub.sessions() as session:
        rows = session.scalars(
            select(Attachment.district_code).where(
                Attachment.clinic_code == CLINIC,
                Attachment.area_type == 1,
                Attachment.valid_to == OPEN_DATE,
                Attachment.retracted_at == OPEN_MOMENT,
            )
        )
        return Counter(rows)


def status_of(installation: Installation, number: int) -> str:
    with installation.hub.sessions() as session:
        return session.get_one(MassChange, number).status


def move(installation: Installation, number: int, event: MassEvent) -> None:
    with installation.hub.sessions.begin() as session:
        assert move_mass_change(session, number, event, "boris", installation.hub.context) == ""


def hand_in(installation: Installation, path: Path, sender: str) -> int:
    hub = installation.hub
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, sender)
        incoming = Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=path.name)
        reply = receive(session, incoming, hub.context)
    assert reply.refusal is None
    assert reply.packet_id is not None
    return reply.packet_id


def finished(installation: Installation, packet_id: int) -> bool:
    return installation.packet(packet_id).finished_at is not None


WORKS: dict[str, Callable[[Installation, Path], Work]] = {
    "oplist": file_of_an_insurer,
    "identification": batch_of_people,
    "mass change": lambda installation, _folder: mass_change(installation, MassEvent.RUN),
    "its undoing": lambda installation, _folder: mass_change(installation, MassEvent.UNDO),
}
