"""How DCExchangeSrv writes places, and the requests for them that programs of 2017 make (clauses 4.3 and 4.5)."""

from __future__ import annotations

from registry.core.forms import DAY_MOMENT, INT
from registry.core.spellings import each, fixed, group, listed, spell, tag
from registry.support.hospital.kinds.beds import BED_MONTH, BEDS, BedMonth, BedsRecord, BedVolume
from registry.support.hospital.kinds.booking import (
    BOOKING_ANSWER,
    BOOKING_QUESTION,
    BookingQuestionRecord,
    BookingRecord,
)
from registry.support.hospital.spellings.cases_dcx import CARE_CONDITIONS

B, M, V, S = BedsRecord, BedMonth, BedVolume, BookingRecord
MOST_GUIDS = 2_500

SPELLINGS = (
    spell(
        BEDS,
        "dcx",
        "l10_orcl",
        tag("m10_nzap", B.number, always=True),
        tag("m11_indt", B.day, DAY_MOMENT),
        tag("m12_mocd", B.clinic),
        group(
            "m13_bprlist",
            each(
                "s10_bpr",
                tag("k10_kpkcd", B.bed_profile),
                tag("k11_cntcn", B.occupied, INT, always=True),
                tag("k12_cnten", B.arrived, INT, always=True),
                tag("k13_cntlv", B.departed, INT, always=True),
                tag("k14_cntpl", B.planned, INT, always=True),
                tag("k15_cntfrmn", B.free_men, INT, always=True),
                tag("k16_cntfrwm", B.free_women, INT, always=True),
                tag("k17_cntfrch", B.free_children, INT, always=True),
                listed(
                    "k18_vkdlist",
                    "n10_vkd",
                    B.volumes,
                    tag("k10_vtp", V.volume_kind, INT, always=True),
                    tag("k11_smcd", V.insurer),
                    tag("k12_vkd", V.amount, INT, always=True),
                    tag("k13_iguid", V.volume_guid),
                ),
                tag("k19_iguid", B.profile_guid),
            ),
        ),
        fixed("m14_zerr", "0"),
        tag("m15_usok", B.care_conditions, CARE_CONDITIONS),
        tag("z99_guid", B.guid),
        name="SendKDInformation",
    ),
    spell(
        BED_MONTH,
        "dcx",
        "l10_orcl",
        tag("l1_mocd", M.clinic),
        each(
            "l2_kprec",
            tag("r1_kpkcd", M.bed_profile),
            tag("r2_allbd", M.all_beds, INT, always=True),
            tag("r3_bsbd", M.busy_beds, INT, always=True),
            tag("r4_smcd", M.insurer),
            tag("r5_allhsp", M.arrived, INT, always=True),
        ),
        name="bed_month",
    ),
    spell(
        BOOKING_ANSWER,
        "dcx",
        "r10_abr",
        tag("p10_recid", S.booking_id, INT),
        group("p11_brdt", tag("a10_stcd", S.status, INT), tag("a11_hsdt", S.hospitalised_on, DAY_MOMENT)),
        tag("p12_nzap", S.number, always=True),
        name="SendTryAssertReservedBed",
    ),
    spell(
        BOOKING_ANSWER,
        "dcx",
        "l10_recl",
        tag("a10_recid", S.booking_id, INT, always=True),
        tag("a11_stcd", S.status, INT, always=True),
        name="answered_booking",
    ),
    spell(
        BOOKING_QUESTION,
        "dcx",
        "orderpack",
        listed("p11guid_list", "r10_guid", BookingQuestionRecord.packet_guids, most=MOST_GUIDS),
        name="GetReservedBedStatus",
    ),
    spell(
        BOOKING_ANSWER,
        "dcx",
        "g10_guitst",
        tag("r10_guid", S.packet_guid),
        tag("r11_stcd", S.status, INT, always=True),
        tag("r12_hsdt", S.hospitalised_on, DAY_MOMENT),
        name="booking_state",
    ),
)
