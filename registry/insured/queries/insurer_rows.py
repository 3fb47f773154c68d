"""What others did to an insurer's people since a moment, for the files that go to the insurer (clause 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.core.checks.snils import format_snils
from registry.core.plain import revived
from registry.insured.buffer.tables import BufferedChange
from registry.insured.buffer.workflow import OPEN
from registry.insured.kinds.insured_answers import ChangedRow, Dispute, StopNotice
from registry.insured.kinds.insured_change import AddressTold, InsuredChange, ServiceZone
from registry.insured.operations.insured_change_facts import policy_row
from registry.insured.operations.people.aspects import ADDRESS, ATTACHMENT, DOCUMENT, INSURANCE, NAMES, SNILS
from registry.insured.operations.people.facts import DOCUMENT_COLUMNS
from registry.insured.operations.people.ledger import ANNULLED, PersonState, read_people
from registry.insured.queries.survivors import has, in_force, kin_of
from registry.insured.rules.timelines import Row, Timeline
from registry.insured.tables import Contact, Insurance, Person, PersonHistory
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.probe import probe

MOVED, JOINED = "П021", "П023"
ENDS = frozenset((MOVED, "П022", JOINED, "П024", "П025"))
REGISTRATION, RESIDENCE = "1", "2"
NAME_FIELDS = ("surname", "first_name", "patronymic", "sex", "birth_date", "birth_precision", "citizenship")
POLICY_FIELDS = {"policy_type": "type", "policy_series": "series", "policy_number": "number", "policy_to": "ends_on"}
ACTIVE, NOT_ACTIVE, IN_BUFFER = 1, 0, 2
NO_ACT_YET = 0


@dataclass(frozen=True, slots=True)
class Since:
    """The acts learnt after one moment and not after another, as one insurer is told of them."""

    insurer: str
    after: datetime
    until: datetime
    today: date


def ended_by_others(session: Session, asked: Since) -> list[tuple[str, StopNotice]]:
    """Insurances of the insurer that ended by somebody else's act, each with its point of issue."""
    ended = (
        select(Insurance.person_id, Insurance.id, Insurance.end_reason, Insurance.point, PersonHistory.id.label("act"))
        .join(PersonHistory, PersonHistory.id == Insurance.history_id)
        .where(
            Insurance.insurer_code == asked.insurer,
            Insurance.retracted_at == OPEN_MOMENT,
            Insurance.valid_to < OPEN_DATE,
            Insurance.end_reason != "",
            *_by_others(asked),
        )
        .order_by(PersonHistory.id)
    )
    found = [(row.person_id, row.end_reason, row.point, row.act) for row in session.execute(ended)]
    found += _never_counted(session, asked)
    joined = (
        select(Person.id, Insurance.point, PersonHistory.id.label("act"))
        .join(PersonHistory, PersonHistory.person_id == Person.id)
        .join(Insurance, Insurance.person_id == Person.id)
        .where(
            Person.merged_into.is_not(None),
            PersonHistory.reason == JOINED,
            *_open(asked, Insurance),
            *_by_others(asked),
        )
        .order_by(PersonHistory.id)
    )
    found += [(row.id, JOINED, row.point, row.act) for row in session.execute(joined)]
    people = _people(session, {person_id for person_id, *_ in found})
    notices = []
    for person_id, reason, point, act in found:
        own = people[person_id]
        insured = _insured_by(own, asked.insurer) or _once_insured_by(own, asked.insurer)
        told = {**_facts(own), **insured, "history_id": act, "reason": reason_number(reason)}
        current = InsuredChange(**_facts(_survivor(people, person_id)))
        notices.append((point, StopNotice(number=str(act), **told, current=[current], current_document=[current])))
    return notices


def _never_counted(session: Session, asked: Since) -> list[tuple[int, str, str, int]]:
    """Open insurances that an act of others took away as a whole: nothing of them is left to have an end."""
    left = aliased(Insurance)
    still = exists().where(
        left.person_id == Insurance.person_id,
        left.insurer_code == asked.insurer,
        left.retracted_at == OPEN_MOMENT,
        or_(left.valid_to == OPEN_DATE, left.history_id == Insurance.retracted_by),
    )
    query = (
        select(Insurance.person_id, PersonHistory.reason, Insurance.point, PersonHistory.id.label("act"))
        .join(PersonHistory, PersonHistory.id == Insurance.retracted_by)
        .where(Insurance.insurer_code == asked.insurer, Insurance.valid_to == OPEN_DATE, ~still, *_by_others(asked))
        .order_by(PersonHistory.id)
    )
    rows = session.execute(query)
    return [(row.person_id, row.reason if row.reason in ENDS else MOVED, row.point, row.act) for row in rows]


