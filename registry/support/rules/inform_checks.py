"""Checks of requests for informing and of their results, one function for each step (contract, clauses 5.5 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.support.rules.head_checks import clinic_is_known, head_form, not_ahead
from registry.support.rules.presence import DELETE, INFORM_REQUEST, INFORM_RESULT, presence

if TYPE_CHECKING:
    from registry.support.kinds.inform_request import InformRequest
    from registry.support.kinds.inform_result import InformResult

DIAGNOSIS = re.compile(r"(?<![A-Za-zА-Яа-я0-9])[A-Z]\d\d(?:\.\d{1,2})?(?![A-Za-zА-Яа-я0-9])")
PHONE = re.compile(r"\+?[\d ()-]{5,20}", re.ASCII)
DAY = timedelta(days=1)


def request_form(record: InformRequest, context: CheckContext) -> Iterator[Finding]:
    """Presence and form of every parameter; a text for the phone names no diagnosis (step 3)."""
    yield from presence(record, INFORM_REQUEST)
    yield from head_form(record, context)
    if record.text and DIAGNOSIS.search(record.text):
        yield finding(F.VALUE_MALFORMED, field="text", value=record.text, expected="текст без кода диагноза")
    if record.phone and not PHONE.fullmatch(record.phone):
        yield finding(F.VALUE_MALFORMED, field="phone", value=record.phone, expected="номер телефона")


def request_books(record: InformRequest, context: CheckContext) -> Iterator[Finding]:
    """The clinic is a registered one (step 4)."""
    yield from clinic_is_known(record, context)


def request_relations(record: InformRequest, context: CheckContext) -> Iterator[Finding]:
    """The event lies ahead, and the person can still be told of it (step 6)."""
    if record.action == DELETE:
        return
    event, due = record.event_on, record.due_on
    if event is not None and event < context.today - DAY:
        yield finding(F.DATE_ORDER, field="event_on", value=event, expected="не раньше вчерашнего дня")
    if due is not None and (due < context.today or (event is not None and due > event)):
        yield finding(F.DATE_ORDER, field="due_on", value=due, expected="от сегодня до даты события")


def result_form(record: InformResult, context: CheckContext) -> Iterator[Finding]:
    """Presence and form of every parameter (step 3)."""
    yield from presence(record, INFORM_RESULT)
    yield from head_form(record, context)


def result_books(record: InformResult, context: CheckContext) -> Iterator[Finding]:
    """A clinic, where one is named, is a registered one (step 4)."""
    yield from clinic_is_known(record, context)


def result_relations(record: InformResult, context: CheckContext) -> Iterator[Finding]:
    """Nobody has been informed in the future (step 6)."""
    if record.informed_at is not None:
        yield from not_ahead(record.informed_at.date(), "informed_at", context)
