"""Lists, notices and doctors of attachment as DCExchangeSrv writes them (contract, clause 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from registry.core.forms import DATE, DAY_MOMENT, FLAG, INT, codes
from registry.core.spellings import Reading, each, group, spell, tag
from registry.insured.kinds.attached_person import ATTACHED_PERSON
from registry.insured.kinds.attached_person import AttachedPerson as L
from registry.insured.kinds.attachment import DETACHMENT
from registry.insured.kinds.attachment import Attachment as A
from registry.insured.kinds.detachment_request import DETACHMENT_REQUEST
from registry.insured.kinds.detachment_request import DetachmentRequest as N
from registry.insured.kinds.doctor_section import DOCTOR_SECTION
from registry.insured.kinds.doctor_section import DoctorSection as S
from registry.insured.spellings.attachment import DCX_END_REASON, DCX_METHOD
from registry.insured.spellings.codes import POLICY_DCX, SEX_LETTER
from registry.insured.spellings.person import DCX_PERSON, complete_enp

BY_FUND = codes({"1": True, "0": False}, name="by_fund", type_="int")


def _sections(reading: Reading) -> Iterator[Reading]:
    """A worker on a section counts from the day of the section, else from the day of the work."""
    values = reading.values
    values.setdefault("district_from", values.get("doctor_from"))
    reading.values = {name: value for name, value in values.items() if value is not None}
    yield reading


SPELLINGS = (
    spell(
        ATTACHED_PERSON,
        "dcx",
        "l10_orcl",
        tag("a01", L.surname),
        tag("a02", L.first_name),
        tag("a03", L.patronymic),
        tag("a04", L.birth_date, DAY_MOMENT),
        tag("a05", L.policy_series),
        tag("a06", L.policy_number),
        tag("a07", L.policy_type, POLICY_DCX),
        tag("a08", L.enp),
        each(
            "a09",
            tag("i1", L.attached_on, DAY_MOMENT),
            tag("i2", L.doctor_snils),
            tag("i3", L.district),
            tag("i4", L.clinic),
            tag("i5", L.method, DCX_METHOD, always=True),
        ),
        tag("a10", L.sex, SEX_LETTER),
        tag("a11", L.number, always=True),
        tag("a12_r", L.registered_district),
        tag("a13_c", L.registered_city),
        tag("a14_n", L.registered_settlement),
        tag("a15_u", L.registered_street),
        tag("a16_d", L.registered_house),
        tag("a17_k", L.registered_building),
        tag("a18_k", L.registered_flat),
        tag("a19_pr", L.living_district),
        tag("a20_pc", L.living_city),
        tag("a21_pn", L.living_settlement),
        tag("a22_pu", L.living_street),
        tag("a23_pd", L.living_house),
        tag("a24_pk", L.living_building),
        tag("a25_pk", L.living_flat),
        tag("a26_hp", L.by_fund, BY_FUND, always=True),
        tag("a27", L.phone),
        tag("a28", L.document_series),
        tag("a29", L.document_number),
        tag("a30", L.document_type, INT),
        tag("a31", L.snils),
        tag("a32", L.insurer),
        tag("a33", L.died_on, DAY_MOMENT),
        name="attached_person",
    ),
    spell(
        DETACHMENT,
        "dcx",
        "l10_orcl",
        tag("p10_nzap", A.number, always=True),
        group("p11_pr", *DCX_PERSON),
        tag("p12_sect", A.district),
        tag("p13_add", A.detached_on, DAY_MOMENT),
        tag("p14_adr", A.end_reason, DCX_END_REASON, always=True),
        tag("p15_mo", A.clinic),
        tag("p16_f", A.by_fund, FLAG),
        name="detached_person",
    ),
    spell(
        DETACHMENT_REQUEST,
        "dcx",
        "p_10orcl",
        tag("m01_nzap", N.number, always=True),
        tag("m02_mosrc", N.source),
        tag("m03_modes", N.target),
        group("m04_pep", *DCX_PERSON),
        tag("m05_nntf", N.notice_number),
        tag("m06_dntf", N.notice_date, DATE),
        name="SendQueryForDeAttachForMO",
        arrange=complete_enp,
    ),
    spell(
        DOCTOR_SECTION,
        "dcx",
        "p12_orcl",
        tag("p11_mocd", S.reporting_clinic),
        tag("d10_nzap", S.number, always=True),
        tag("d11_snils", S.doctor_snils),
        each(
            "d12_orcl",
            tag("s10_sect", S.district),
            tag("s11_dn", S.district_from, DAY_MOMENT),
            tag("s12_snum", S.district_number),
        ),
        tag("d13_dn", S.doctor_from, DAY_MOMENT),
        tag("d14_st", S.doctor_category, INT, always=True),
        tag("d15_mo", S.clinic),
        tag("d16_sr", S.surname),
        tag("d17_nm", S.first_name),
        tag("d18_ln", S.patronymic),
        tag("d19_br", S.birth_date, DAY_MOMENT),
        tag("d20_ds", S.speciality, INT, always=True),
        name="SendAttachDoctorSectionInformation",
        arrange=_sections,
    ),
)
