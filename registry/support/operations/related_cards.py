"""Cards beside the one an event is about: another of the same person, a first stage, a request (contract, clause 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Select, select

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.queries.survivors import kin_of
from registry.reference.preventive import exam_kinds
from registry.store.locks import advisory_lock
from registry.support.card_workflow import TITLES, State
from registry.support.kinds.service import PHASED, Service
from registry.support.tables import Card

if TYPE_CHECKING:
    from registry.support.kinds.dispensary_observation import DispensaryObservation
    from registry.support.kinds.event import Event
    from registry.support.kinds.inform_request import InformRequest
    from registry.support.kinds.inform_result import InformResult
    from registry.support.kinds.preventive_exam import PreventiveExam

LIVING = (State.OPENED.value, State.CLOSED.value)


def refuse_beside_others(work: Work, item: Item, record: Event, card: Card | None) -> None:
    """Add the finding that another card, or the lack of one, calls for."""
    if record.service in PHASED:
        _refuse_second_exam(work, item, cast("PreventiveExam", record), card)
    elif record.service is Service.OBSERVATION:
        _refuse_second_observation(work, item, cast("DispensaryObservation", record), card)
    elif record.service is Service.INFORM_REQUEST:
        _find_related_card(work, item, cast("InformRequest", record))
    elif record.service is Service.INFORM_RESULT:
        _find_request(work, item, cast("InformResult", record))


def _others(work: Work, item: Item, card: Card | None) -> Select[Card]:
    """Living cards of the person found but for this one; others who tell of the same person wait."""
    person_id = item.identification.person_id
    advisory_lock(work.session, f"cards of {person_id}")
    query = select(Card).where(
        Card.person_id.in_(_records(work, item)), Card.state.in_(LIVING), Card.replaced_at.is_(None)
    )
    return query.where(Card.id != card.id) if card is not None else query


def _records(work: Work, item: Item) -> list[int]:
    """All records of the person found: cards of a joined one are cards of its survivor."""
    person_id = item.identification.person_id
    return kin_of(work.session, [person_id])[person_id]


def _refuse_second_exam(work: Work, item: Item, record: PreventiveExam, card: Card | None) -> None:
    year = record.opened_on.year if record.opened_on else work.today.year
    query = _others(work, item, card).where(
        Card.service == str(record.service),
        Card.exam_kind == record.exam_kind,
        Card.stage == record.stage,
        Card.year == year,
    )
    _refuse(work, item, record, query)


def _refuse_second_observation(work: Work, item: Item, record: DispensaryObservation, card: Card | None) -> None:
    query = _others(work, item, card).where(
        Card.service == str(record.service), Card.mkb_group == str(record.mkb)[:3], Card.closed_on.is_(None)
    )
    if record.closed_on is None:
        _refuse(work, item, record, query)


def _refuse(work: Work, item: Item, record: Event, query: Select[Card]) -> None:
    """Name the other card; its МО only when it is the sender itself (clause 8.2)."""
    other = work.session.scalar(query.order_by(Card.id).limit(1))
    if other is None:
        return
    whose = f"своя карта {other.event_id}" if other.sender_code == record.clinic else "карта другой МО"
    day = f" от {other.opened_on:%d.%m.%Y}" if other.opened_on else ""
    state = TITLES[State(other.state)]
    item.findings.append(finding(F.OTHER_CARD_EXISTS, f"{whose}{day}, {state}", field="policy_number"))


def _find_related_card(work: Work, item: Item, record: InformRequest) -> None:
    wanted = record.related_event_id
    if wanted is None:
        return
    found = work.session.scalar(
        select(Card.id).where(
            Card.sender_code == record.clinic, Card.event_id == wanted, Card.state != State.DELETED.value
        )
    )
    if found is None:
        item.findings.append(finding(F.RELATED_OBJECT_UNKNOWN, wanted, field="related_event_id", value=wanted))


def _find_request(work: Work, item: Item, record: InformResult) -> None:
    """A result belongs to a request about the same person, insured by the sender."""
    found = work.session.scalar(
        select(Card)
        .where(
            Card.hub_id == str(record.request_id).lower(),
            Card.service == Service.INFORM_REQUEST.value,
            Card.state != State.DELETED.value,
        )
        .with_for_update()
    )
    foreign = found is not None and (
        found.person_id not in _records(work, item) or found.insurer_code != record.insurer
    )
    if found is None or foreign:
        item.findings.append(finding(F.RELATED_OBJECT_UNKNOWN, field="request_id", value=record.request_id))
    else:
        item.related["request_id"] = found.id


def warn_without_first_stage(work: Work, item: Item, record: Event) -> None:
    """A second stage follows a closed first stage of the same year that sent to it; without one it is a warning."""
    if record.service not in PHASED:
        return
    exam = cast("PreventiveExam", record)
    first = next((one.code for one in exam_kinds().values() if one.second == exam.exam_kind), None)
    if first is None:
        return
    year = exam.opened_on.year if exam.opened_on else work.today.year
    found = work.session.scalar(
        select(Card.id).where(
            Card.person_id.in_(_records(work, item)),
            Card.exam_kind == first,
            Card.year == year,
            Card.state == State.CLOSED.value,
            Card.second_stage,
        )
    )
    if found is None:
        item.findings.append(finding(F.FIRST_STAGE_ABSENT, field="exam_kind", value=exam.exam_kind))