def changed_by_others(session: Session, asked: Since) -> list[ChangedRow]:
    """Acts of others about people the insurer insures now, each with what is registered since."""
    insured = has(Insurance, PersonHistory.person_id, lambda one: _open(asked, one))
    query = select(PersonHistory).where(*_by_others(asked), insured).order_by(PersonHistory.id)
    acts = list(session.scalars(query))
    people = _people(session, {act.person_id for act in acts})
    contacts = _contacts(session, people)
    rows = []
    for act in acts:
        person = _survivor(people, act.person_id)
        told = {**_told(people, person, asked.insurer), **contacts.get(person.id, {}), **_places(person)}
        rows.append(
            ChangedRow(
                number=str(act.id),
                **told,
                history_id=act.id,
                action=act.reason or act.event,
                is_active=NOT_ACTIVE if act.corrected_by or person.status == ANNULLED else ACTIVE,
                changed_at=act.recorded_at.astimezone(asked.until.tzinfo),
                state_from=act.on,
                operator=act.operator or act.source,
            )
        )
    return rows


def disputed(session: Session, asked: Since) -> list[Dispute]:
    """What other insurers say of the insurer's people and what waits for agreement."""
    query = (
        select(BufferedChange)
        .where(
            BufferedChange.insurer_code == asked.insurer,
            BufferedChange.sender_kind == "insurer",
            BufferedChange.sender_code != asked.insurer,
            BufferedChange.created_at > asked.after,
            BufferedChange.created_at <= asked.until,
        )
        .order_by(BufferedChange.id)
    )
    changes = list(session.scalars(query))
    people = _people(session, {one.person_id for one in changes})
    found = []
    for one in changes:
        person = _survivor(people, one.person_id)
        known = _facts(person)
        proposed = revived(InsuredChange, one.proposed).values
        current = InsuredChange(**{**known, **{name: proposed[name] for name in proposed if name in CURRENT}})
        theirs = _insurance_of(people, person, one.sender_code)
        found.append(
            Dispute(
                number=str(one.id),
                **_told(people, person, asked.insurer),
                reason=40,
                current=[current],
                current_document=[current],
                current_insurance=[InsuredChange(**theirs)] if theirs else None,
            )
        )
    return found


def waiting_of_others(session: Session, asked: Since) -> list[ChangedRow]:
    """What others proposed of the insurer's people and what waits for a decision: rows in the buffer (IS_ACTIVE 2)."""
    query = (
        select(BufferedChange)
        .where(
            BufferedChange.insurer_code == asked.insurer,
            BufferedChange.sender_code != asked.insurer,
            BufferedChange.created_at > asked.after,
            BufferedChange.created_at <= asked.until,
            BufferedChange.status.in_(sorted(OPEN)),
        )
        .order_by(BufferedChange.id)
    )
    changes = list(session.scalars(query))
    people = _people(session, {one.person_id for one in changes})
    rows = []
    for one in changes:
        proposed = revived(InsuredChange, one.proposed).values
        person = _survivor(people, one.person_id)
        told = {**_told(people, person, asked.insurer), **_places(person)}
        told.update({name: value for name, value in proposed.items() if name in CURRENT})
        rows.append(
            ChangedRow(
                number=f"b{one.id}",
                **told,
                history_id=NO_ACT_YET,
                action=one.event or None,
                is_active=IN_BUFFER,
                changed_at=one.created_at.astimezone(asked.until.tzinfo),
                state_from=one.since,
                operator=one.source,
            )
        )
    return rows


CURRENT = frozenset((*NAME_FIELDS, *DOCUMENT_COLUMNS, "snils", "birth_place", "phone", "work_phone", "email"))


def reason_number(reason: str) -> int | None:
    """REASON of a notice: 21 to 25 for П021 to П025."""
    number = reason[1:]
    return int(number) if number.isdigit() else None


