"""Segments of HL7 v2 XML as the central segment knows them (registry model, clause 11; decision 0026)."""

from __future__ import annotations

from typing import Any

from registry.central.kinds.told import CentralInsurance as I
from registry.central.kinds.told import CentralPerson as P
from registry.central.kinds.told import Identifier as D
from registry.central.kinds.told import Message as M
from registry.central.words import APPLICATION
from registry.core.fields import FieldSpec
from registry.core.forms import DATE, INTEGER, MOMENT, codes
from registry.core.nodes import Group, Listed, Node, fixed, group, listed, tag

#: Codes of territories: two digits of F001, and five digits of ОКАТО.
TERRITORY, OKATO, ISO = "1.2.643.2.40.3.3.1.0", "1.2.643.2.40.3.3.1", "ISO"
CITIZENSHIP = "1.2.643.2.40.5.0.25.3"
YES_NO = codes({"Y": True, "N": False}, name="yes_no")
CENTRE = "00"


def header(kind: str, structure: str) -> Group:
    """MSH: who writes to the central segment, when, and what sort of message it is."""
    return group(
        "MSH",
        fixed("MSH.1", "|"),
        fixed("MSH.2", "^~\\&"),
        group("MSH.3", tag("HD.1", M.application)),
        group("MSH.4", tag("HD.1", M.territory), fixed("HD.2", TERRITORY), fixed("HD.3", ISO)),
        group("MSH.5", fixed("HD.1", APPLICATION)),
        group("MSH.6", fixed("HD.1", CENTRE), fixed("HD.2", TERRITORY), fixed("HD.3", ISO)),
        tag("MSH.7", M.sent_at, MOMENT),
        group("MSH.9", fixed("MSG.1", kind), tag("MSG.2", M.trigger), fixed("MSG.3", structure)),
        tag("MSH.10", M.control_id),
        group("MSH.11", fixed("PT.1", "P")),
        group("MSH.12", fixed("VID.1", "2.6")),
        fixed("MSH.15", "AL"),
        fixed("MSH.16", "AL"),
    )


def identifiers(name: str, spec: FieldSpec[list[Any]]) -> Listed:
    """CX, repeated: value, who gave it, type, from when, until when."""
    return listed(
        name,
        "",
        spec,
        tag("CX.1", D.value),
        group("CX.4", tag("HD.1", D.territory), fixed("HD.2", OKATO), fixed("HD.3", ISO), sparse=True),
        tag("CX.5", D.type),
        tag("CX.7", D.issued_on, DATE),
        tag("CX.8", D.expires_on, DATE),
    )


def names(name: str, surname: FieldSpec[str], first: FieldSpec[str], patronymic: FieldSpec[str]) -> Group:
    """XPN: surname, first name, patronymic."""
    return group(name, group("XPN.1", tag("FN.1", surname)), tag("XPN.2", first), tag("XPN.3", patronymic))


PERSON: tuple[Node, ...] = (
    identifiers("PID.3", P.identifiers),
    names("PID.5", P.surname, P.first_name, P.patronymic),
    tag("PID.7", P.birth_date, DATE),
    tag("PID.8", P.sex, INTEGER),
    tag("PID.23", P.birth_place),
    group("PID.26", tag("CWE.1", P.citizenship), fixed("CWE.3", CITIZENSHIP), sparse=True),
    tag("PID.29", P.died_on, DATE),
    tag("PID.30", P.dead, YES_NO),
    listed("PID.32", "", P.reliability),
)
INSURANCE: tuple[Node, ...] = (
    tag("IN1.1", I.place, INTEGER),
    group("IN1.2", fixed("CWE.1", "ОМС")),
    group("IN1.3", tag("CX.1", I.insurer_ogrn), fixed("CX.5", "NII"), sparse=True),
    tag("IN1.12", I.valid_from, DATE),
    tag("IN1.13", I.valid_to, DATE),
    tag("IN1.15", I.okato),
    tag("IN1.35", I.policy_type),
    tag("IN1.36", I.policy_number),
)
