"""Checks of dispensary observation, one function for each step (contract, clauses 5.3 and 7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.reference.preventive import sex_of_mkb
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
from registry.support.rules.presence import OBSERVATION, absent, presence

if TYPE_CHECKING:
    from registry.support.kinds.dispensary_observation import DispensaryObservation


def observation_form(record: DispensaryObservation, context: CheckContext) -> Iterator[Finding]:
    """Presence and form of every parameter (step 3)."""
    yield from presence(record, OBSERVATION)
    yield from head_form(record, context)
    yield from doctor_form(record.doctor_snils)
    if record.closed_on is not None and record.end_reason is None:
        yield absent(record, "end_reason")
    for visit in record.visits or ():
        if visit.on is None:
            yield finding(F.VALUE_ABSENT, type(visit).on.title, field="visits.on")


def observation_books(record: DispensaryObservation, context: CheckContext) -> Iterator[Finding]:
    """Every coded value stands in its book (step 4)."""
    told = chain(clinic_is_known(record, context), mkb_is_a_code(record.mkb))
    yield from with_books(told, record, record.opened_on, context)


def observation_relations(record: DispensaryObservation, context: CheckContext) -> Iterator[Finding]:
    """The parameters agree with each other (step 6)."""
    only = sex_of_mkb(record.mkb) if record.mkb else None
    if only is not None and record.sex is not None and only != record.sex:
        yield finding(F.VALUES_CONTRADICT, "диагноз не соответствует полу", field="mkb", value=record.mkb)
    yield from not_ahead(record.opened_on, "opened_on", context)
    for visit in record.visits or ():
        yield from not_ahead(visit.on, "visits.on", context)
        yield from in_order(visit.on, visit.next_on, "visits.next_on")
    yield from _plan(record, context)
    yield from not_ahead(record.closed_on, "closed_on", context)
    yield from in_order(record.opened_on, record.closed_on, "closed_on")
    if record.end_reason is not None and record.closed_on is None:
        yield finding(F.VALUES_CONTRADICT, "нет даты снятия", field="end_reason", value=record.end_reason)


def _plan(record: DispensaryObservation, context: CheckContext) -> Iterator[Finding]:
    """Planned days follow the entry; one of them lies in this year or the next unless the person was taken off."""
    days = record.plan_dates or []
    for day in days:
        yield from in_order(record.opened_on, day, "plan_dates")
    years = {context.today.year, context.today.year + 1}
    if days and record.closed_on is None and not years & {day.year for day in days}:
        expected = "дата в текущем или следующем году"
        yield finding(F.VALUES_CONTRADICT, field="plan_dates", value=max(days), expected=expected)


def observation_window(record: DispensaryObservation, context: CheckContext) -> Iterator[Finding]:
    """Who is still under observation may be told of at any time, others within the window (step 7)."""
    if record.closed_on is not None:
        yield from within_window(record, record.opened_on, "opened_on", context)
