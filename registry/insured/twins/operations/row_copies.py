"""Moving dated rows between records: the old row is retracted, a copy is recorded; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.tables import Attachment, IdentityDocument, Insurance, PersonVersion, Policy, Snils
from registry.insured.twins.rules.splitting import Statement
from registry.insured.twins.rules.words import EVENT_SEPARATED
from registry.store.base import OPEN_DATE, OPEN_MOMENT

Row: TypeAlias = PersonVersion | IdentityDocument | Snils | Policy | Insurance | Attachment
MODELS: dict[str, type[Any]] = {
    "version": PersonVersion,
    "document": IdentityDocument,
    "snils": Snils,
    "policy": Policy,
    "insurance": Insurance,
    "attachment": Attachment,
}
OWN = frozenset(("id", "person_id", "recorded_at", "retracted_at", "retracted_by", "event", "history_id"))


def known_rows(session: Session, noun: str, person_id: int) -> list[Any]:
    """Rows of a record that count now, the oldest first."""
    model = MODELS[noun]
    query = select(model).where(model.person_id == person_id, model.retracted_at == OPEN_MOMENT)
    return list(session.scalars(query.order_by(model.valid_from, model.id)))


def statements_of(session: Session, person_id: int) -> list[Statement]:
    """Everything an operator may choose of a record; insurance goes with its policy."""
    return [
        Statement(noun, row.id, row.valid_from, row.valid_to)
        for noun in MODELS
        if noun != "insurance"
        for row in known_rows(session, noun, person_id)
    ]


def rows_by_id(session: Session, noun: str, ids: Iterable[int]) -> list[Any]:
    """Rows of these numbers, the oldest first."""
    model = MODELS[noun]
    return list(session.scalars(select(model).where(model.id.in_(list(ids))).order_by(model.valid_from, model.id)))


def with_insurance(session: Session, chosen: Iterable[tuple[str, int]]) -> list[tuple[str, Any]]:
    """The rows chosen with the insurance of the policies among them; policies before their insurance."""
    ids: dict[str, list[int]] = {}
    for noun, row_id in chosen:
        ids.setdefault(noun, []).append(row_id)
    found = [(noun, row) for noun in MODELS if noun in ids for row in rows_by_id(session, noun, ids[noun])]
    policies = ids.get("policy", [])
    insurance = select(Insurance).where(Insurance.policy_id.in_(policies), Insurance.retracted_at == OPEN_MOMENT)
    return [*found, *(("insurance", row) for row in session.scalars(insurance.order_by(Insurance.id)))]


def retract_rows(session: Session, rows: Iterable[Row], now: datetime) -> None:
    """These rows count no longer; they stay readable as of earlier moments."""
    for row in rows:
        row.retracted_at = now
    session.flush()  # before their copies come: one open attachment of a sort may be there


def copy_rows(
    session: Session,
    rows: Sequence[tuple[str, Row]],
    person_id: int,
    *,
    now: datetime,
    opened: frozenset[tuple[str, int]] = frozenset(),
    event: str = EVENT_SEPARATED,
) -> dict[str, list[int]]:
    """Record copies of rows under a record and return their numbers; insurance follows the copy of its policy."""
    policies: dict[int, int] = {}
    made: dict[str, list[int]] = {}
    for noun, row in rows:
        model = MODELS[noun]
        values = {column.key: getattr(row, column.key) for column in model.__table__.columns if column.key not in OWN}
        if (noun, row.id) in opened:
            values["valid_to"] = OPEN_DATE
        if noun == "insurance":
            values["policy_id"] = policies.get(values["policy_id"], values["policy_id"])
        copy = model(**values, person_id=person_id, recorded_at=now, retracted_at=OPEN_MOMENT, event=event)
        session.add(copy)
        session.flush()
        if noun == "policy":
            policies[row.id] = copy.id
        made.setdefault(noun, []).append(copy.id)
    return made
