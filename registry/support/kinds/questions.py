"""Questions about events: their parameters, and the rows that answer them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from registry.core.fields import FieldSpec, Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, MessageKind, Unit
from registry.support.kinds.event import Event
from registry.support.kinds.inform_request import InformRequest
from registry.support.kinds.service import Service

LONGEST = timedelta(days=90)
MOST_PAGES = 1_000_000
YEARS = (1993, 2999)
ANY, EMPTY, NOT_EMPTY = "any", "empty", "notempty"


class EventQuestion(Record):
    """Which card is asked for: by the МИС's own id, or by the hub's."""

    service = FieldSpec(Service, "операция")
    clinic = FieldSpec(str, "код МО", book="F032", wrong=F.ORGANISATION_WRONG)
    event_id = FieldSpec(str, "идентификатор карты")
    hub_id = FieldSpec(str, "идентификатор в хабе")


class RequestsQuestion(Record):
    """Which requests for informing are asked for."""

    insurer = FieldSpec(str, "код СМО", book="F002")
    since = FieldSpec(datetime, "с момента", wrong=F.DATE_WRONG)
    page = FieldSpec(int, "страница")


class SendingsQuestion(Record):
    """Which attempts of a clinic are asked for (its own monitor)."""

    clinic = FieldSpec(str, "код МО", book="F032", wrong=F.ORGANISATION_WRONG)
    first_day = FieldSpec(date, "с даты", wrong=F.DATE_WRONG)
    last_day = FieldSpec(date, "по дату", wrong=F.DATE_WRONG)
    service = FieldSpec(Service, "операция")
    codes = FieldSpec[list[int]](list, "статус", of=int)
    text_state = FieldSpec(str, "описание ошибки")
    page = FieldSpec(int, "страница")


class StoredEvent(Record):
    """A card as last accepted, with every attempt at it."""

    hub_id = FieldSpec(str, "идентификатор в хабе")
    state = FieldSpec(str, "состояние")
    operation = FieldSpec(str, "операция")
    event = FieldSpec(Event, "карта")
    attempts = FieldSpec[list["Sending"]](list, "попытки", of=Record)


class InformRow(InformRequest):
    """A request for informing as its insurer is told of it."""

    hub_id = FieldSpec(str, "идентификатор заявки")
    state = FieldSpec(str, "состояние")


class Sending(Record):
    """One attempt as a monitor shows it."""

    sent_at = FieldSpec(datetime, "дата и время отправки")
    code = FieldSpec(int, "статус")
    text = FieldSpec(str, "описание ошибки")
    opened = FieldSpec(bool, "отправлено при открытии карты")
    closed = FieldSpec(bool, "отправлено при закрытии карты")
    service = FieldSpec(str, "сервис")
    event_id = FieldSpec(str, "идентификатор карты")
    hub_id = FieldSpec(str, "идентификатор в хабе")
    resend = FieldSpec(bool, "запрошена повторная отправка")


def event_is_named(record: EventQuestion, context: CheckContext) -> Iterator[Finding]:
    """A card is asked for by one of its two ids; by its own id with the operation and the МО."""
    if record.hub_id is None:
        for name in ("service", "clinic", "event_id"):
            if record.__dict__.get(name) is None:
                yield finding(F.VALUE_ABSENT, type(record).fields[name].title, field=name)


def clinic_is_own(record: SendingsQuestion, context: CheckContext) -> Iterator[Finding]:
    """A clinic asks for its own list."""
    if record.clinic is not None and record.clinic not in context.sender_codes and not context.for_anybody:
        yield finding(F.FOREIGN_ORGANISATION, field="clinic", value=record.clinic)


def insurer_is_own(record: RequestsQuestion, context: CheckContext) -> Iterator[Finding]:
    """An insurer asks for its own."""
    if record.insurer not in context.sender_codes and not context.for_anybody:
        yield finding(F.FOREIGN_ORGANISATION, field="insurer", value=record.insurer)


def page_is_a_number(record: RequestsQuestion | SendingsQuestion, context: CheckContext) -> Iterator[Finding]:
    """Pages count from one; nobody has so many rows as to ask for the last of these."""
    if record.page is not None and not 1 <= record.page <= MOST_PAGES:
        yield finding(F.VALUE_MALFORMED, field="page", value=record.page, expected=f"номер от 1 до {MOST_PAGES}")


def since_is_recent(record: RequestsQuestion, context: CheckContext) -> Iterator[Finding]:
    """Requests are told for 90 days."""
    if record.since is not None and record.since.date() < context.today - LONGEST:
        yield finding(F.PERIOD_TOO_LONG, "не более 90 дней", field="since", value=record.since)


def period_is_short(record: SendingsQuestion, context: CheckContext) -> Iterator[Finding]:
    """A period has its days in order and at most 90 of them, and lies in years something could be sent in."""
    first, last = record.first_day, record.last_day
    if first is None or last is None:
        return
    if not YEARS[0] <= first.year <= YEARS[1]:
        expected = f"годы {YEARS[0]}–{YEARS[1]}"
        yield finding(F.VALUE_MALFORMED, field="first_day", value=first, expected=expected)
    elif last < first:
        yield finding(F.DATE_ORDER, field="last_day", value=last, expected=f"не раньше {first:%d.%m.%Y}")
    elif last - first > LONGEST:
        yield finding(F.PERIOD_TOO_LONG, "не более 90 дней", field="last_day", value=last)


EVENT_QUESTION = MessageKind(
    "event_question",
    "Запрос сведений о карте",
    EventQuestion,
    unit=Unit.PACKET,
    checks=(event_is_named,),
    changes_state=False,
    stepwise=True,
)
REQUESTS_QUESTION = MessageKind(
    "inform_requests_question",
    "Запрос заявок на информирование",
    RequestsQuestion,
    unit=Unit.PACKET,
    checks=(page_is_a_number, insurer_is_own, since_is_recent),
    changes_state=False,
    stepwise=True,
)
SENDINGS_QUESTION = MessageKind(
    "sendings_question",
    "Запрос отправок",
    SendingsQuestion,
    unit=Unit.PACKET,
    checks=(page_is_a_number, clinic_is_own, period_is_short),
    changes_state=False,
    stepwise=True,
)
INFORM_ROW = MessageKind(
    "inform_row", "Заявка на информирование, как её видит СМО", InformRow, unit=Unit.PACKET, changes_state=False
)
SENDING = MessageKind("sending", "Отправка сведений", Sending, unit=Unit.PACKET, changes_state=False)
