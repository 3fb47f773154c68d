"""How the RabbitMQ contracts write what a receiver is told of a change (clauses 10.1 and 10.2)."""

from __future__ import annotations

from registry.core.forms import CODE, DATE, FLAG, INTEGER, MIDNIGHT, SECONDS
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.news import DOUBLES_NEWS, PERSON_NEWS, POLICY_NEWS
from registry.insured.kinds.news import PersonNews as N
from registry.insured.kinds.person import Person as P
from registry.insured.spellings.codes import OPERATION_NAME, POLICY_F008
from registry.insured.spellings.person import GENERIC_DOCUMENT, GENERIC_NAMES

OPERATION = tag("OPERATIONTYPE", N.operation, OPERATION_NAME, must=True)
HEADER = group("HEADER", OPERATION, tag("BDZID", P.bdz_id, must=True))
ENP = tag("ENP", P.enp, must=True)
POLICY = (
    tag("PERSONPOLISID", N.policy_id, INTEGER, must=True),
    tag("SMOCODE", P.insurer, must=True),
    tag("POLISTYPE", P.policy_type, POLICY_F008, must=True),
    tag("POLISSER", P.policy_series),
    tag("POLISNUM", P.policy_number, must=True),
    tag("POLISBEGDT", P.policy_from, MIDNIGHT, must=True),
    tag("POLISENDDT", P.policy_to, MIDNIGHT),
    tag("POLISEDITDT", N.edited_at, SECONDS, must=True),
    tag("POLISCLOSECAUSE", N.close_reason, CODE),
    tag("BDZID_END", N.closed_on, MIDNIGHT),
    tag("BDZID_CLOSECAUSE", N.record_close_reason, CODE),
)
# FAM, IM, OT, DR, W: the birth date stands before the sex
NAMES = (*GENERIC_NAMES[:3], GENERIC_NAMES[4], GENERIC_NAMES[3])
PERSON = group("PERSON", *NAMES, *GENERIC_DOCUMENT, tag("pADR", N.residence), tag("uADR", N.registration))
ATTACH = group("ATTACH", tag("ATTACHMO", N.clinic), tag("ATTACHDT", N.attached_on, DATE))
POLIS_DATA = group("POLIS_DATA", ENP, tag("NEWPERSDATA", N.names_changed, FLAG, always=True), *POLICY)
# Карелия writes every date with its midnight
KARELIA_PERSON = group(
    "PERSON",
    *GENERIC_NAMES[:3],
    tag("DR", P.birth_date, MIDNIGHT),
    GENERIC_NAMES[3],
    *GENERIC_DOCUMENT,
    tag("pADR", N.residence),
    tag("uADR", N.registration),
)
KARELIA_ATTACH = group("ATTACH", tag("ATTACHMO", N.clinic), tag("ATTACHDT", N.attached_on, MIDNIGHT))

SPELLINGS = (
    spell(
        POLICY_NEWS,
        "generic",
        "POLIS",
        HEADER,
        group("BODY", PERSON, POLIS_DATA, ATTACH),
    ),
    spell(POLICY_NEWS, "karelia", "POLIS", HEADER, group("BODY", KARELIA_PERSON, POLIS_DATA, KARELIA_ATTACH)),
    spell(POLICY_NEWS, "perm", "POLIS", HEADER, group("BODY", ENP, *POLICY)),
    spell(
        PERSON_NEWS,
        "generic",
        "PERSCHANGE",
        group("HEADER", OPERATION),
        group("BODY", tag("BDZID", P.bdz_id, must=True)),
    ),
    spell(
        DOUBLES_NEWS,
        "generic",
        "DOUBLES",
        HEADER,
        group("BODY", tag("BDZDID", N.joined_bdz_id, must=True)),
    ),
)
