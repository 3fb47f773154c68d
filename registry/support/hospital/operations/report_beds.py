"""Reports of places: the latest of a day wins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, tuple_

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.support.hospital.operations.referral_rows import PORTION, lock_hospitals, stamp, words_of, write_rows
from registry.support.hospital.rules.decisions import same_words
from registry.support.hospital.tables import BedDay

if TYPE_CHECKING:
    from registry.support.hospital.kinds.beds import BedsRecord

BedKey = tuple[str, date, str, str, str, str]


def report_beds(work: Work) -> None:
    """Store the places of every open item under clinic, day, department, conditions and profile (4.4)."""
    lock_hospitals(work)
    items = [item for item in work.items if item.is_open]
    keys = [_key(cast("BedsRecord", item.record)) for item in items]
    known = _known(work, keys)
    seen: set[BedKey] = set()
    written: list[BedDay] = []
    days: set[tuple[str, date]] = set()
    for item, key in zip(items, keys, strict=True):
        if key in seen:
            item.findings.append(finding(F.DUPLICATE_IN_PACKET, "профиль койки повторяется", field="bed_profile"))
            continue
        seen.add(key)
        row = _store(work, item, key, known)
        if row is not None:
            written.append(row)
        if row is not None and key[:2] not in days:
            days.add(key[:2])
            number = item.record.number or str(item.position)
            item.changes.append(Change("beds_reported", None, key[0], key[1], number, {"day": key[1].isoformat()}))
    write_rows(work, written)


def _key(record: BedsRecord) -> BedKey:
    place = (record.branch or "", record.division or "", record.care_conditions or "", record.bed_profile or "")
    return (record.clinic or "", cast(date, record.day), *place)


def _known(work: Work, keys: list[BedKey]) -> dict[BedKey, BedDay]:
    found: dict[BedKey, BedDay] = {}
    wanted = sorted({key[:2] for key in keys})
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        for row in work.session.scalars(select(BedDay).where(tuple_(BedDay.clinic_code, BedDay.day).in_(some))):
            place = (row.branch, row.division, row.care_conditions, row.bed_profile)
            found[(row.clinic_code, row.day, *place)] = row
    return found


def _store(work: Work, item: Item, key: BedKey, known: dict[BedKey, BedDay]) -> BedDay | None:
    """Return the row as it is to be written; ``None`` when nothing new is said. Negative free places count as none."""
    record = cast("BedsRecord", item.record)
    words, row = words_of(record), known.get(key)
    if row is not None and same_words(row.told, words):
        return None
    if row is None:
        row = BedDay(
            clinic_code=key[0], day=key[1], branch=key[2], division=key[3], care_conditions=key[4], bed_profile=key[5]
        )
    row.occupied, row.arrived = record.occupied or 0, record.arrived or 0
    row.departed, row.planned = record.departed or 0, record.planned or 0
    parts = (record.free_men, record.free_women, record.free_children)
    row.free = max(0, record.free) if record.free is not None else sum(max(0, one or 0) for one in parts)
    stamp(row, words, work)
    return row
