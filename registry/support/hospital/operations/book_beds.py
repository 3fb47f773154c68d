"""Requests for a place: the record is stored as its kind says, and the status is kept for whoever asks (legacy)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from registry.core.outcomes import Item
from registry.core.work import Work
from registry.exchange.tables import Packet
from registry.support.hospital.operations.cancel_referrals import cancel_referrals
from registry.support.hospital.operations.close_stays import close_stays
from registry.support.hospital.operations.open_stays import open_urgent_stays
from registry.support.hospital.operations.register_referrals import register_referrals
from registry.support.hospital.rules.booking_checks import BookingStatus
from registry.support.hospital.tables import BedDay, Booking, Referral
from registry.support.hospital.workflow import WAITING

if TYPE_CHECKING:
    from registry.support.hospital.kinds.referral import ReferralRecord

FRESH = timedelta(days=3)


def book_beds(work: Work) -> None:
    """Store the referral; the place is booked when the hospital's last report leaves one that nobody waits for."""
    register_referrals(work)
    for item in _applied(work):
        referral_id = cast(int, item.answer["target_id"])
        record = cast("ReferralRecord", item.record)
        free = _free_beds(work, record, referral_id)
        status = BookingStatus.BOOKED if free > 0 else BookingStatus.NO_FREE_BEDS
        _keep(work, item, status, referral_id=referral_id)


def book_urgently(work: Work) -> None:
    """Store the emergency hospitalisation: its patient lies in the bed already."""
    open_urgent_stays(work)
    for item in _applied(work):
        _keep(work, item, BookingStatus.URGENTLY_BOOKED)


def release_beds(work: Work) -> None:
    """Store the discharge: the bed is free again."""
    close_stays(work)
    for item in _applied(work):
        _keep(work, item, BookingStatus.RELEASED)


def cancel_bookings(work: Work) -> None:
    """Store the cancellation; the request made with the referral ends with it."""
    cancel_referrals(work)
    for item in _applied(work):
        referral_id = cast(int, item.answer["target_id"])
        for booking in work.session.scalars(select(Booking).where(Booking.referral_id == referral_id)):
            booking.status, booking.changed_at = BookingStatus.CANCELLED.value, work.now
        _keep(work, item, BookingStatus.CANCELLED)


def _applied(work: Work) -> list[Item]:
    """Return the item of the packet when it was accepted: these packets carry one record."""
    return [item for item in work.items if item.is_open and item.answer.get("target_id")][:1]


def _keep(work: Work, item: Item, status: BookingStatus, *, referral_id: int | None = None) -> None:
    values = item.record.__dict__
    packet = work.session.get_one(Packet, work.packet_id)
    work.session.add(
        Booking(
            packet_id=packet.id,
            packet_guid=packet.sender_packet_id,
            organisation_id=packet.organisation_id,
            referral_id=referral_id,
            hospital_code=values.get("hospital") or "",
            status=status.value,
            hospitalised_on=values.get("hospitalised_on") or values.get("planned_on"),
            changed_at=work.now,
        )
    )
    work.session.flush()


def _free_beds(work: Work, record: ReferralRecord, referral_id: int) -> int:
    """Return the free beds last reported within three days, less the referrals that wait for them."""
    places = (BedDay.clinic_code == record.hospital, BedDay.bed_profile == record.bed_profile)
    latest = work.session.scalar(select(func.max(BedDay.day)).where(*places, BedDay.day >= work.today - FRESH))
    if latest is None:
        return 0
    free = work.session.scalar(select(func.sum(BedDay.free)).where(*places, BedDay.day == latest)) or 0
    waiting = work.session.scalar(
        select(func.count())
        .select_from(Referral)
        .where(
            Referral.hospital_code == record.hospital,
            Referral.bed_profile == record.bed_profile,
            Referral.planned_on == record.planned_on,
            Referral.state.in_([state.value for state in WAITING]),
            Referral.id != referral_id,
        )
    )
    return int(free) - int(waiting or 0)
