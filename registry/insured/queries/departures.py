"""Who left which clinic with effect before a day, and has not been told to it yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.core.checks.snils import format_snils
from registry.insured.departures.kind import Departure
from registry.insured.kinds.methods import Method
from registry.insured.tables import (
    Attachment,
    DepartureNotice,
    IdentityDocument,
    Insurance,
    Person,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT

#: An end that was learnt later than this is told by the next reconciliation.
MOST_DAYS = 92
MOST_ROWS = 20_000


def untold_departures(session: Session, today: date) -> dict[str, list[int]]:
    """Attachments whose end has taken effect and was brought by the exchange, by former clinic.

    An end by a move inside the clinic has no reason and is no departure.
    """
    query = (
        select(Attachment.clinic_code, Attachment.id)
        .outerjoin(DepartureNotice, DepartureNotice.attachment_id == Attachment.id)
        .where(
            Attachment.valid_to < today,
            Attachment.valid_to >= today - timedelta(days=MOST_DAYS),
            Attachment.retracted_at == OPEN_MOMENT,
            Attachment.end_reason.is_not(None),
            or_(Attachment.packet_id.is_not(None), Attachment.history_id.is_not(None)),
            DepartureNotice.attachment_id.is_(None),
        )
        .order_by(Attachment.clinic_code, Attachment.id)
        .limit(MOST_ROWS)
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for clinic, attachment_id in session.execute(query):
        found[clinic].append(attachment_id)
    return found


def departures(session: Session, attachment_ids: Collection[int]) -> list[Departure]:
    """What the former clinic is told of these attachments: the person, and where it is attached now."""
    now, survivor = aliased(Attachment), aliased(Person)
    query = (
        select(Attachment, Person, PersonVersion, IdentityDocument, Policy, Snils.number, now, survivor)
        .join(Person, Person.id == Attachment.person_id)
        .join(PersonVersion, _then(PersonVersion))
        .outerjoin(IdentityDocument, _then(IdentityDocument))
        .outerjoin(Insurance, _then(Insurance))
        .outerjoin(Policy, Policy.id == Insurance.policy_id)
        .outerjoin(Snils, _then(Snils))
        .outerjoin(survivor, survivor.id == Person.merged_into)
        .outerjoin(now, and_(_current(now, Person), now.area_type == Attachment.area_type))
        .where(Attachment.id.in_(list(attachment_ids)))
        .order_by(Attachment.id)
    )
    return [_departure(row) for row in session.execute(query)]


def _then(model: Any) -> Any:
    """What held on the last day of the attachment."""
    return and_(
        model.person_id == Attachment.person_id,
        model.valid_from <= Attachment.valid_to,
        model.valid_to >= Attachment.valid_to,
        model.retracted_at == OPEN_MOMENT,
    )


def _current(model: Any, person: Any) -> Any:
    """The open row of the human: of a joined record that of its survivor counts."""
    human = func.coalesce(person.merged_into, person.id)
    return and_(model.person_id == human, model.valid_to == OPEN_DATE, model.retracted_at == OPEN_MOMENT)


def _departure(row: Any) -> Departure:
    left, own, version, document, policy, snils, now, survivor = row
    person = survivor or own
    values: dict[str, Any] = {
        "number": person.bdz_id,
        "enp": person.enp,
        "former_clinic": left.clinic_code,
        "detached_on": left.valid_to,
        "end_reason": left.end_reason,
        "area_type": left.area_type,
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic,
        "birth_date": version.birth_date,
        "birth_place": version.birth_place,
        "snils": format_snils(snils) if snils else None,
    }
    if document is not None:
        values |= {
            "document_type": document.type,
            "document_series": document.series,
            "document_number": document.number,
            "document_issued_on": document.issued_on,
            "document_issuer": document.issuer,
        }
    if policy is not None:
        values |= {"policy_type": policy.type, "policy_series": policy.series, "policy_number": policy.number}
    if now is not None:
        values |= {"new_clinic": now.clinic_code, "method": Method(now.method), "attached_on": now.valid_from}
    return Departure(**{name: value for name, value in values.items() if value not in (None, "")})
