"""How regional identification services ask who a person is (identification contract, clauses 4 to 6)."""

from __future__ import annotations

from registry.core.forms import CODE, DATE, FLAG
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.identification import IdentificationRequest as R
from registry.insured.kinds.person import Person as P
from registry.insured.spellings.codes import POLICY_ANY
from registry.insured.spellings.person import SERIES_AND_NUMBER, complete_enp

DOCUMENT = (P.document_series, P.document_number)
POLICY = (P.policy_series, P.policy_number)

VOLOGDA = (
    spell(
        IDENTIFICATION,
        "vologda",
        "GetMedInsState",
        tag("familyName", P.surname),
        tag("firstName", P.first_name),
        tag("middleName", P.patronymic),
        tag("birthDate", P.birth_date, DATE),
        tag("insId", POLICY, SERIES_AND_NUMBER),
        tag("enp", P.enp),
        tag("docType", P.document_type, CODE),
        tag("docIdent", DOCUMENT, SERIES_AND_NUMBER),
        tag("snils", P.snils),
        sole=True,
        arrange=complete_enp,
    ),
    spell(IDENTIFICATION, "vologda", "GetAttach", tag("ENP", P.enp), sole=True),
)

# The policy fields stand inside FullName and InsDate inside Birth; clients of the federal form put them beside.
_POLICY_TAGS = (
    tag("PolicyType", P.policy_type, POLICY_ANY),
    tag("PolicyNumber", POLICY, SERIES_AND_NUMBER),
    tag("InsRegion", P.insurance_okato),
)
_DATE = tag("InsDate", R.on, DATE)
_NAMES = (tag("FamilyName", P.surname), tag("FirstName", P.first_name), tag("MiddleName", P.patronymic))
_BIRTH = (tag("BirthDate", P.birth_date, DATE), tag("BirthPlace", P.birth_place))

VOLGOGRAD = (
    spell(
        IDENTIFICATION,
        "volgograd",
        "GetMedInsState",
        group(
            "p",
            group("FullName", *_NAMES),
            group("Document", tag("DocType", P.document_type, CODE), tag("DocIdent", DOCUMENT, SERIES_AND_NUMBER)),
            group("Birth", *_BIRTH),
        ),
    ),
    spell(
        IDENTIFICATION,
        "volgograd",
        "GetMedInsState2",
        group("p", group("FullName", *_NAMES, *_POLICY_TAGS), group("Birth", *_BIRTH, _DATE), *_POLICY_TAGS, _DATE),
        sole=True,
        arrange=complete_enp,
    ),
    spell(
        IDENTIFICATION,
        "volgograd",
        "GetMedInsState3",
        group("p", tag("NumberENP", P.enp), _DATE),
        sole=True,
    ),
)

KARELIA = (
    spell(
        IDENTIFICATION,
        "karelia_search",
        "SearchPeople",
        tag("FAM", P.surname),
        tag("IM", P.first_name),
        tag("OT", P.patronymic),
        tag("birthDate", P.birth_date, DATE),
        tag("SerPolis", P.policy_series),
        tag("NumPolis", P.policy_number),
        tag("SerDocument", P.document_series),
        tag("NumDocument", P.document_number),
        tag("SNILS", P.snils),
        tag("DATEON", R.on, DATE),
        tag("Type_Request", R.history, FLAG),
        sole=True,
        arrange=complete_enp,
    ),
)
SPELLINGS = (*VOLOGDA, *VOLGOGRAD, *KARELIA)
