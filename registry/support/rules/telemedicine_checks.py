"""Checks of telemedicine consultations, one function for each step (contract, clauses 5.4 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.support.rules.coded import with_books
from registry.support.rules.head_checks import (
    clinic_is_known,
    doctor_form,
    head_form,
    in_order,
    mkb_is_a_code,
    not_ahead,
    within_window,
)
from registry.support.rules.presence import DELETE, TELEMEDICINE, absent, presence

if TYPE_CHECKING:
    from registry.support.kinds.telemedicine import Consultation

CONSULTANT = re.compile(r"\d{6}|\d+(?:\.\d+){3,}", re.ASCII)
EXPLAINED = frozenset((0, 2))


def consultation_form(record: Consultation, context: CheckContext) -> Iterator[Finding]:
    """Presence and form of every parameter (step 3)."""
    yield from presence(record, TELEMEDICINE)
    yield from head_form(record, context)
    if record.consultant is not None and not CONSULTANT.fullmatch(record.consultant):
        expected = "код МО из 6 цифр или OID"
        yield finding(F.VALUE_MALFORMED, field="consultant", value=record.consultant, expected=expected)
    yield from doctor_form(record.doctor_snils)
    if record.is_national and not record.recommendations and record.action != DELETE:
        yield absent(record, "recommendations")
    for one in record.recommendations or ():
        for name in ("kind", "text"):
            if one.__dict__.get(name) is None:
                yield finding(F.VALUE_ABSENT, type(one).fields[name].title, field=f"recommendations.{name}")
    if record.applied in EXPLAINED and record.applied_comment is None:
        yield absent(record, "applied_comment")


def consultation_books(record: Consultation, context: CheckContext) -> Iterator[Finding]:
    """Every coded value stands in its book (step 4)."""
    told = chain(clinic_is_known(record, context), mkb_is_a_code(record.mkb))
    yield from with_books(told, record, record.consulted_on, context)


def consultation_relations(record: Consultation, context: CheckContext) -> Iterator[Finding]:
    """The parameters agree with each other (step 6)."""
    yield from not_ahead(record.requested_on, "requested_on", context)
    yield from in_order(record.requested_on, record.consulted_on, "consulted_on")
    yield from not_ahead(record.consulted_on, "consulted_on", context)


def consultation_window(record: Consultation, context: CheckContext) -> Iterator[Finding]:
    """The consultation is not too old to be accepted for the first time (step 7)."""
    yield from within_window(record, record.consulted_on, "consulted_on", context)
