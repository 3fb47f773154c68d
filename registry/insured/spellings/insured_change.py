"""How insurers' files write people (registry model, clause 10): the blocks of OPLIST, shared by what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from registry.core.checks.dates import open_end
from registry.core.checks.documents import display_series
from registry.core.checks.policies import OF_SMO
from registry.core.forms import CODE, DATE, FLAG, INTEGER, bounded, codes, one_of
from registry.core.nodes import Node
from registry.core.spellings import Reading, group, listed, spell, tag
from registry.insured.kinds.insured_change import (
    INSURED_CHANGE,
    AddressTold,
    FormerDocument,
    FormerPerson,
    Picture,
    Representative,
    ServiceZone,
)
from registry.insured.kinds.insured_change import InsuredChange as I
from registry.insured.spellings.codes import LATIN, LETTERS
from registry.insured.spellings.person import GENERIC_NAMES

STATELESS = frozenset(("Б/Г", "Б\\Г", "БГ"))
ENP_LENGTH = 16
# a letter, or a number of VPolisType, which counts otherwise than F008
POLICY_SMO = codes({**LETTERS, **LATIN, **{str(n): kind.value for n, kind in OF_SMO.items()}}, name="policy_smo")
# EMPLOYMENT is 1 or 0, F009 1 or 2
EMPLOYED = codes({"1": 1, "0": 2, "2": 2}, name="employed", type_="int")
FORMS = codes({"П": "П", "Э": "Э", "К": "К", "1": "П", "2": "Э", "3": "К", "0": None}, name="policy_form")


# what the schema marks obligatory is written even when nothing is known: present and empty
kept = partial(tag, always=True, default="")
NAMES = (*GENERIC_NAMES[:2], kept("OT", I.patronymic), *GENERIC_NAMES[3:])


def address(name: str, spec: Any) -> Node:
    """The block of an address."""
    return listed(
        name,
        "",
        spec,
        tag("BOMG", AddressTold.homeless, FLAG),
        kept("SUBJ", AddressTold.subject),
        kept("INDX", AddressTold.postcode),
        kept("OKATO", AddressTold.okato),
        kept("RNNAME", AddressTold.district),
        kept("NPNAME", AddressTold.settlement),
        kept("UL", AddressTold.street),
        kept("DOM", AddressTold.house),
        kept("KORP", AddressTold.building),
        kept("KV", AddressTold.flat),
        tag("DREG", AddressTold.registered_on, DATE),
        tag("TYPE_ADRESS", AddressTold.type),
        kept("UNSTRUCT_ADDRESS", AddressTold.text),
        kept("ID_HOUSE", AddressTold.house_guid),
    )


PERSON_TAGS = (
    *NAMES,
    tag("TRUE_DR", I.birth_precision, one_of(1, 2, 3)),
    kept("C_OKSM", I.citizenship, bounded(3)),
    kept("SS", I.snils),
    kept("PHONE", I.phone),
    tag("PHONE_WORK", I.work_phone),
    kept("EMAIL", I.email),
    kept("FIOPR", I.contact_person),
    kept("CONTACT", I.contact),
)
STATE_TAGS = (
    tag("DDEATH", I.died_on, DATE),
    tag("ID_HISTORY", I.person_history_id, INTEGER),
    tag("ID_HUMAN_TYPE", I.status, INTEGER),
)
DOCUMENT_TAGS = (
    kept("DOCTYPE", I.document_type, CODE),
    kept("DOCSER", I.document_series, bounded(20)),
    tag("DOCSER_R", I.document_series_right),
    kept("DOCNUM", I.document_number, bounded(30)),
    kept("DOCDATE", I.document_issued_on, DATE),
    tag("DOCEXP", I.document_expires_on, DATE),
    kept("NAME_VP", I.document_issuer, bounded(250)),
    kept("MR", I.birth_place, bounded(250)),
)
PERSON = group(
    "PERSON",
    *PERSON_TAGS,
    listed(
        "PR",
        "",
        I.representatives,
        *GENERIC_NAMES[:3],
        tag("RELATION", Representative.relation, INTEGER),
        group(
            "DOC",
            tag("DOCTYPE", Representative.document_type, CODE),
            tag("DOCSER", Representative.document_series, bounded(20)),
            tag("DOCNUM", Representative.document_number, bounded(30)),
        ),
        tag("PHONE", Representative.phone),
        tag("PHONE_WORK", Representative.work_phone),
        most=1,
    ),
    *STATE_TAGS,
    must=True,
)
DOCUMENT = group("DOC", *DOCUMENT_TAGS, must=True)
POLICY = group(
    "POLIS",
    kept("VPOLIS", I.policy_type, POLICY_SMO),
    kept("NPOLIS", I.policy_number, bounded(30)),
    kept("SPOLIS", I.policy_series, bounded(20)),
    kept("DBEG", I.policy_from, DATE),
    kept("DEND", I.policy_to, DATE),
    kept("DSTOP", I.policy_stopped_on, DATE),
)


INSURANCE_PARTS = (
    kept("TER_ST", I.insurance_okato, bounded(5)),
    kept("ENP", I.enp),
    kept("OGRNSMO", I.insurer_ogrn, bounded(15)),
    POLICY,
    kept("ERP", I.erp, FLAG),
    group("ORDERZ", tag("NORDER", I.order_number), tag("DORDER", I.ordered_on, DATE)),
    tag("EMPLOYMENT", I.employment, EMPLOYED),
    tag("PUNKT", I.point, bounded(10)),
)


def insurance(name: str = "INSURANCE", *, must: bool = True) -> Node:
    """The block of an insurance with its policy."""
    return group(name, *INSURANCE_PARTS, must=must, sparse=not must)


VISIT_TAGS = (
    kept("DVIZIT", I.applied_on, DATE),
    kept("METHOD", I.application_method, INTEGER),
    kept("PETITION", I.petition, FLAG),
    kept("RSMO", I.choice_reason, INTEGER),
    kept("RPOLIS", I.issue_reason, INTEGER),
    kept("FPOLIS", I.policy_form, FORMS),
)
VISIT = group("VIZIT", *VISIT_TAGS, must=True)
ADDRESSES = (address("ADDRES_G", I.registration), address("ADDRES_P", I.residence))
ZONES = listed(
    "ATTACHMENT", "", I.zones, kept("ID_LPU", ServiceZone.clinic), kept("ID_ZTYPE", ServiceZone.zone, INTEGER)
)


def completed(reading: Reading) -> Iterator[Reading]:
    """A series in two parts is one, no citizenship is a flag, the number of a unified policy is the ЕНП."""
    values = reading.values
    right = values.pop("document_series_right", None)
    if right:
        joined = f"{values.get('document_series', '')}{right}"
        values["document_series"] = display_series(values.get("document_type"), joined)
    if str(values.get("citizenship", "")).upper() in STATELESS:
        del values["citizenship"]
        values["stateless"] = True
    if "policy_to" in values and open_end(values["policy_to"]) is None:  # peers write an open end as a far day
        del values["policy_to"]
    number = values.get("policy_number")
    if not values.get("enp") and number and len(number) == ENP_LENGTH:
        values["enp"] = number
    one = next(iter(values.get("representatives") or ()), None)
    if one is not None and not values.get("representative"):
        parts = (one.surname, one.first_name, one.patronymic, one.phone or one.work_phone)
        values["representative"] = " ".join(filter(None, parts))
    yield reading


SPELLINGS = (
    spell(
        INSURED_CHANGE,
        "files",
        "OP",
        tag("N_REC", I.number, bounded(36), must=True),
        tag("ID", I.history_id, INTEGER),
        tag("TIP_OP", I.action),
        tag("CHANGE_DATE", I.changed_on, DATE),
        tag("OPER", I.operator, bounded(100)),
        PERSON,
        listed(
            "OLD_PERSON",
            "",
            I.former_people,
            *GENERIC_NAMES,
            tag("OLD_ENP", FormerPerson.enp),
            tag("TRUE_DR", FormerPerson.birth_precision, INTEGER),
        ),
        DOCUMENT,
        listed(
            "OLD_DOC",
            "",
            I.former_documents,
            tag("DOCTYPE", FormerDocument.document_type, CODE),
            tag("DOCSER", FormerDocument.document_series),
            tag("DOCSER_R", FormerDocument.document_series_right),
            tag("DOCNUM", FormerDocument.document_number),
            tag("DOCDATE", FormerDocument.document_issued_on, DATE),
            tag("DOCEXP", FormerDocument.document_expires_on, DATE),
            tag("NAME_VP", FormerDocument.document_issuer),
            tag("MR", FormerDocument.birth_place),
        ),
        *ADDRESSES,
        VISIT,
        insurance(),
        listed("PERSONB", "", I.pictures, tag("TYPE", Picture.type)),
        ZONES,
        name="OPLIST",
        arrange=completed,
    ),
)
