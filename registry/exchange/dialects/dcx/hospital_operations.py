"""Rows of the operations table about referrals, stays and places (contract, clauses 3.2, 3.3 and 3.6)."""

from __future__ import annotations

from registry.core.findings import FindingCode as F
from registry.exchange.dialects.base import Spoken
from registry.exchange.dialects.dcx.shapes import Family, ListOperation, PacketOperation

O = Family.ORDERS  # noqa: E741 - one letter keeps the tables below readable
NUMBER = "m10_nzap"
# a request for a place is one record: with errors nothing of the package is processed (contract, 6.1, bed operations)
PACKET_REJECTED = 1004


def _any(number: int, field: str, *codes: F) -> dict[F | tuple[F, str], int | None]:
    return {(code, field): number for code in codes}


VALUE = (F.VALUE_ABSENT, F.VALUE_MALFORMED, F.VALUE_TOO_LONG)
DATE = (F.DATE_ABSENT, F.DATE_WRONG)
CLINIC = (F.ORGANISATION_ABSENT, F.ORGANISATION_WRONG, F.ORGANISATION_UNKNOWN)

# the numbers of the early checks of orders (contract, 6.2); by field, since there a code is about an element
ORDER_CODES: Spoken = {
    **_any(200, "referral_number", *VALUE),
    **_any(201, "referral_number", F.DUPLICATE_IN_PACKET),
    **_any(202, "referral_on", *DATE),
    **_any(203, "form", *VALUE),
    **_any(204, "referring_clinic", *CLINIC),
    **_any(205, "hospital", *CLINIC),
    **_any(205, "clinic", *CLINIC),
    **_any(217, "mkb", *VALUE),
    **_any(218, "bed_profile", *VALUE, F.DUPLICATE_IN_PACKET),
    **_any(219, "department", *VALUE),
    **_any(220, "doctor", *VALUE),
    **_any(221, "planned_on", *DATE),
    **_any(221, "hospitalised_on", *DATE),
    **_any(222, "card_number", *VALUE),
    **_any(223, "canceller_kind", *VALUE),
    **_any(224, "canceller", *VALUE, *CLINIC),
    **_any(225, "cancel_reason", *VALUE),
    **_any(226, "discharged_on", *DATE),
    **_any(7010, "cancelled_on", *DATE),
    **_any(7010, "day", *DATE),
}


def _sent(name: str, records: str) -> PacketOperation:
    return PacketOperation(
        name, records, "responcepack", O, empty_ok=True, numbered=NUMBER, quiet=True, said=ORDER_CODES
    )


def _booked(name: str, record: str) -> PacketOperation:
    return PacketOperation(
        name,
        "",
        "orderpack",
        O,
        person=record,
        empty_ok=True,
        numbered=NUMBER,
        quiet=True,
        said=ORDER_CODES,
        on_errors=PACKET_REJECTED,
    )


PACKETS = (
    _sent("SendPlanOrdersClinic", "p11_ordercliniclist"),
    _sent("SendFactOrdersHospital", "p11_orderhospitallist"),
    _sent("SendOrdersHospitalUrgently", "p11_orderhospitalurgentlylist"),
    _sent("SendOrdersNullification", "p11_ordernullificationlist"),
    _sent("SendOrdersLeave", "p11_orderleavehospitallist"),
    _sent("SendKDInformation", "p11_kdInformationlist"),
    _booked("SendTryReservedBed", "p11_orderclinic"),
    _booked("SendTryFreeBed", "p11_orderleavehospital"),
    _booked("SendTryCancelBed", "p11_ordernullification"),
    _booked("SendReservedBedUrgently", "p11_orderhospitalurgently"),
    PacketOperation(
        "SendTryAssertReservedBed",
        "p11_abl",
        "orderpack",
        O,
        empty_ok=True,
        numbered="p12_nzap",
        told="p11_statuslist",
        told_as="answered_booking",
        package_first=True,
        said=ORDER_CODES,
    ),
    PacketOperation(
        "GetReservedBedStatus",
        "",
        "orderpack",
        O,
        person=".",
        empty_ok=True,
        told="p11_statuslist",
        told_as="booking_state",
        package_first=True,
    ),
)


def _lists(name: str, query: str, rows: str, spelling: str) -> tuple[ListOperation, ...]:
    """The three spans of one list: now, for a date, changed since."""
    return (
        ListOperation(name, f"{query}_now", rows, spelling),
        ListOperation(f"{name}PDG", f"{query}_on", rows, spelling),
        ListOperation(f"{name}LDS", f"{query}_since", rows, spelling),
    )


BEDS, BED_ROWS = "SendKDInformation", "p11_kdInformationlist"
LISTS = (
    *_lists("GetKDInformation", "beds", BED_ROWS, BEDS),
    ListOperation("GetKDInformationByMO", "beds_now_of_clinic", BED_ROWS, BEDS),
    ListOperation("GetKDInformationByKpk", "beds_now_of_profile", BED_ROWS, BEDS),
    ListOperation("GetKDInformationByKPKMO", "beds_now_of_clinic_and_profile", BED_ROWS, BEDS),
    *_lists("GetPlanOrdersClinic", "referrals", "p11_ordercliniclist", "SendPlanOrdersClinic"),
    *_lists("GetFactOrdersHospital", "hospitalisations", "p11_orderhospitallist", "SendFactOrdersHospital"),
    *_lists(
        "GetOrdersHospitalUrgently",
        "emergency_hospitalisations",
        "p11_orderhospitalurgentlylist",
        "SendOrdersHospitalUrgently",
    ),
    *_lists(
        "GetOrdersNullification", "referral_cancellations", "p11_ordernullificationlist", "SendOrdersNullification"
    ),
    *_lists("GetOrdersLeaveHospital", "discharges", "p11_orderleavehospitallist", "SendOrdersLeave"),
    ListOperation("GetRealReservedBedList", "reserved_beds", "p11_ordercliniclist", "SendPlanOrdersClinic"),
    ListOperation("GetFreeKDInformation", "bed_month", "p12_lpukpklist", "bed_month", period=True),
    ListOperation("GetFreeKDInformationByMO", "bed_month_of_clinic", "p12_lpukpklist", "bed_month", period=True),
    ListOperation("GetFreeKDInformationByKPK", "bed_month_of_profile", "p12_lpukpklist", "bed_month", period=True),
    ListOperation(
        "GetFreeKDInformationByKPKMO", "bed_month_of_clinic_and_profile", "p12_lpukpklist", "bed_month", period=True
    ),
    ListOperation("GetAttachAgregateSmoMoByDate", "attached_totals", "", "attached_total", bare=True),
)
