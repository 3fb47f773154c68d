"""The records receivers are told changes by: each person once per sort of message, as the registry holds it now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.outcomes import Operation
from registry.insured.kinds.news import PersonNews
from registry.insured.news.tables import News
from registry.insured.news.watched import DOUBLES, OF_PERSON, POLIS, messages_of
from registry.insured.queries.survivors import filled, kin_of
from registry.insured.tables import (
    Address,
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonHistory,
    PersonStatus,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT

PORTION = 1_000
ANNULLED = 2
JOINED = 23  # П023
#: What a receiver is still told of a person who is no longer its own.
OF_LEFT = frozenset(
    ("message", "operation", "bdz_id", "joined_bdz_id", "enp", "surname", "first_name", "patronymic", "birth_date")
) | {"sex", "event", "known_at", "end_reason", "died_on"}
REGISTRATION, RESIDENCE = 1, 2


@dataclass(slots=True)
class Touched:
    """What of a person changed in a period."""

    aspects: set[str] = field(default_factory=set)
    began: set[str] = field(default_factory=set)
    known_at: datetime | None = None
    event: str = ""


def touched_people(news: Iterable[News]) -> dict[int, Touched]:
    """Gather changes by person, in the order they became known."""
    found: dict[int, Touched] = defaultdict(Touched)
    for one in news:
        of = found[one.person_id]
        of.aspects.add(one.aspect)
        if not one.gone:
            of.began.add(one.aspect)
        of.known_at, of.event = one.seen_at, one.event or of.event
    return dict(found)


def told_records(session: Session, touched: dict[int, Touched]) -> dict[int, list[PersonNews]]:
    """The records of every person, in portions of queries; a person nothing is told of has none."""
    return dict(told_in_portions(session, touched, sorted(touched)))


def told_in_portions(
    session: Session, touched: Mapping[int, Touched], ids: Sequence[int]
) -> Iterator[tuple[int, list[PersonNews]]]:
    """The same for these people in their order, a portion in memory at a time."""
    for start in range(0, len(ids), PORTION):
        found: dict[int, list[PersonNews]] = {}
        kin = kin_of(session, ids[start : start + PORTION])
        present = _present(session, sorted({one for some in kin.values() for one in some}))
        for person_id, records in kin.items():
            if person_id in present:
                person = present[person_id][0]
                told = records if person.merged_into is None else records[:1]
                values = filled(present[one][1] for one in told)
                found[person_id] = _records(person, values, touched[person_id])
        _name_survivors(session, found)
        yield from found.items()


def _records(person: Person, values: dict[str, Any], of: Touched) -> list[PersonNews]:
    joined = person.merged_into is not None
    told = []
    for message in messages_of(frozenset(of.aspects), joined=joined):
        if message == POLIS and "policy_id" not in values:
            continue  # without a policy there is nothing POLIS could say
        own: dict[str, Any] = {"message": message, "operation": Operation.INSERT, "known_at": of.known_at}
        if message == POLIS:
            own["operation"] = _operation(person, of)
            own["names_changed"] = bool(of.aspects & OF_PERSON)
        if message == DOUBLES:
            own |= {"joined_bdz_id": values["bdz_id"], "bdz_id": str(person.merged_into)}
        told.append(PersonNews(**{**values, **own, "event": of.event or None}))
    return told


def _operation(person: Person, of: Touched) -> Operation:
    if person.status == ANNULLED:
        return Operation.DELETE
    return Operation.INSERT if "policy" in of.began else Operation.UPDATE


def _name_survivors(session: Session, found: dict[int, list[PersonNews]]) -> None:
    """A joined record points at a row; receivers know the survivor by its number in the register."""
    doubles = [one for told in found.values() for one in told if one.message == DOUBLES]
    ids = {int(one.bdz_id or 0) for one in doubles}
    names = dict(session.execute(select(Person.id, Person.bdz_id).where(Person.id.in_(sorted(ids)))).all())
    for one in doubles:
        one.__dict__["bdz_id"] = names.get(int(one.bdz_id or 0), "")


def _present(session: Session, ids: Sequence[int]) -> dict[int, tuple[Person, dict[str, Any]]]:
    """What is known of people now, in canonical fields; one query per table."""
    found: dict[int, tuple[Person, dict[str, Any]]] = {
        one.id: (one, {"bdz_id": one.bdz_id, "enp": one.enp or None, "died_on": one.died_on})
        for one in session.scalars(select(Person).where(Person.id.in_(ids)))
    }
    closed = (
        select(PersonStatus, PersonHistory.reason)
        .outerjoin(PersonHistory, PersonHistory.id == PersonStatus.history_id)
        .where(PersonStatus.person_id.in_(ids), PersonStatus.retracted_at == OPEN_MOMENT)
        .order_by(PersonStatus.valid_from, PersonStatus.id)
    )
    for status, reason in session.execute(closed):
        found[status.person_id][1].update(_closed(found[status.person_id][0], status, reason or ""))
    for model, told in _TOLD.items():
        rows = select(model).where(model.person_id.in_(ids), model.retracted_at == OPEN_MOMENT)
        for row in session.scalars(rows.order_by(model.valid_from, model.id)):
            found[row.person_id][1].update(told(row))
    insured = (
        select(Insurance, Policy)
        .join(Policy, Policy.id == Insurance.policy_id)
        .where(Insurance.person_id.in_(ids), Insurance.retracted_at == OPEN_MOMENT)
        .order_by(Insurance.valid_from, Insurance.id)
    )
    for insurance, policy in session.execute(insured):
        found[insurance.person_id][1].update(_insurance(insurance, policy))
    return found


def _closed(person: Person, status: PersonStatus, reason: str) -> dict[str, Any]:
    """Since when the record of the register is closed and why; nothing while it is in use."""
    if person.status != ANNULLED or status.status != ANNULLED:
        return {}
    number = int(reason[1:]) if reason[1:].isdigit() else None
    return {"closed_on": status.valid_from, "record_close_reason": JOINED if person.merged_into is not None else number}


def _version(row: Any) -> dict[str, Any]:
    names = {name: getattr(row, name) or None for name in ("surname", "first_name", "patronymic", "birth_place")}
    return {**names, "birth_date": row.birth_date, "sex": row.sex}


def _document(row: Any) -> dict[str, Any]:
    return {
        "document_type": row.type,
        "document_series": row.series or None,
        "document_number": row.number or None,
        "document_issued_on": row.issued_on,
    }


def _address(row: Any) -> dict[str, Any]:
    parts = (row.postcode, row.subject, row.district, row.settlement, row.street, row.house, row.building, row.flat)
    text = row.text or ", ".join(filter(None, parts))
    return {"residence" if row.kind == RESIDENCE else "registration": text or None}


def _attachment(row: Any) -> dict[str, Any]:
    """The therapeutic attachment counts; one that ended is told as none."""
    if row.area_type != 1:
        return {}
    open_ = row.valid_to == OPEN_DATE
    return {"clinic": row.clinic_code if open_ else None, "attached_on": row.valid_from if open_ else None}


def _insurance(insurance: Insurance, policy: Policy) -> dict[str, Any]:
    reason = insurance.end_reason
    return {
        "policy_id": policy.id,
        "policy_type": policy.type,
        "policy_series": policy.series or None,
        "policy_number": policy.number or policy.enp or None,
        "insurer": insurance.insurer_code or None,
        "insurance_okato": insurance.okato or None,
        "policy_from": insurance.valid_from,
        "policy_to": None if insurance.valid_to == OPEN_DATE else insurance.valid_to,
        "end_reason": reason or None,
        "close_reason": int(reason[1:]) if reason[1:].isdigit() else None,
        "edited_at": max(insurance.recorded_at, policy.recorded_at),
    }


_TOLD: dict[Any, Any] = {
    PersonVersion: _version,
    IdentityDocument: _document,
    Snils: lambda row: {"snils": row.number},
    Address: _address,
    Attachment: _attachment,
}


def as_left(one: PersonNews) -> PersonNews:
    """What a receiver is told of a person who is no longer its own."""
    return PersonNews(**{name: value for name, value in one.values.items() if name in OF_LEFT})


def present_codes(session: Session, ids: Sequence[int]) -> dict[str, set[int]]:
    """Whose the people are now, by code: every clinic they are attached to and their insurer."""
    found: dict[str, set[int]] = defaultdict(set)
    for model, code in ((Attachment, Attachment.clinic_code), (Insurance, Insurance.insurer_code)):
        for start in range(0, len(ids), PORTION):
            records = kin_of(session, ids[start : start + PORTION])
            asked: defaultdict[int, set[int]] = defaultdict(set)
            for one, some in records.items():
                for other in some:
                    asked[other].add(one)
            rows = select(code, model.person_id).where(
                model.person_id.in_(sorted(asked)),
                model.retracted_at == OPEN_MOMENT,
                model.valid_to == OPEN_DATE,
            )
            for owner, person_id in session.execute(rows):
                found[owner] |= asked[person_id]
    return dict(found)
