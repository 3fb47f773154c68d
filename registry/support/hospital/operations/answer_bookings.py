"""Statuses of requests for a place: set by the hospital, told to whoever sent the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import or_, select, true

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.exchange.tables import Packet
from registry.support.hospital.operations.referral_rows import lock_hospitals, settle_referrals
from registry.support.hospital.rules.booking_checks import FINAL, PROMISING, BookingStatus
from registry.support.hospital.tables import Booking, Referral

if TYPE_CHECKING:
    from registry.support.hospital.kinds.booking import BookingQuestionRecord, BookingRecord


def answer_bookings(work: Work) -> None:
    """Set the statuses a hospital gives to requests for its places; a finished request stays as it is."""
    lock_hospitals(work)
    wanted = {cast("BookingRecord", item.record).booking_id for item in work.items if item.is_open}
    mine = true() if work.by_fund else Booking.hospital_code.in_(sorted(work.sender_codes))
    known = {row.id: row for row in work.session.scalars(select(Booking).where(Booking.id.in_(wanted), mine))}
    promised: list[tuple[int, Item]] = []
    for item in work.items:
        if not item.is_open:
            continue
        record = cast("BookingRecord", item.record)
        row = known.get(cast(int, record.booking_id))
        status = _answer(work, item, record, row)
        item.answer["told"] = [{"booking_id": record.booking_id, "status": status}]
        if row is not None and row.referral_id is not None and status in PROMISING:
            promised.append((row.referral_id, item))
    _accept(work, promised)


def _answer(work: Work, item: Item, record: BookingRecord, row: Booking | None) -> int:
    if row is None:
        item.findings.append(finding(F.BOOKING_UNKNOWN, field="booking_id", value=record.booking_id))
        return BookingStatus.BED_NOT_FOUND.value
    if row.status in FINAL:
        return BookingStatus.FINISHED_BEFORE.value
    row.status = cast(int, record.status)
    row.hospitalised_on = record.hospitalised_on or row.hospitalised_on
    row.changed_at = work.now
    return row.status


def _accept(work: Work, promised: list[tuple[int, Item]]) -> None:
    """A hospital that promises a place has set the day of the referral."""
    if not promised:
        return
    items = dict(promised)
    rows = work.session.scalars(select(Referral).where(Referral.id.in_(sorted(items)))).all()
    for row in rows:
        day = cast("BookingRecord", items[row.id].record).hospitalised_on
        row.accepted_on = day or row.planned_on
    settle_referrals(work, [(row, items[row.id]) for row in rows])


def tell_bookings(work: Work) -> None:
    """Tell the statuses of the requests that came with these packets; a packet of somebody else is unknown."""
    own = work.session.get_one(Packet, work.packet_id)
    for item in work.items:
        if not item.is_open:
            continue
        guids = list(dict.fromkeys(cast("BookingQuestionRecord", item.record).packet_guids or []))
        mine = or_(
            Booking.organisation_id == own.organisation_id,
            Booking.hospital_code.in_(sorted(work.sender_codes)),
            *([true()] if work.by_fund else []),
        )
        rows = work.session.execute(
            select(Booking.packet_guid, Booking.status, Booking.hospitalised_on)
            .where(Booking.packet_guid.in_(guids), mine)
            .order_by(Booking.id)
        )
        known = {row.packet_guid: row for row in rows}
        item.answer["told"] = [
            {
                "packet_guid": guid,
                "status": known[guid].status if guid in known else BookingStatus.UNKNOWN.value,
                "hospitalised_on": known[guid].hospitalised_on.isoformat()
                if guid in known and known[guid].hospitalised_on
                else None,
            }
            for guid in guids
        ]
        item.answer["code"] = None if known else BookingStatus.UNKNOWN.value
