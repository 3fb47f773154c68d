"""What the rules of joining need of records, and which records were joined to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from registry.insured.tables import Attachment, Insurance, Person, PersonLink, PersonVersion, Snils
from registry.insured.twins.rules.joining import Side
from registry.insured.twins.rules.words import Verdict
from registry.store.base import OPEN_MOMENT


def sides(session: Session, person_ids: Iterable[int], today: date, fund_okato: str) -> dict[int, Side]:
    """These records as the rules of joining see them; a record without a version is left out."""
    ids = sorted(set(person_ids))
    confirmed, insured = _insured(session, ids, today, fund_okato)
    events = _last_events(session, ids)
    versions = _newest_versions(session, ids)
    numbers = _numbers(session, ids)
    return {
        person.id: Side(
            person.id,
            person.status,
            person.merged_into,
            versions[person.id].sex,
            versions[person.id].birth_date,
            person.died_on,
            numbers.get(person.id, ""),
            person.id in confirmed,
            person.id in insured,
            events.get(person.id),
            person.recorded_at,
        )
        for person in session.scalars(select(Person).where(Person.id.in_(ids)))
        if person.id in versions
    }


def family_ids(session: Session, person_ids: Iterable[int]) -> set[int]:
    """These records, whom they are joined to, and everybody joined to any of them."""
    found = set(person_ids)
    while True:
        above = select(Person.merged_into).where(Person.id.in_(found), Person.merged_into.is_not(None))
        below = select(Person.id).where(Person.merged_into.in_(found))
        reached = set(session.scalars(union_all(above, below))) - {None}
        if reached <= found:
            return found
        found |= reached


def joined_links(session: Session, person_ids: Iterable[int]) -> list[PersonLink]:
    """The links by which any of these records is joined to another."""
    wanted = PersonLink.joined_id.in_(set(person_ids))
    query = select(PersonLink).where(PersonLink.verdict == Verdict.JOINED, wanted)
    return list(session.scalars(query.order_by(PersonLink.id)))


def open_codes(session: Session, person_ids: Sequence[int], today: date) -> tuple[list[str], list[str]]:
    """Insurers and clinics that have any of these records today."""
    insurers = select(Insurance.insurer_code).where(Insurance.person_id.in_(person_ids), _now(Insurance, today))
    clinics = select(Attachment.clinic_code).where(Attachment.person_id.in_(person_ids), _now(Attachment, today))
    found = (sorted(set(session.scalars(query)) - {""}) for query in (insurers, clinics))
    return next(found), next(found)


def _now(model: type[Insurance | Attachment], today: date) -> ColumnElement[bool]:
    return and_(model.valid_from <= today, model.valid_to >= today, model.retracted_at == OPEN_MOMENT)


def _insured(session: Session, ids: list[int], today: date, okato: str) -> tuple[set[int], set[int]]:
    known = Insurance.retracted_at == OPEN_MOMENT
    confirmed = select(Insurance.person_id).where(Insurance.person_id.in_(ids), known, Insurance.confirmed)
    own = or_(Insurance.okato == "", Insurance.okato == okato)
    here = select(Insurance.person_id).where(
        Insurance.person_id.in_(ids), known, own, Insurance.valid_from <= today, Insurance.valid_to >= today
    )
    return set(session.scalars(confirmed)), set(session.scalars(here))


def _last_events(session: Session, ids: list[int]) -> dict[int, datetime]:
    dated = (Insurance, Attachment, PersonVersion)
    each = union_all(
        *(
            select(model.person_id, func.max(model.recorded_at).label("at"))
            .where(model.person_id.in_(ids))
            .group_by(model.person_id)
            for model in dated
        )
    ).subquery()
    rows = session.execute(select(each.c.person_id, func.max(each.c.at)).group_by(each.c.person_id))
    return {row[0]: row[1] for row in rows}


def _newest_versions(session: Session, ids: list[int]) -> dict[int, PersonVersion]:
    query = select(PersonVersion).where(PersonVersion.person_id.in_(ids), PersonVersion.retracted_at == OPEN_MOMENT)
    rows = session.scalars(query.order_by(PersonVersion.valid_to, PersonVersion.valid_from, PersonVersion.id))
    return {row.person_id: row for row in rows}


def _numbers(session: Session, ids: list[int]) -> dict[int, str]:
    query = select(Snils).where(Snils.person_id.in_(ids), Snils.retracted_at == OPEN_MOMENT)
    rows = session.scalars(query.order_by(Snils.valid_to, Snils.valid_from, Snils.id))
    return {row.person_id: row.number for row in rows}
