"""What an insurer tells of having informed a person (clause 5.5)."""

from __future__ import annotations

from datetime import date, datetime

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.kinds.event import CODES, Event
from registry.support.operations.keep_cards import keep_cards
from registry.support.rules.head_checks import insurer_is_the_senders
from registry.support.rules.inform_checks import result_books, result_form, result_relations
from registry.support.rules.person import judge_person


class InformResult(Event):
    """How, when and with what result the person of a request was informed."""

    request_id = FieldSpec(str, "идентификатор заявки")
    informed_at = FieldSpec(datetime, "дата информирования", wrong=F.DATE_WRONG)
    method = FieldSpec(int, "способ")
    inform_result = FieldSpec(int, "результат")
    survey = FieldSpec(str, "опрос о качестве")


def informed_day(record: InformResult, as_of: date) -> tuple[date, date | None]:
    """Return the day the person was informed."""
    return (record.informed_at.date() if record.informed_at else as_of), None


INFORM_RESULT = MessageKind(
    "inform_result",
    "Результат информирования",
    InformResult,
    unit=Unit.PACKET,
    checks=(result_form, result_books, insurer_is_the_senders, result_relations),
    effect=keep_cards,
    period=informed_day,
    judge=judge_person,
    stepwise=True,
    object_class="event",
    codes=CODES,
)
