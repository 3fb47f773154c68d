"""What may be asked about events: a card with its attempts, requests for informing, the attempts of a sender."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import cast

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.plain import revived
from registry.core.queries import LAST_PAGE, Asked, Query, Told
from registry.exchange.queries.sendings import SendingFilter, sendings_of_code, speaks_for
from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import Sending as SendingRow
from registry.support.card_workflow import State
from registry.support.kinds.dispensary_observation import DispensaryObservation
from registry.support.kinds.event import Event
from registry.support.kinds.inform_request import InformRequest
from registry.support.kinds.inform_result import InformResult
from registry.support.kinds.preventive_exam import PreventiveExam
from registry.support.kinds.questions import (
    EMPTY,
    NOT_EMPTY,
    EventQuestion,
    InformRow,
    RequestsQuestion,
    Sending,
    SendingsQuestion,
    StoredEvent,
)
from registry.support.kinds.service import TITLES, Service
from registry.support.kinds.telemedicine import Consultation
from registry.support.tables import Card, CardStep

RECORDS: dict[Service, type[Event]] = {
    Service.EXAM: PreventiveExam,
    Service.DISPENSARIZATION: PreventiveExam,
    Service.OBSERVATION: DispensaryObservation,
    Service.TELEMEDICINE: Consultation,
    Service.INFORM_REQUEST: InformRequest,
    Service.INFORM_RESULT: InformResult,
}
PAGE = 500
#: Operations of the contract by service: a monitor's line names the operation it came by.
OPERATIONS = {
    Service.EXAM: "SendProfExam",
    Service.DISPENSARIZATION: "SendDispensarization",
    Service.OBSERVATION: "SendDispensaryObservation",
    Service.TELEMEDICINE: "SendTelemedConsultation",
    Service.INFORM_REQUEST: "SendInformRequest",
    Service.INFORM_RESULT: "SendInformResult",
}
SERVICES = {operation: service for service, operation in OPERATIONS.items()}


def service_title(operation: str) -> str:
    """Return the name of the service an operation belongs to, as a monitor shows it."""
    service = SERVICES.get(operation)
    return TITLES[service] if service is not None else operation


def event_of(card: Card) -> Event:
    """Return the event as it was accepted last."""
    return cast(Event, revived(RECORDS[Service(card.service)], card.content))


def request_state(card: Card, today: date) -> str:
    """Return the state of a request: nobody answered it in time means overdue (contract, clause 5.5)."""
    if card.state == State.OPENED.value and card.due_on is not None and card.due_on < today:
        return "overdue"
    return card.state


def _seen_by(kind: str, codes: frozenset[str]) -> ColumnElement[bool]:
    """A clinic sees its own cards, an insurer its own and those of its insured, the fund all (clause 5.6)."""
    if kind == "fund":
        return true()
    own = Card.sender_code.in_(sorted(codes)) if codes else false()
    return or_(own, Card.insurer_code.in_(sorted(codes))) if kind == "insurer" and codes else own


def answer_event(asked: Asked) -> Told:
    """Tell the card as it was accepted last, its state and every attempt at it."""
    question = cast(EventQuestion, asked.parameters)
    query = select(Card).where(_seen_by(asked.kind, asked.codes))
    if question.hub_id is not None:
        query = query.where(Card.hub_id == question.hub_id)
    if question.event_id is not None:
        query = query.where(Card.event_id == question.event_id)
    if question.service is not None:
        query = query.where(Card.service == question.service.value)
    if question.clinic is not None:
        query = query.where(Card.sender_code == question.clinic)
    card = asked.session.scalar(query.limit(1))
    if card is None:
        return Told(refusal=F.OBJECT_UNKNOWN)
    attempts = [_told(row, asked.now.tzinfo) for row in attempts_at(asked.session, card)]
    state = request_state(card, asked.today) if card.service == Service.INFORM_REQUEST.value else card.state
    row = StoredEvent(
        hub_id=card.hub_id,
        state=state,
        operation=OPERATIONS[Service(card.service)],
        event=event_of(card),
        attempts=attempts,
    )
    return Told([row], total=1)


def attempts_at(session: Session, card: Card) -> list[SendingRow]:
    """Every attempt at a card by those who may speak for its sender, in order, refused ones among them."""
    wanted = SendingFilter(operation=OPERATIONS[Service(card.service)], event_id=card.event_id)
    return sendings_of_code(session, card.sender_code, wanted, skip=0, limit=PAGE)


def _told(row: SendingRow, zone: tzinfo | None) -> Sending:
    return Sending(
        sent_at=row.at.astimezone(zone),
        code=row.code,
        text=row.text,
        opened=row.opened,
        closed=row.closed,
        service=service_title(row.operation),
        event_id=row.event_id,
        hub_id=row.hub_id or None,
        resend=row.resend_at is not None,
    )


def answer_requests(asked: Asked) -> Told:
    """Tell the requests about people of this insurer that came or changed since a moment."""
    question = cast(RequestsQuestion, asked.parameters)
    since, page = cast(datetime, question.since), question.page or 1
    query = (
        select(Card)
        .where(
            Card.service == Service.INFORM_REQUEST.value,
            Card.insurer_code == question.insurer,
            Card.state != State.DELETED.value,
            Card.changed_at >= _aware(since, asked),
        )
        .order_by(Card.changed_at, Card.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    rows: list[Record] = []
    for card in asked.session.scalars(query):
        values = event_of(card).values
        rows.append(InformRow(**values, hub_id=card.hub_id, state=request_state(card, asked.today)))
    return Told(rows, LAST_PAGE if len(rows) < PAGE else page + 1)


def _aware(moment: datetime, asked: Asked) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=asked.now.tzinfo)


def answer_sendings(asked: Asked) -> Told:
    """Tell a clinic its own attempts of a period, page by page, in the order they came (decisions, clause 6)."""
    question = cast(SendingsQuestion, asked.parameters)
    zone, page = asked.now.tzinfo, question.page or 1
    first, last = cast(date, question.first_day), cast(date, question.last_day)
    wanted = SendingFilter(
        since=datetime.combine(first, time.min, zone),
        until=datetime.combine(last + timedelta(days=1), time.min, zone),
        operation=OPERATIONS[question.service] if question.service is not None else "",
        codes=tuple(question.codes or ()),
        has_text={EMPTY: False, NOT_EMPTY: True}.get(question.text_state or ""),
    )
    clinic = question.clinic or ""
    rows = sendings_of_code(asked.session, clinic, wanted, skip=(page - 1) * PAGE, limit=PAGE)
    return Told([_told(row, zone) for row in rows], LAST_PAGE if len(rows) < PAGE else page + 1)


EVENT = Query("GetEvent", "Карта события", answer_event, frozenset(("clinic", "insurer", "fund")))
INFORM_REQUESTS = Query(
    "GetInformRequests", "Заявки на информирование", answer_requests, frozenset(("insurer", "fund"))
)
SENDINGS = Query("GetSendings", "Отправка сведений", answer_sendings, frozenset(("clinic", "insurer", "fund")))
QUERIES = (EVENT, INFORM_REQUESTS, SENDINGS)


def card_of_sending(session: Session, sending: SendingRow) -> Card | None:
    """Return the card an attempt was about, if one was ever accepted; none where it named a code that is not its own.

    Anybody can name the code and the card of another: whose card it is, is what the hub knows, not what was said.
    """
    service = SERVICES.get(sending.operation)
    if service is None or not speaks_for(session, sending):
        return None
    return session.scalar(
        select(Card).where(
            Card.service == service.value,
            Card.sender_code == sending.sender_code,
            Card.event_id == sending.event_id,
        )
    )


def card_by_hub_id(session: Session, visibility: Visibility, hub_id: str) -> Card | None:
    """Return a card these eyes may see."""
    query = select(Card).where(Card.hub_id == hub_id)
    if not visibility.sees_all:
        query = query.where(_seen_by(visibility.kind, visibility.codes))
    return session.scalar(query)


def steps_of(session: Session, card: Card) -> list[CardStep]:
    """Return the accepted steps of a card, in order."""
    return list(session.scalars(select(CardStep).where(CardStep.card_id == card.id).order_by(CardStep.id)))
