"""Requests of clinics that an insurer informs a person (clause 5.5)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.kinds.event import CODES, Event
from registry.support.operations.keep_cards import keep_cards
from registry.support.rules.head_checks import clinic_is_the_senders
from registry.support.rules.inform_checks import request_books, request_form, request_relations
from registry.support.rules.person import judge_person


class InformRequest(Event):
    """What a person is to be told, by when."""

    topic = FieldSpec(int, "повод информирования")
    event_on = FieldSpec(date, "дата события", wrong=F.DATE_WRONG)
    due_on = FieldSpec(date, "информировать до", wrong=F.DATE_WRONG)
    text = FieldSpec(str, "текст информирования")
    phone = FieldSpec(str, "телефон", personal=True)
    related_event_id = FieldSpec(str, "связанная карта")


def present_day(record: InformRequest, as_of: date) -> tuple[date, date | None]:
    """Return the day of the request: the event it is about lies ahead."""
    return as_of, None


INFORM_REQUEST = MessageKind(
    "inform_request",
    "Заявка на информирование",
    InformRequest,
    unit=Unit.PACKET,
    checks=(request_form, request_books, clinic_is_the_senders, request_relations),
    effect=keep_cards,
    period=present_day,
    judge=judge_person,
    stepwise=True,
    object_class="event",
    codes=CODES,
)
