"""Places as contracts list them; they are no secret between those who look for a bed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any, cast

from sqlalchemy import func, select

from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.plain import revived
from registry.core.queries import Asked, Query, Told
from registry.support.hospital.kinds.beds import BedMonth, BedsRecord
from registry.support.hospital.queries.cases import Span, reason_of, span_of, too_many
from registry.support.hospital.tables import BedDay

FIRST_YEAR, LAST_YEAR = 2016, 2100
NOT_NARROWED = "Не задан код МО или профиль койки"
COLUMNS = {"clinic": BedDay.clinic_code, "bed_profile": BedDay.bed_profile}
Wanted = tuple[str, ...]


def _narrowed(asked: Asked, by: Wanted) -> list[Any] | None:
    """Return the conditions of the parameters an operation demands; ``None`` when one is missing."""
    values = asked.parameters.__dict__
    if any(not values.get(name) for name in by):
        return None
    return [COLUMNS[name] == values[name] for name in by]


def _beds(asked: Asked, *, span: Span, by: Wanted = ()) -> Told:
    """Return places day by day, grouped as one record for clinic, day and conditions of care, all or none."""
    narrowed = _narrowed(asked, by)
    meant = span_of(asked, span, BedDay.day, BedDay.changed_at, int(asked.options["bed_days"]))
    if narrowed is None:
        return Told(refusal=F.PARAMETERS_WRONG, reason=NOT_NARROWED)
    if isinstance(meant, F):
        return Told(refusal=meant, reason=reason_of(meant))
    most = int(asked.options["whole_list_rows"])
    rows = asked.session.scalars(
        select(BedDay.told).where(meant, *narrowed).order_by(BedDay.day.desc(), BedDay.clinic_code).limit(most + 1)
    ).all()
    if len(rows) > most:
        return too_many(span, most)
    return Told(rows=_grouped([cast(BedsRecord, revived(BedsRecord, told)) for told in rows]))


def _place(record: BedsRecord) -> tuple[str, date, str, str]:
    return record.clinic or "", record.day or date.min, record.care_conditions or "", record.guid or ""


def _grouped(records: Iterable[BedsRecord]) -> list[Record]:
    """Number records so that those of one clinic, day and message share a number."""
    found: list[Record] = []
    ordered = sorted(records, key=lambda one: (*_place(one), one.bed_profile or ""))
    for position, (_, together) in enumerate(groupby(ordered, _place), 1):
        for record in together:
            record.__dict__["number"] = str(position)
            found.append(record)
    return found


def _month(asked: Asked, *, by: Wanted = ()) -> Told:
    """Return bed-days of a month by clinic and profile: all are the busy ones and the free ones."""
    values = asked.parameters.__dict__
    year, month = values.get("year") or 0, values.get("month") or 0
    narrowed = _narrowed(asked, by)
    if narrowed is None:
        return Told(refusal=F.PARAMETERS_WRONG, reason=NOT_NARROWED)
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return Told(refusal=F.PARAMETERS_WRONG, reason=f"Период: ожидается год от {FIRST_YEAR}, месяц от 1 до 12")
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    busy = func.sum(BedDay.occupied)
    rows = asked.session.execute(
        select(BedDay.clinic_code, BedDay.bed_profile, busy, func.sum(BedDay.free), func.sum(BedDay.arrived))
        .where(BedDay.day.between(first, last), *narrowed)
        .group_by(BedDay.clinic_code, BedDay.bed_profile)
        .order_by(BedDay.clinic_code, BedDay.bed_profile)
    )
    return Told(
        rows=[
            BedMonth(
                number=clinic,
                clinic=clinic,
                bed_profile=profile,
                all_beds=int(occupied) + int(free),
                busy_beds=int(occupied),
                arrived=int(arrived),
            )
            for clinic, profile, occupied, free, arrived in rows
        ]
    )


def _nothing(asked: Asked) -> Told:
    """Return no rows: the contract's list of reserved beds was always empty."""
    return Told()


_BY: dict[str, Wanted] = {
    "": (),
    "_of_clinic": ("clinic",),
    "_of_profile": ("bed_profile",),
    "_of_clinic_and_profile": ("clinic", "bed_profile"),
}
BED_QUERIES = (
    *(Query(f"beds_now{name}", "Свободные койки", partial(_beds, span=Span.NOW, by=by)) for name, by in _BY.items()),
    Query("beds_on", "Свободные койки на дату", partial(_beds, span=Span.ON)),
    Query("beds_since", "Изменения свободных коек с даты", partial(_beds, span=Span.SINCE)),
    *(Query(f"bed_month{name}", "Койко-дни за месяц", partial(_month, by=by)) for name, by in _BY.items()),
    Query("reserved_beds", "Забронированные койки", _nothing),
)
