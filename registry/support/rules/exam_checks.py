"""Checks of preventive exams and dispensarisation, one function for each step (contract, clauses 5.2, 7 and 11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from registry.core.checks.mkb import mkb_key
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.reference.preventive import (
    ADULT_GROUPS,
    UNDECIDED_GROUP,
    exam_kinds,
    health_group,
    health_groups,
    is_health_group,
    required_of_direction,
    sex_of_mkb,
)
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
from registry.support.rules.presence import CLOSING, EXAM, NOT_OF_A_REFUSAL, absent, column_of, presence

if TYPE_CHECKING:
    from registry.support.kinds.preventive_exam import Diagnosis, Direction, PreventiveExam

#: The column of V017 in which a site tells the groups of health a result goes with.
GROUP_COLUMN = "GROUP"
MAIN = 1
FIRST_STAGE = 1


def exam_form(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    """Presence and form of every parameter (step 3)."""
    excused = NOT_OF_A_REFUSAL if record.refused else frozenset()
    yield from presence(record, EXAM, excused=excused)
    yield from head_form(record, context)
    yield from doctor_form(record.doctor_snils)
    yield from _second_stage_is_told(record)
    for one in record.diagnoses or ():
        yield from _told(one, "diagnoses", ("mkb", "kind", "first"))
    for direction in record.directions or ():
        yield from _told(direction, "directions", ("kind",))
    for service in record.services or ():
        yield from _told(service, "services", ("code", "on", "refused"))
        yield from doctor_form(service.doctor_snils, "services.doctor_snils")


def _second_stage_is_told(record: PreventiveExam) -> Iterator[Finding]:
    known = exam_kinds().get(record.exam_kind or "")
    if column_of(record) != CLOSING or record.refused:
        return
    if record.stage == FIRST_STAGE and known is not None and known.second and record.second_stage is None:
        yield absent(record, "second_stage")
    if record.second_stage and record.second_stage_on is None:
        yield absent(record, "second_stage_on")


def _told(one: Diagnosis | Direction | object, of: str, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        if one.__dict__.get(name) is None:
            spec = type(one).fields[name]  # type: ignore[attr-defined]  # repetitions are records
            yield finding(F.VALUE_ABSENT, spec.title, field=f"{of}.{name}")


def exam_books(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    """Every coded value stands in its book, on the date of the event (step 4)."""
    yield from with_books(_of_lists(record, context), record, card_day(record), context)


def card_day(record: PreventiveExam) -> date | None:
    """Return the day of the card: that of its closing once it is told, else that of its opening."""
    return record.closed_on if column_of(record) == CLOSING else record.opened_on


def _of_lists(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    yield from clinic_is_known(record, context)
    if record.exam_kind is not None:
        known = exam_kinds().get(record.exam_kind)
        if known is None or (record.service is not None and known.programme != record.service.value):
            own = [one.code for one in exam_kinds().values() if record.service and one.programme == record.service]
            yield finding(F.BOOK_VALUE_UNKNOWN, field="exam_kind", value=record.exam_kind, expected=", ".join(own))
    yield from mkb_is_a_code(record.mkb)
    if record.health_group is not None and not is_health_group(record.health_group):
        yield _group(record)
    for one in record.diagnoses or ():
        yield from mkb_is_a_code(one.mkb, "diagnoses.mkb")
    for direction in record.directions or ():
        if direction.kind not in required_of_direction():
            yield finding(F.BOOK_VALUE_UNKNOWN, field="directions.kind", value=direction.kind)


def _group(record: PreventiveExam) -> Finding:
    """The finding for a group its exam does not have, with the groups it has (contract, example 10.2)."""
    known = exam_kinds().get(record.exam_kind or "")
    value = record.health_group
    if known is None:
        return finding(F.BOOK_VALUE_UNKNOWN, field="health_group", value=value)
    groups = ", ".join(health_groups(known.groups))
    text = f"Для вида осмотра {known.code} допустимы значения {groups}"
    return Finding(F.BOOK_VALUE_UNKNOWN, text, "health_group", value or "", groups)


def exam_relations(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    """The parameters agree with each other (step 6)."""
    known = exam_kinds().get(record.exam_kind or "")
    yield from not_ahead(record.opened_on, "opened_on", context)
    yield from not_ahead(record.closed_on, "closed_on", context)
    yield from in_order(record.opened_on, record.closed_on, "closed_on")
    if known is not None:
        if record.stage != known.stage:
            yield _contradicts(record, "stage", f"этап {known.stage}")
        if record.health_group is not None and not group_of(record):
            yield _group(record)
        if record.second_stage and not known.second:
            yield _contradicts(record, "second_stage", "у этого вида нет второго этапа")
    yield from _result_fits(record, context)
    yield from _second_stage_dates(record)
    yield from _diagnoses(record)
    for direction in record.directions or ():
        yield from _told(direction, "directions", required_of_direction()[direction.kind or 0])
    for service in record.services or ():
        yield from not_ahead(service.on, "services.on", context)


def group_of(record: PreventiveExam) -> str:
    """Return the health group as the book writes it, empty when the exam does not have it (clause 11.2)."""
    known = exam_kinds().get(record.exam_kind or "")
    text = record.health_group or ""
    if known is None:
        return ""
    undecided = text == UNDECIDED_GROUP and known.groups == ADULT_GROUPS
    if undecided and record.stage == FIRST_STAGE and record.second_stage:
        return UNDECIDED_GROUP
    return health_group(known.groups, text)


def _contradicts(record: PreventiveExam, field: str, expected: str) -> Finding:
    return finding(F.VALUES_CONTRADICT, field=field, value=record.__dict__.get(field), expected=expected)


def _result_fits(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    """The result is one of the group of health, where the book of results tells its groups (clause 11.2)."""
    known, results = exam_kinds().get(record.exam_kind or ""), context.books.get("V017")
    if known is None or results is None or record.result is None or not record.health_group:
        return
    row = results.row(record.result, card_day(record) or context.as_of)
    told = row.values.get(GROUP_COLUMN) if row is not None else None
    texts = told if isinstance(told, list) else str(told or "").split(";")
    groups = [found for text in texts if (found := health_group(known.groups, text.strip()))]
    if groups and group_of(record) not in groups:
        expected = f"результат группы {group_of(record)}, этот – групп {', '.join(groups)}"
        yield finding(F.VALUES_CONTRADICT, field="result", value=record.result, expected=expected)


def _second_stage_dates(record: PreventiveExam) -> Iterator[Finding]:
    day = record.second_stage_on
    if day is None:
        return
    if not record.second_stage:
        yield _contradicts(record, "second_stage_on", "дата только при направлении на второй этап")
        return
    yield from in_order(record.opened_on, day, "second_stage_on")
    if record.closed_on is not None and day > record.closed_on:
        expected = f"не позже {record.closed_on:%d.%m.%Y}"
        yield finding(F.DATE_ORDER, field="second_stage_on", value=day, expected=expected)


def _diagnoses(record: PreventiveExam) -> Iterator[Finding]:
    sexes = {1: "мужчин", 2: "женщин"}
    told = [("mkb", record.mkb), *(("diagnoses.mkb", one.mkb) for one in record.diagnoses or ())]
    for field, code in told:
        only = sex_of_mkb(code) if code else None
        if only is not None and record.sex is not None and only != record.sex:
            yield finding(F.VALUES_CONTRADICT, f"диагноз бывает только у {sexes[only]}", field=field, value=code)
    main = {mkb_key(one.mkb) for one in record.diagnoses or () if one.kind == MAIN and one.mkb}
    if record.mkb and record.diagnoses and mkb_key(record.mkb) not in main:
        yield finding(F.VALUES_CONTRADICT, "среди основных нет кода из MKB", field="diagnoses", value=record.mkb)


def exam_window(record: PreventiveExam, context: CheckContext) -> Iterator[Finding]:
    """The card is not too old to be accepted for the first time (step 7)."""
    if column_of(record) == CLOSING:
        yield from within_window(record, record.closed_on, "closed_on", context)
    else:
        yield from within_window(record, record.opened_on, "opened_on", context)
