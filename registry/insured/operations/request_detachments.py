"""Keeping notices of one clinic for another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import insert, select

from registry.core.work import Work
from registry.insured.operations.attach_people import person_of
from registry.insured.tables import DetachmentNotice

if TYPE_CHECKING:
    from registry.insured.kinds.detachment_request import DetachmentRequest

Notice = tuple[str, str, int, str, date | None]
#: As long as the clinic it is meant for can read a notice (contract, clause 2.2), the same one is no other.
READABLE = timedelta(days=10)
PORTION = 2_000


def request_detachments(work: Work) -> None:
    """Store every notice that cannot be read already; the clinic it is meant for reads it for ten days."""
    items = [item for item in work.items if item.is_open]
    known = _known(work, {person_of(item) for item in items})
    rows = []
    for item in items:
        record = cast("DetachmentRequest", item.record)
        notice: Notice = (
            record.source or "",
            record.target or "",
            person_of(item),
            record.notice_number or "",
            record.notice_date,
        )
        if notice in known:
            continue
        known.add(notice)
        names = ("source_code", "target_code", "person_id", "notice_number", "notice_date")
        rows.append(
            {
                **dict(zip(names, notice, strict=True)),
                "recorded_at": work.now,
                "packet_id": work.packet_id,
                "record_number": (record.number or "")[:36],
            }
        )
    if rows:
        work.session.execute(insert(DetachmentNotice), rows)


def _known(work: Work, person_ids: Iterable[int]) -> set[Notice]:
    found: set[Notice] = set()
    wanted = sorted(person_ids)
    columns = (
        DetachmentNotice.source_code,
        DetachmentNotice.target_code,
        DetachmentNotice.person_id,
        DetachmentNotice.notice_number,
        DetachmentNotice.notice_date,
    )
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        rows = work.session.execute(
            select(*columns).where(
                DetachmentNotice.person_id.in_(some), DetachmentNotice.recorded_at >= work.now - READABLE
            )
        )
        found.update((one[0], one[1], one[2], one[3], one[4]) for one in rows)
    return found
