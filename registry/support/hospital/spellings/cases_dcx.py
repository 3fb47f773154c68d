"""How DCExchangeSrv writes referrals, stays, discharges and cancellations (contract, clauses 4.3 and 4.5)."""

from __future__ import annotations

from registry.core.forms import CODE, DAY_MOMENT, LOCAL_MOMENT, codes
from registry.core.kinds import MessageKind
from registry.core.spellings import Node, Spelling, Tag, fixed, group, spell, tag
from registry.insured.spellings.person import DCX_PERSON, complete_enp
from registry.support.hospital.kinds.booking import BED_BOOKING, BED_RELEASE, BOOKING_CANCELLATION, EMERGENCY_BOOKING
from registry.support.hospital.kinds.discharge import DISCHARGE
from registry.support.hospital.kinds.discharge import DischargeRecord as D
from registry.support.hospital.kinds.emergency_hospitalisation import EMERGENCY_HOSPITALISATION
from registry.support.hospital.kinds.hospital_case import CareForm
from registry.support.hospital.kinds.hospital_case import HospitalCase as H
from registry.support.hospital.kinds.hospitalisation import HOSPITALISATION
from registry.support.hospital.kinds.referral import REFERRAL
from registry.support.hospital.kinds.referral import ReferralRecord as R
from registry.support.hospital.kinds.referral_cancellation import REFERRAL_CANCELLATION
from registry.support.hospital.kinds.referral_cancellation import ReferralCancellationRecord as C

Nodes = tuple[Node, ...]
# an older program knew 1 and 2 only; whatever it means by 2 is kept as it was sent
CARE_FORM = codes(
    {"1": CareForm.PLANNED, "2": CareForm.URGENT, "3": CareForm.EMERGENCY}, name="dcx_care_form", type_="int"
)
# programs whose schema says int write 0 when it is not set
CARE_CONDITIONS = codes({"0": None, "1": "1", "2": "2"}, name="dcx_care_conditions")


def _number() -> Tag:
    return tag("m10_nzap", H.number, always=True)


REFERRAL_NODES: Nodes = (
    _number(),
    tag("m11_ornm", H.referral_number),
    tag("m12_ordt", H.referral_on, DAY_MOMENT),
    tag("m13_ortp", H.form, CARE_FORM, always=True),
    tag("m14_moscd", H.referring_clinic),
    tag("m15_modcd", H.hospital),
    group("m16_pr", *DCX_PERSON),
    tag("m18_mkbcd", H.mkb),
    tag("m19_kpkcd", H.bed_profile),
    tag("m20_sccd", H.department),
    tag("m21_dcnm", R.doctor),
    tag("m22_dtph", R.planned_on, DAY_MOMENT),
    fixed("m23_zerr", "0"),
    tag("m24_usok", H.care_conditions, CARE_CONDITIONS),
    tag("m25_trcd", H.region_okato),
    tag("z99_guid", H.guid),
)
HOSPITALISATION_NODES: Nodes = (
    _number(),
    tag("m11_ornm", H.referral_number),
    tag("m12_ordt", H.referral_on, DAY_MOMENT),
    tag("m13_ortp", H.form, CARE_FORM, always=True),
    tag("m14_moscd", H.referring_clinic),
    tag("m15_modcd", H.hospital),
    tag("m16_dttmfh", (H.hospitalised_on, H.hospitalised_time), LOCAL_MOMENT),
    group("m17_pr", *DCX_PERSON),
    tag("m18_kpkcd", H.bed_profile),
    tag("m19_sccd", H.department),
    tag("m20_crdnum", H.card_number),
    tag("m21_mkbcd", H.mkb),
    fixed("m22_zerr", "0"),
    tag("m24_usok", H.care_conditions, CARE_CONDITIONS),
    tag("m25_trcd", H.region_okato),
    tag("z99_guid", H.guid),
)
EMERGENCY_NODES: Nodes = (
    _number(),
    tag("m11_modcd", H.hospital),
    tag("m12_dttmfh", (H.hospitalised_on, H.hospitalised_time), LOCAL_MOMENT),
    group("m13_pr", *DCX_PERSON),
    tag("m14_kpkcd", H.bed_profile),
    tag("m15_sccd", H.department),
    tag("m16_crdnum", H.card_number),
    tag("m17_mkbcd", H.mkb),
    fixed("m18_zerr", "0"),
    tag("z99_guid", H.guid),
)
CANCELLATION_NODES: Nodes = (
    tag("m10_nzap", C.number, always=True),
    tag("m11_ornm", C.referral_number),
    tag("m12_ordt", C.referral_on, DAY_MOMENT),
    tag("m13_orstp", C.canceller_kind, CODE, always=True),
    tag("m14_ornscd", C.canceller),
    tag("m15_ornrcd", C.cancel_reason, CODE, always=True),
    tag("m16_ornld", C.cancelled_on, DAY_MOMENT),
    tag("m17_dtph", C.planned_on, DAY_MOMENT),
    tag("m18_lpucode", C.hospital),
    tag("m19_kpkcd", C.bed_profile),
    fixed("m20_zerr", "0"),
    tag("z99_guid", C.guid),
)
DISCHARGE_NODES: Nodes = (
    _number(),
    tag("m11_ornm", H.referral_number),
    tag("m12_ordt", H.referral_on, DAY_MOMENT),
    tag("m13_ortp", H.form, CARE_FORM, always=True),
    tag("m14_modcd", H.hospital),
    tag("m15_dttmfh", (H.hospitalised_on, H.hospitalised_time), LOCAL_MOMENT),
    tag("m16_dttmlv", (D.discharged_on, D.discharged_time), LOCAL_MOMENT),
    group("m17_pr", *DCX_PERSON),
    tag("m18_kpkcd", H.bed_profile),
    tag("m19_sccd", H.department),
    tag("m20_crdnum", H.card_number),
    fixed("m21_zerr", "0"),
    tag("z99_guid", H.guid),
)


def _record(kind: MessageKind, name: str, nodes: Nodes, root: str = "l10_orcl") -> Spelling:
    return spell(kind, "dcx", root, *nodes, name=name, arrange=complete_enp)


SPELLINGS = (
    _record(REFERRAL, "SendPlanOrdersClinic", REFERRAL_NODES),
    _record(HOSPITALISATION, "SendFactOrdersHospital", HOSPITALISATION_NODES),
    _record(EMERGENCY_HOSPITALISATION, "SendOrdersHospitalUrgently", EMERGENCY_NODES),
    _record(REFERRAL_CANCELLATION, "SendOrdersNullification", CANCELLATION_NODES),
    _record(DISCHARGE, "SendOrdersLeave", DISCHARGE_NODES),
    _record(BED_BOOKING, "SendTryReservedBed", REFERRAL_NODES, "p11_orderclinic"),
    _record(EMERGENCY_BOOKING, "SendReservedBedUrgently", EMERGENCY_NODES, "p11_orderhospitalurgently"),
    _record(BOOKING_CANCELLATION, "SendTryCancelBed", CANCELLATION_NODES, "p11_ordernullification"),
    _record(BED_RELEASE, "SendTryFreeBed", DISCHARGE_NODES, "p11_orderleavehospital"),
)
