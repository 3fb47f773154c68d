"""How every contract asks who a person is."""

from __future__ import annotations

from registry.core.forms import CODE, DATE, FLAG, INTEGER
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.identification import IdentificationRequest as R
from registry.insured.kinds.person import Person as P
from registry.insured.spellings.codes import POLICY_ANY, POLICY_F008
from registry.insured.spellings.person import DCX_PERSON, GENERIC_NAMES, SERIES_AND_NUMBER, complete_enp

UIR_NAME = group(
    "FullName", tag("FamilyName", P.surname), tag("FirstName", P.first_name), tag("MiddleName", P.patronymic)
)
UIR_BIRTH = group("Birth", tag("BirthDate", P.birth_date, DATE), tag("BirthPlace", P.birth_place))
UIR_DATE = tag("InsDate", R.on, DATE)
DOCUMENT = (P.document_series, P.document_number)
POLICY = (P.policy_series, P.policy_number)

SPELLINGS = (
    spell(
        IDENTIFICATION,
        "uir",
        "UIRRequest",
        UIR_NAME,
        group(
            "Document",
            tag("DocType", P.document_type, CODE),
            tag("DocIdent", DOCUMENT, SERIES_AND_NUMBER),
        ),
        UIR_BIRTH,
        UIR_DATE,
        arrange=complete_enp,
    ),
    spell(
        IDENTIFICATION,
        "uir",
        "UIRRequest2",
        UIR_NAME,
        tag("PolicyType", P.policy_type, POLICY_ANY),
        tag("PolicyNumber", POLICY, SERIES_AND_NUMBER),
        tag("InsRegion", P.insurance_okato),
        UIR_BIRTH,
        UIR_DATE,
        sole=True,
        arrange=complete_enp,
    ),
    spell(
        IDENTIFICATION,
        "getattach",
        "GetAttach",
        tag("ENP", P.enp),
        tag("InsType", P.policy_type, POLICY_F008),
        tag("InsId", POLICY, SERIES_AND_NUMBER),
        tag("FamilyName", P.surname),
        tag("FirstName", P.first_name),
        tag("MiddleName", P.patronymic),
        tag("BirthDate", P.birth_date, DATE),
        tag("Snils", P.snils),
        tag("OnDate", R.on, DATE),
        tag("History", R.history, FLAG),
        sole=True,
        arrange=complete_enp,
    ),
    spell(IDENTIFICATION, "dcx", "p11_pr", *DCX_PERSON, name="GetAttachInformation", arrange=complete_enp),
    spell(
        IDENTIFICATION,
        "generic",
        "PERS",
        group("HEADER", tag("PERSONID", P.sender_person_id, INTEGER)),
        group(
            "BODY",
            *GENERIC_NAMES[:3],
            GENERIC_NAMES[4],
            GENERIC_NAMES[3],
            tag("DOCTYPE", P.document_type, CODE),
            tag("DOCSER", P.document_series),
            tag("DOCNUM", P.document_number),
            tag("SNILS", P.snils),
            tag("POLISTYPE", P.policy_type, POLICY_F008),
            tag("POLISSER", P.policy_series),
            tag("POLISNUM", P.policy_number),
            tag("POLISBEGDT", P.policy_from, DATE),
            tag("POLISENDDT", P.policy_to, DATE),
            tag("ENP", P.enp),
        ),
        arrange=complete_enp,
    ),
)
