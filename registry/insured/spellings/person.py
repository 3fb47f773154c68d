"""The person block of every XML contract, written once and used by all their kinds."""

from __future__ import annotations

from collections.abc import Iterator

from registry.core.forms import CODE, DATE, DAY_MOMENT, joined
from registry.core.spellings import Reading, tag
from registry.insured.kinds.person import Person as P
from registry.insured.spellings.codes import POLICY_DCX, POLICY_F008, SEX_CODE, SEX_LETTER

UNIFIED = frozenset("ПЭКЦХМ")
ENP_LENGTH = 16

DCX_PERSON = (
    tag("a10_dct", P.policy_type, POLICY_DCX, always=True),
    tag("a11_dcs", P.policy_series),
    tag("a12_dcn", P.policy_number),
    tag("a13_smcd", P.insurer),
    tag("a14_trcd", P.insurance_okato),
    tag("a15_pfio", P.surname),
    tag("a16_pnm", P.first_name),
    tag("a17_pln", P.patronymic),
    tag("a18_ps", P.sex, SEX_LETTER),
    tag("a19_pbd", P.birth_date, DAY_MOMENT),
    tag("a20_pph", P.phone),
    tag("a21_ps", P.document_series),
    tag("a22_pn", P.document_number),
    tag("a23_dt", P.document_type, CODE, always=True),
    tag("a24_sl", P.snils),
    tag("a25_enp", P.enp),
)

GENERIC_NAMES = (
    tag("FAM", P.surname),
    tag("IM", P.first_name),
    tag("OT", P.patronymic),
    tag("W", P.sex, SEX_CODE),
    tag("DR", P.birth_date, DATE),
)
GENERIC_POLICY = (
    tag("SMO", P.insurer),
    tag("VPOLIS", P.policy_type, POLICY_F008),
    tag("SPOLIS", P.policy_series),
    tag("NPOLIS", P.policy_number),
)
GENERIC_DOCUMENT = (
    tag("DOCTYPE", P.document_type, CODE),
    tag("DOCSER", P.document_series),
    tag("DOCNUM", P.document_number),
    tag("SNILS", P.snils),
)
SERIES_AND_NUMBER = joined()


def complete_enp(reading: Reading) -> Iterator[Reading]:
    """Of a unified policy the number is the ЕНП: whichever of the two is missing is taken from the other."""
    values = reading.values
    if values.get("policy_type") in UNIFIED:
        number = values.get("policy_number")
        if not values.get("enp") and number and len(number) == ENP_LENGTH:
            values["enp"] = number
    yield reading
