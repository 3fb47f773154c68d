"""Record checks of answers to requests for a place, and what their statuses mean."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.support.hospital.rules.case_checks import demanded

if TYPE_CHECKING:
    from registry.support.hospital.kinds.booking import BookingRecord


class BookingStatus(IntEnum):
    """Statuses of a request as its contract numbers them (DCExchangeSrv, clause 6.1)."""

    UNKNOWN = 1008
    ACCEPTED = 3004
    FINISHED_BEFORE = 3011
    CANCELLED = 3012
    RELEASED = 3013
    BED_NOT_FOUND = 3014
    NO_FREE_BEDS = 4002
    URGENTLY_BOOKED = 4004
    REFUSED = 4005
    BOOKED = 4007


POSSIBLE = frozenset((*range(3001, 3015), *range(4000, 4008)))
FINAL = frozenset((BookingStatus.CANCELLED, BookingStatus.RELEASED))
PROMISING = frozenset((BookingStatus.ACCEPTED, BookingStatus.BOOKED))


def status_is_possible(record: BookingRecord, context: CheckContext) -> Iterator[Finding]:
    """A hospital answers with a status of the contract."""
    if record.status is not None and record.status not in POSSIBLE:
        yield finding(F.VALUE_MALFORMED, "Состояние заявки", field="status", value=record.status)


BOOKING_CHECKS = (demanded("booking_id", "status"), status_is_possible)
QUESTION_CHECKS = (demanded("packet_guids"),)
