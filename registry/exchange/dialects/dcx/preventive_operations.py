"""Rows of the operations table about preventive events (contract, clause 3.5)."""

from __future__ import annotations

from registry.core.findings import FindingCode as F
from registry.exchange.dialects.base import Spoken
from registry.exchange.dialects.dcx.shapes import Family, ListOperation, PacketOperation

OF_ORGANISATION = (F.ORGANISATION_ABSENT, F.ORGANISATION_WRONG, F.ORGANISATION_UNKNOWN)
OF_DAY = (F.DATE_ABSENT, F.DATE_WRONG, F.DATE_IN_FUTURE, F.DATE_ORDER)
# record codes 601–620 (clause 6.2); a person who is not found is 616 here, whatever the policy says
SAID: Spoken = {
    **dict.fromkeys((F.PERSON_NOT_FOUND, F.PERSON_ANNULLED, F.INSUFFICIENT_DATA), 616),
    **dict.fromkeys(OF_ORGANISATION, 601),
    **{(code, "informer"): 602 for code in OF_ORGANISATION},
    (F.BOOK_VALUE_UNKNOWN, "event_kind"): 603,
    (F.BOOK_VALUE_UNKNOWN, "event_method"): 604,
    (F.BOOK_VALUE_UNKNOWN, "inform_method"): 605,
    (F.BOOK_VALUE_UNKNOWN, "inform_step"): 606,
    (F.BOOK_VALUE_UNKNOWN, "execution_step"): 607,
    F.FOREIGN_ORGANISATION: 610,
    (F.FOREIGN_ORGANISATION, "informer"): 615,
    **{(code, "held_on"): 611 for code in OF_DAY},
    (F.VALUE_MALFORMED, "year"): 612,
    (F.VALUE_MALFORMED, "month"): 612,
    **{(code, "informed_on"): 613 for code in OF_DAY},
    **{(code, "executed_on"): 614 for code in OF_DAY},
    F.NOT_ATTACHED_HERE: 617,
    # a row of a plan is taken with any section: the fund sees the note, the program would take it for a refusal
    F.DISTRICT_UNKNOWN: None,
    F.EXAM_UNSUITABLE: 618,
    F.ALREADY_PLANNED: 618,
    F.ALREADY_EXECUTED: 618,
    F.TOLD_UNDER_OTHER_NUMBER: 619,
    (F.VALUE_FORBIDDEN, "event_method"): 620,
}


def _put(name: str, records: str) -> PacketOperation:
    return PacketOperation(
        name, records, "responcepack", Family.ORDERS, empty_ok=True, numbered="rid", quiet=True, said=SAID
    )


PACKETS = (
    _put("putEvContacts", "evContacts"),
    _put("putEvPlanDates", "evPlanDates"),
    _put("putEvPlanList", "evPlanList"),
    _put("putEvFactInfos", "evFactInfos"),
    _put("putEvFactExecs", "evFactExecs"),
)
LISTS = (
    ListOperation("getEvPlanQtys", "plan_quantities", "evPlanQtys", "plan_quantity"),
    ListOperation("getEvContacts", "clinic_contacts", "evContacts", "putEvContacts"),
    ListOperation("getEvPlanDates", "plan_dates", "evPlanDates", "putEvPlanDates"),
    ListOperation("getEvPlanList", "plan_list", "evPlanList", "putEvPlanList"),
    ListOperation("getEvFactInfos", "informing_facts", "evFactInfos", "putEvFactInfos"),
    ListOperation("getEvFactExecs", "execution_facts", "evFactExecs", "putEvFactExecs"),
    ListOperation("getEvFactInvcs", "invoice_facts", "evFactInvcs", "invoice_fact"),
    ListOperation("getEvUdvnStats", "in_depth_people", "evUdvnStats", "in_depth_person"),
)