def _by_others(asked: Since) -> Sequence[Any]:
    return (
        PersonHistory.recorded_at > asked.after,
        PersonHistory.recorded_at <= asked.until,
        PersonHistory.organisation_code != asked.insurer,
    )


def _open(asked: Since, facts: Any) -> Sequence[Any]:
    return (facts.insurer_code == asked.insurer, *in_force(facts, asked.today))


def _people(session: Session, ids: Iterable[int]) -> dict[int, PersonState]:
    """These people and all records of the same humans."""
    wanted = {one for some in kin_of(session, ids).values() for one in some} if ids else set()
    return read_people(session, sorted(wanted)) if wanted else {}


def _survivor(people: Mapping[int, PersonState], person_id: int) -> PersonState:
    return people[people[person_id].merged_into or person_id]


def _told(people: Mapping[int, PersonState], person: PersonState, insurer: str) -> dict[str, Any]:
    """The person with the insurer's last insurance."""
    return {**_facts(person), **_insurance_of(people, person, insurer)}


def _insurance_of(people: Mapping[int, PersonState], person: PersonState, insurer: str) -> dict[str, Any]:
    """The last insurance of a person by an insurer, of a joined record where the person's own has none."""
    records = [person, *(one for one in people.values() if one.merged_into == person.id)]
    return next(filter(None, (_insured_by(one, insurer) for one in records)), {})


def _insured_by(person: PersonState, insurer: str) -> dict[str, Any]:
    """The last insurance by an insurer, empty when there was none."""
    rows = [row for row in person.line(INSURANCE).rows if row.values["insurer_code"] == insurer]
    return _insurance(person, rows[-1]) if rows else {}


def _once_insured_by(person: PersonState, insurer: str) -> dict[str, Any]:
    """The insurance by an insurer that was taken away as a whole."""
    rows = [row for row in person.line(INSURANCE).past if row.values["insurer_code"] == insurer]
    return _insurance(person, rows[-1]) if rows else {}


def _facts(person: PersonState) -> dict[str, Any]:
    """What is registered of a person now."""
    told: dict[str, Any] = {"enp": person.enp or None, "status": person.status, "died_on": person.died_on}
    names, paper, snils = (person.line(aspect).last for aspect in (NAMES, DOCUMENT, SNILS))
    if names is not None:
        told.update({name: names.values[name] or None for name in (*NAME_FIELDS, "birth_place", "employment")})
    if paper is not None:
        told.update({name: paper.values[column] or None for name, column in DOCUMENT_COLUMNS.items()})
    if snils is not None:
        told["snils"] = format_snils(snils.values["number"])
    return told


def _insurance(person: PersonState, row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {
        "insurance_okato": row.values["okato"] or None,
        "insurer_ogrn": row.values["insurer_ogrn"] or None,
        "point": row.values["point"] or None,
        "erp": row.values["erp"],
        "policy_stopped_on": None if row.is_open else row.until,
        "policy_from": row.since,
    }
    policy = policy_row(person, row)
    if policy is not None:
        told.update({name: policy.values[column] or None for name, column in POLICY_FIELDS.items()})
    return told


def _places(person: PersonState) -> dict[str, Any]:
    """Addresses and attachments of a person now, as the files write them: one of each, if only an empty one."""
    told: dict[str, Any] = {}
    for name, kind in (("registration", REGISTRATION), ("residence", RESIDENCE)):
        line: Timeline | None = person.lines.get(f"{ADDRESS.name}{kind}")
        held = line.last.values if line is not None and line.last is not None else {}
        told[name] = [AddressTold(**{key: value for key, value in held.items() if key != "kind" and value})]
    clinics = [row.values["clinic_code"] for line in person.of(ATTACHMENT) for row in line.rows if row.is_open]
    told["zones"] = [ServiceZone(clinic=code) for code in clinics] or [ServiceZone()]
    return told


def _contacts(session: Session, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    wanted = probe(session, [("wanted_id", BigInteger)], [(one,) for one in sorted(ids)])
    query = (
        select(Contact.person_id, Contact.kind, Contact.value)
        .join(wanted, wanted.c.wanted_id == Contact.person_id)
        .where(Contact.retracted_at == OPEN_MOMENT, Contact.valid_to == OPEN_DATE, Contact.kind != "representative")
    )
    found: dict[int, dict[str, str]] = {}
    for row in session.execute(query):
        found.setdefault(row.person_id, {})[row.kind] = row.value
    return found
