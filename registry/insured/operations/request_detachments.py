"""Keeping notices of one clinic for another."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import insert

from registry.core.work import Work
from registry.insured.operations.attach_people import person_of
from registry.insured.tables import DetachmentNotice

if TYPE_CHECKING:
    from registry.insured.kinds.detachment_request import DetachmentRequest


def request_detachments(work: Work) -> None:
    """Store every notice; the clinic it is meant for reads it until the next reconciliation."""
    rows = []
    for item in work.items:
        if not item.is_open:
            continue
        record = cast("DetachmentRequest", item.record)
        rows.append(
            {
                "source_code": record.source,
                "target_code": record.target,
                "person_id": person_of(item),
                "notice_number": record.notice_number or "",
                "notice_date": record.notice_date,
                "recorded_at": work.now,
                "packet_id": work.packet_id,
                "record_number": (record.number or "")[:36],
            }
        )
    if rows:
        work.session.execute(insert(DetachmentNotice), rows)
