"""Referrals, stays, cancellations and discharges as contracts list them: now, of a day, changed since a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.plain import revived
from registry.core.queries import Asked, Query, Told
from registry.insured.queries.survivors import has, in_force
from registry.insured.tables import Insurance
from registry.support.hospital.kinds.discharge import DischargeRecord
from registry.support.hospital.kinds.hospitalisation import HospitalisationRecord
from registry.support.hospital.kinds.referral import ReferralRecord
from registry.support.hospital.kinds.referral_cancellation import ReferralCancellationRecord
from registry.support.hospital.tables import Discharge, Referral, ReferralCancellation, Stay

Condition = ColumnElement[bool]


class Span(StrEnum):
    """Which rows are asked for: the present window, those of a day, those changed since a day."""

    NOW = "now"
    ON = "on"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Listing:
    """How rows of one sort are listed: where they stand, whose they are and which day they are of.

    ``clinics`` are the columns of the clinics that see a row, ``insured`` the person and the day whose insurer sees it,
    ``waiting`` a further reason for a row to be in the present window.
    """

    name: str
    title: str
    record: type[Record]
    model: Any
    day: Any
    clinics: tuple[Any, ...]
    insured: tuple[Any, Any]
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query
    only: Condition | None = None
    waiting: Callable[[date], Condition] | None = None


LISTINGS = (
    Listing(
        "referrals",
        "Направления на госпитализацию",
        ReferralRecord,
        Referral,
        Referral.issued_on,
        (Referral.clinic_code, Referral.hospital_code),
        (Referral.person_id, Referral.issued_on),
        waiting=lambda today: Referral.planned_on >= today,
    ),
    Listing(
        "hospitalisations",
        "Госпитализации по направлению",
        HospitalisationRecord,
        Stay,
        Stay.hospitalised_on,
        (Stay.clinic_code, Stay.referral_clinic_code),
        (Stay.person_id, Stay.hospitalised_on),
        only=Stay.urgent.is_(False),
    ),
    Listing(
        "emergency_hospitalisations",
        "Экстренные госпитализации",
        HospitalisationRecord,
        Stay,
        Stay.hospitalised_on,
        (Stay.clinic_code,),
        (Stay.person_id, Stay.hospitalised_on),
        only=Stay.urgent.is_(True),
    ),
    Listing(
        "referral_cancellations",
        "Аннулирования направлений",
        ReferralCancellationRecord,
        ReferralCancellation,
        ReferralCancellation.cancelled_on,
        (Referral.clinic_code, Referral.hospital_code),
        (Referral.person_id, Referral.issued_on),
        joined=lambda query: query.join(Referral, Referral.id == ReferralCancellation.referral_id),
    ),
    Listing(
        "discharges",
        "Выписки",
        DischargeRecord,
        Discharge,
        Discharge.discharged_on,
        (Discharge.clinic_code, Stay.referral_clinic_code),
        (Discharge.person_id, Discharge.hospitalised_on),
        joined=lambda query: query.outerjoin(Stay, Stay.id == Discharge.stay_id),
    ),
)


def visible(asked: Asked, clinics: tuple[Any, ...], insured: tuple[Any, Any]) -> Condition:
    """Return whose rows may be told: a clinic's own as source or destination, an insurer's insured on the day."""
    if asked.kind == "fund":
        return true()
    codes = sorted(asked.codes)
    if asked.kind == "clinic":
        return or_(*(column.in_(codes) for column in clinics))
    if asked.kind != "insurer":
        return false()
    person_id, day = insured
    return has(Insurance, person_id, lambda one: (one.insurer_code.in_(codes), *in_force(one, day)))


def start_of(day: date, now: datetime) -> datetime:
    """Return the moment a day begins on the hub's own clock."""
    return datetime.combine(day, time(), now.tzinfo)


def span_of(asked: Asked, span: Span, day: Any, changed_at: Any, window: int) -> Condition | F:
    """Return the rows a question means, or why it cannot be answered.

    The date of the last synchronisation is demanded, and «changed since» reaches back a bounded number of days.
    """
    if span is Span.NOW:
        return _is(day >= asked.today - timedelta(days=window))
    since = asked.parameters.__dict__.get("since")
    if since is None:
        return F.PARAMETERS_WRONG
    if span is Span.ON:
        return _is(day == since)
    if (asked.today - since).days > int(asked.options["changes_days"]):
        return F.PERIOD_TOO_LONG
    return _is(changed_at >= start_of(since, asked.now))


def reason_of(refusal: F) -> str:
    """Return what is wrong with a span of time; a period that is too long is told by whoever asks."""
    return "Не задана дата последней синхронизации" if refusal is F.PARAMETERS_WRONG else ""


def too_many(span: Span, most: int) -> Told:
    """Refuse a list that is longer than one answer holds; a cut one would be taken for whole (decision 0024)."""
    narrower = {
        Span.NOW: "запросите сведения за день (операция с окончанием PDG) или изменения с даты (LDS)",
        Span.ON: "запросите изменения с даты (операция с окончанием LDS)",
        Span.SINCE: "задайте более позднюю дату",
    }
    return Told(refusal=F.PARAMETERS_WRONG, reason=f"В списке больше {most} строк: {narrower[span]}")


def _is(condition: Any) -> Condition:
    """Say that a comparison of a column is a condition: columns are kept here without their types."""
    return cast(Condition, condition)


def _answer(asked: Asked, listing: Listing, span: Span) -> Told:
    """Return the rows a question means, newest first, whole or not at all (decision 0024)."""
    meant = span_of(asked, span, listing.day, listing.model.changed_at, int(asked.options["hospital_days"]))
    if isinstance(meant, F):
        return Told(refusal=meant, reason=reason_of(meant))
    if span is Span.NOW and listing.waiting is not None:
        meant = or_(meant, listing.waiting(asked.today))
    conditions = [meant, visible(asked, listing.clinics, listing.insured)]
    if listing.only is not None:
        conditions.append(listing.only)
    most = int(asked.options["whole_list_rows"])
    query = listing.joined(select(listing.model.told).select_from(listing.model)).where(and_(*conditions))
    rows = asked.session.scalars(query.order_by(listing.day.desc(), listing.model.id.desc()).limit(most + 1)).all()
    if len(rows) > most:
        return too_many(span, most)
    return Told(rows=numbered([revived(listing.record, told) for told in rows]))


def numbered(records: list[Record]) -> list[Record]:
    """Return the records numbered from 1 on."""
    for position, record in enumerate(records, 1):
        record.__dict__["number"] = str(position)
    return records


CASE_QUERIES = tuple(
    Query(f"{listing.name}_{span.value}", listing.title, partial(_answer, listing=listing, span=span))
    for listing in LISTINGS
    for span in Span
)
