"""Results of telemedicine consultations with their recommendations (clause 5.4)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.kinds.event import CODES, HEAD_BOOKS, Event
from registry.support.operations.keep_cards import keep_cards
from registry.support.rules.head_checks import clinic_is_the_senders
from registry.support.rules.person import judge_person
from registry.support.rules.telemedicine_checks import (
    consultation_books,
    consultation_form,
    consultation_relations,
    consultation_window,
)


class Recommendation(Record):
    """One recommendation of the consultant."""

    kind = FieldSpec(int, "вид рекомендации")
    text = FieldSpec(str, "текст рекомендации")
    due_on = FieldSpec(date, "срок выполнения", wrong=F.DATE_WRONG)


class Consultation(Event):
    """One consultation or council about one person."""

    form = FieldSpec(int, "вид")
    urgency = FieldSpec(int, "форма", book="V014")
    requested_on = FieldSpec(date, "дата запроса", wrong=F.DATE_WRONG)
    consulted_on = FieldSpec(date, "дата проведения", wrong=F.DATE_WRONG)
    consultant = FieldSpec(str, "консультирующая организация")
    is_national = FieldSpec(bool, "признак НМИЦ")
    mkb = FieldSpec(str, "код МКБ", book="M001")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    conclusion = FieldSpec(str, "заключение", personal=True)
    recommendations = FieldSpec[list[Recommendation]](list, "рекомендации", of=Recommendation)
    applied = FieldSpec(int, "рекомендации выполнены")
    applied_comment = FieldSpec(str, "примечание о выполнении")


def consultation_day(record: Consultation, as_of: date) -> tuple[date, date | None]:
    """Return the day of the consultation."""
    return record.consulted_on or as_of, None


TELEMEDICINE = MessageKind(
    "telemedicine",
    "Телемедицинская консультация",
    Consultation,
    unit=Unit.PACKET,
    checks=(
        consultation_form,
        consultation_books,
        clinic_is_the_senders,
        consultation_relations,
        consultation_window,
    ),
    effect=keep_cards,
    period=consultation_day,
    judge=judge_person,
    stepwise=True,
    object_class="event",
    codes=CODES,
    books=HEAD_BOOKS | {"V014"},
)
