"""How МИС write districts."""

from __future__ import annotations

from registry.core.forms import CLINIC, DATE, DIGITS, INTEGER
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.district import DISTRICT
from registry.insured.kinds.district import DistrictRecord as D

SPELLINGS = (
    spell(
        DISTRICT,
        "generic",
        "DISTRICT",
        group(
            "HEADER",
            tag("CODE_MO", D.clinic, CLINIC),
            tag("ID_MO", D.clinic_oid),
            tag("LPUREGION_ID", D.number),
        ),
        group(
            "BODY",
            tag("LPUREGION_NAME", D.district, must=True),
            tag("LPUREGIONTYPE", D.area_type, INTEGER, must=True),
            tag("LPUSECTION_CODETFOMS", D.department),
            tag("LPUBUILDING_CODETFOMS", D.building),
            tag("DOC_SNILS", D.doctor_snils, DIGITS),
            tag("DOC_TYPE", D.doctor_category, INTEGER),
            tag("DOC_DATE", D.doctor_from, DATE),
            tag("LPUREGION_BEGDATE", D.opened_on, DATE, must=True),
            tag("LPUREGION_ENDDATE", D.closed_on, DATE),
        ),
    ),
)
