"""The effect of every event: its card takes the step the workflow allows, or a finding says why not (clauses 6–8)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.exchange.tables import Organisation, Packet
from registry.store.locks import advisory_lock
from registry.support.card_workflow import INSTEAD_OF_ADDING, TRANSITIONS, Action, State, action_of
from registry.support.operations.related_cards import refuse_beside_others, warn_without_first_stage
from registry.support.rules.cards import CLOSINGS, DELETIONS, changes_of, columns_of, content_of, hash_of, opened_again
from registry.support.rules.exam_checks import group_of
from registry.support.tables import Card, CardStep

if TYPE_CHECKING:
    from registry.support.kinds.event import Event
    from registry.support.kinds.preventive_exam import PreventiveExam


@dataclass(slots=True)
class Attempt:
    """One event against the card it is about."""

    item: Item
    record: Event
    sender_code: str
    action: Action
    card: Card | None
    content: dict[str, Any]
    hash: str

    @property
    def state(self) -> State:
        """What the card is before the attempt."""
        return State(self.card.state) if self.card is not None else State.NONE

    @property
    def repeats(self) -> bool:
        """True when the card holds exactly this already (clause 8.1)."""
        if self.card is None or self.action in DELETIONS or self.state not in (State.OPENED, State.CLOSED):
            return False
        return self.hash == (self.card.close_hash if self.action in CLOSINGS else self.card.open_hash)


def keep_cards(work: Work) -> None:
    """Take every open event to its card; a call of the contract brings one, so they are taken one by one.

    Nobody else changes the card, or tells of the same person, until the transaction ends.
    """
    for item in work.items:
        if item.is_open:
            _keep(work, _attempt(work, item))


def _attempt(work: Work, item: Item) -> Attempt:
    record = cast("Event", item.record)
    if record.__dict__.get("health_group"):
        record.__dict__["health_group"] = group_of(cast("PreventiveExam", record))
    sender = (record.clinic if record.insurer is None else record.insurer) or ""
    advisory_lock(work.session, f"card {record.service} {sender} {record.event_id}")
    card = work.session.scalar(
        select(Card)
        .where(Card.service == str(record.service), Card.sender_code == sender, Card.event_id == record.event_id)
        .with_for_update()
    )
    content = content_of(record)
    return Attempt(item, record, sender, action_of(record.action or 1, record.phase), card, content, hash_of(content))


def _keep(work: Work, attempt: Attempt) -> None:
    item, card = attempt.item, attempt.card
    step = TRANSITIONS[attempt.state][attempt.action]
    if attempt.repeats and card is not None:
        _tell(item, card, repeated=True)
        return
    if step.refusal is F.CARD_EXISTS and _adds_as_change(work):
        attempt.action = INSTEAD_OF_ADDING[attempt.action]
        step = TRANSITIONS[attempt.state][attempt.action]
    if step.refusal is not None:
        item.findings.append(_refused(attempt, step.refusal, step.field))
        return
    if step.repeated and card is not None:
        _tell(item, card, repeated=True)
        return
    if attempt.action in DELETIONS:
        _delete(work, attempt, cast(Card, card), cast(State, step.to))
        return
    refuse_beside_others(work, item, attempt.record, card)
    if not item.is_rejected:
        warn_without_first_stage(work, item, attempt.record)
        _store(work, attempt, cast(State, step.to))


def _adds_as_change(work: Work) -> bool:
    """The setting of the fund, or of the sender alone: a МИС that knows only «add» (clause 8.2)."""
    own = work.session.scalar(
        select(Organisation.options)
        .join(Packet, Packet.organisation_id == Organisation.id)
        .where(Packet.id == work.packet_id)
    )
    return bool((own or {}).get("add_as_change", work.options["add_as_change"]))


def _refused(attempt: Attempt, code: F, field: str) -> Any:
    value = attempt.record.__dict__.get(field)
    day = attempt.card.opened_on if attempt.card is not None else None
    return finding(
        code, f"карта от {day:%d.%m.%Y}" if day and code is not F.OBJECT_UNKNOWN else "", field=field, value=value
    )


def _delete(work: Work, attempt: Attempt, card: Card, to: State) -> None:
    """Annul the closing or the whole card; a policy that is not the card's says that another card was meant."""
    item, record = attempt.item, attempt.record
    for field in ("enp", "policy_number"):
        told, known = record.__dict__.get(field), card.content.get(field)
        if told and known and told != known:
            item.findings.append(finding(F.PERSON_NOT_FOUND, field=field, value=told))
            return
    _step(work, attempt, card, to)
    card.close_hash = ""
    if to is State.DELETED:
        card.open_hash = ""
    else:
        card.closed_on, card.second_stage = None, False
        card.content = opened_again(card.content)
    if card.request_id is not None:
        work.session.get_one(Card, card.request_id).state = State.OPENED.value
    item.changes.extend(changes_of(record, attempt.action, card.person_id, {"hub_id": card.hub_id}))
    _tell(item, card)


def _store(work: Work, attempt: Attempt, to: State) -> None:
    item, card = attempt.item, attempt.card
    found = item.identification
    if card is None:
        card = Card(
            hub_id=str(uuid.uuid4()),
            service=str(attempt.record.service),
            sender_code=attempt.sender_code,
            event_id=attempt.record.event_id or "",
            state=State.NONE.value,
            accepted_at=work.now,
            changed_at=work.now,
            packet_id=work.packet_id,
        )
        work.session.add(card)
    for name, value in columns_of(attempt.record).items():
        setattr(card, name, value)
    if found is not None:
        card.person_id = found.person_id
        card.insurer_code = found.insurance.insurer_code if found.insurance is not None else ""
    card.content = attempt.content
    if attempt.action in CLOSINGS:
        card.close_hash = attempt.hash
    else:
        card.open_hash, card.close_hash = attempt.hash, ""
    if attempt.state is State.DELETED:
        card.accepted_at, card.replaced_at = work.now, None
    request = item.related.get("request_id")
    if request is not None:
        card.request_id = request
        work.session.get_one(Card, request).state = State.CLOSED.value
    _step(work, attempt, card, to)
    item.changes.extend(changes_of(attempt.record, attempt.action, card.person_id, {"hub_id": card.hub_id}))
    _tell(item, card)


def _step(work: Work, attempt: Attempt, card: Card, to: State) -> None:
    before = card.state
    card.state, card.changed_at, card.packet_id = to.value, work.now, work.packet_id
    work.session.flush()
    work.session.add(
        CardStep(
            card_id=card.id,
            at=work.now,
            action=attempt.action.value,
            state_before=before,
            state_after=to.value,
            packet_id=work.packet_id,
        )
    )
    if attempt.item.operation is not Operation.DELETE:
        attempt.item.answer["target_id"] = card.id


def _tell(item: Item, card: Card, *, repeated: bool = False) -> None:
    item.answer.update({"hub_id": card.hub_id, "state": card.state, "repeated": repeated})
