"""Dispensary observation: a person stays under watch for a diagnosis until taken off (clause 5.3)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.kinds.event import CODES, HEAD_BOOKS, Event
from registry.support.operations.keep_cards import keep_cards
from registry.support.rules.head_checks import clinic_is_the_senders
from registry.support.rules.observation_checks import (
    observation_books,
    observation_form,
    observation_relations,
    observation_window,
)
from registry.support.rules.person import judge_person


class Visit(Record):
    """One visit under observation."""

    on = FieldSpec(date, "дата явки", wrong=F.DATE_WRONG)
    result = FieldSpec(str, "результат явки")
    next_on = FieldSpec(date, "дата следующей явки", wrong=F.DATE_WRONG)


class DispensaryObservation(Event):
    """One observation of one person for one diagnosis."""

    mkb = FieldSpec(str, "код МКБ", book="M001")
    opened_on = FieldSpec(date, "дата постановки", wrong=F.DATE_WRONG)
    first_found = FieldSpec(bool, "впервые выявлено")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    specialty = FieldSpec(str, "специальность врача", book="V021")
    place = FieldSpec(int, "место наблюдения")
    frequency = FieldSpec(int, "кратность в год")
    plan_dates = FieldSpec[list[date]](list, "плановые даты", of=date, wrong=F.DATE_WRONG)
    visits = FieldSpec[list[Visit]](list, "явки", of=Visit)
    closed_on = FieldSpec(date, "дата снятия", wrong=F.DATE_WRONG)
    end_reason = FieldSpec(int, "причина снятия")


def entry_day(record: DispensaryObservation, as_of: date) -> tuple[date, date | None]:
    """Return the day the person was taken under observation."""
    return record.opened_on or as_of, None


DISPENSARY_OBSERVATION = MessageKind(
    "dispensary_observation",
    "Диспансерное наблюдение",
    DispensaryObservation,
    unit=Unit.PACKET,
    checks=(
        observation_form,
        observation_books,
        clinic_is_the_senders,
        observation_relations,
        observation_window,
    ),
    effect=keep_cards,
    period=entry_day,
    judge=judge_person,
    stepwise=True,
    object_class="event",
    codes=CODES,
    books=HEAD_BOOKS | {"V021"},
)
