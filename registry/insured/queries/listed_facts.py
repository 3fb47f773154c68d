"""What lists tell of people beside their rows: names, document, policy, insurer, СНИЛС and addresses on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, and_, select
from sqlalchemy.orm import Session

from registry.core.checks.snils import format_snils
from registry.insured.queries.survivors import filled, kin_of
from registry.insured.tables import Address, IdentityDocument, Insurance, PersonVersion, Policy, Snils
from registry.store.base import OPEN_MOMENT
from registry.store.probe import probe

PARTS = ("district", "street", "house", "building", "flat")
SIDES = {1: "registered", 2: "living"}
CITY = ("г ", "г.", "город ")


Wanted = tuple[int, date]


def known(model: Any, at: datetime | None) -> ColumnElement[bool]:
    """Return the condition that a row was known at a moment, or is now."""
    if at is None:
        found: ColumnElement[bool] = model.retracted_at == OPEN_MOMENT
        return found
    return and_(model.recorded_at <= at, model.retracted_at > at)


def facts_of(
    session: Session, wanted: Iterable[Wanted], known_at: datetime | None = None
) -> dict[Wanted, dict[str, Any]]:
    """Return the facts of people, each on a day of its own; what a record lacks is read from those joined to it."""
    asked = sorted(set(wanted))
    kin = kin_of(session, (person_id for person_id, _ in asked), known_at)
    given = probe(session, [("id", BigInteger), ("day", Date)], {(one, day) for own, day in asked for one in kin[own]})
    rows = session.execute(
        select(given.c.id, given.c.day, PersonVersion, IdentityDocument, Policy, Insurance.insurer_code, Snils.number)
        .select_from(given)
        .join(PersonVersion, _same(PersonVersion, given, known_at))
        .outerjoin(IdentityDocument, _same(IdentityDocument, given, known_at))
        .outerjoin(Insurance, _same(Insurance, given, known_at))
        .outerjoin(Policy, Policy.id == Insurance.policy_id)
        .outerjoin(Snils, _same(Snils, given, known_at))
    )
    found = {(person_id, day): _told(*facts) for person_id, day, *facts in rows}
    return {(own, day): filled(found.get((one, day), {}) for one in kin[own]) for own, day in asked}


def _same(model: Any, given: Any, at: datetime | None) -> ColumnElement[bool]:
    day = given.c.day
    return and_(model.person_id == given.c.id, model.valid_from <= day, model.valid_to >= day, known(model, at))


def _told(
    version: PersonVersion, document: IdentityDocument | None, policy: Policy | None, insurer: str, snils: str
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic or None,
        "birth_date": version.birth_date,
        "sex": version.sex,
        "snils": format_snils(snils) if snils else None,
        "insurer": insurer,
    }
    if document is not None:
        facts.update(
            document_type=document.type, document_series=document.series or None, document_number=document.number
        )
    if policy is not None:
        facts.update(
            policy_type=policy.type, policy_series=policy.series or None, policy_number=policy.number or policy.enp
        )
    return facts


def addresses_of(session: Session, ids: Iterable[int], on: date) -> dict[int, dict[str, Any]]:
    """Return addresses of registration and of residence in the parts of a list; an unparsed one stands as a street."""
    given = probe(session, [("id", BigInteger)], [(one,) for one in sorted(set(ids))])
    rows = session.scalars(
        select(Address)
        .join(given, given.c.id == Address.person_id)
        .where(
            Address.kind.in_(SIDES),
            Address.valid_from <= on,
            Address.valid_to >= on,
            Address.retracted_at == OPEN_MOMENT,
        )
        .order_by(Address.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        side = SIDES[row.kind]
        parts = {f"{side}_{name}": getattr(row, name) for name in PARTS}
        place = "city" if row.settlement.lower().startswith(CITY) else "settlement"
        parts[f"{side}_{place}"] = row.settlement
        if not any(parts.values()):
            parts[f"{side}_street"] = row.text
        found.setdefault(row.person_id, {}).update({name: text for name, text in parts.items() if text})
    return found
