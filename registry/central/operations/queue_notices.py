"""Queueing notices: one for every act the central segment is to be told of, none twice, none left out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.central.rules import trigger_of
from registry.central.tables import CentralLook, CentralMessage
from registry.central.words import OF_EVENT, PAIRED, PAIRED_EVENTS, SOURCE, WITHOUT_EFFECT, State, Trigger
from registry.insured.tables import PersonHistory, PersonLinkStep
from registry.store.bulk import insert_rows
from registry.store.locks import advisory_lock

LOCK = "central"
PORTION = 5_000
MESSAGES: Any = CentralMessage.__table__
COLUMNS = (
    "history_id",
    "pair_history_id",
    "person_id",
    "other_id",
    "trigger",
    "event",
    "state",
    "control_id",
    "created_at",
    "available_at",
)


@dataclass(frozen=True, slots=True)
class _Notice:
    """What one message is made from."""

    history_id: int
    person_id: int
    trigger: Trigger
    event: str
    pair_history_id: int | None = None
    other_id: int | None = None


def queue_notices(session: Session, now: datetime, lateness: timedelta) -> int:
    """Queue a notice of every act that has none and concerns the central segment; return how many there were.

    Acts are found by looking, as news are (decision 0013): whoever writes one need not think of it, and a transaction
    that took its numbers early and ended late is found as long as it is not older than ``lateness``. The first look
    only remembers where it began: what was there before the exchange is not told.
    """
    advisory_lock(session, LOCK)
    last = session.scalar(select(CentralLook).order_by(CentralLook.id.desc()).limit(1))
    mark = int(session.scalar(select(func.coalesce(func.max(PersonHistory.id), 0))) or 0)
    if last is None:
        session.add(CentralLook(made_at=now, mark=mark))
        session.flush()
        return 0
    count = 0
    low = _low_mark(session, min(now, last.made_at) - lateness)
    while low < mark:
        acts = _untold(session, low, mark)
        count += insert_rows(session, MESSAGES, COLUMNS, (_row(one, now) for one in _notices(session, acts)))
        low = acts[-1].id if len(acts) == PORTION else mark
    if count or mark > last.mark:
        session.add(CentralLook(made_at=now, mark=mark))
        session.flush()
    return count


def _low_mark(session: Session, moment: datetime) -> int:
    """The mark of the last look before a moment, else of the first: where looking has to begin."""
    before = select(CentralLook.mark).where(CentralLook.made_at <= moment).order_by(CentralLook.id.desc()).limit(1)
    first = select(CentralLook.mark).order_by(CentralLook.id).limit(1)
    found = session.scalar(before)
    return int(found if found is not None else session.scalar(first) or 0)


def _untold(session: Session, low: int, high: int) -> Sequence[PersonHistory]:
    told = select(CentralMessage.id).where(CentralMessage.history_id == PersonHistory.id)
    also = select(CentralMessage.id).where(CentralMessage.pair_history_id == PersonHistory.id)
    query = (
        select(PersonHistory)
        .where(
            PersonHistory.id > low,
            PersonHistory.id <= high,
            PersonHistory.event.in_(list(OF_EVENT)),
            PersonHistory.source != SOURCE,
            PersonHistory.act.not_in(WITHOUT_EFFECT),
            ~told.exists(),
            ~also.exists(),
        )
        .order_by(PersonHistory.id)
        .limit(PORTION)
    )
    return session.scalars(query).all()


def _notices(session: Session, acts: Iterable[PersonHistory]) -> list[_Notice]:
    """The messages of these acts in their order; both acts of a join or a separation make one."""
    found, paired = [], []
    for act in acts:
        trigger = trigger_of(act.act, act.event, act.aspects.split(","), act.source)
        if trigger in PAIRED:
            paired.append(act)
        elif trigger is not None:
            found.append(_Notice(act.id, act.person_id, trigger, act.event))
    found += _pairs(session, paired)
    return sorted(found, key=lambda one: one.history_id)


def _pairs(session: Session, acts: Sequence[PersonHistory]) -> Iterator[_Notice]:
    """The act stands at both records: the message bears that of the main one and names the other."""
    if not acts:
        return
    left = {act.id: act for act in acts}
    moments = sorted({act.recorded_at for act in acts})
    # the other act of a pair may be in the next portion, so that both are looked for by their moment
    written = select(PersonHistory).where(
        PersonHistory.event.in_(PAIRED_EVENTS), PersonHistory.recorded_at.in_(moments)
    )
    by_place = {(act.recorded_at, act.event, act.person_id): act for act in session.scalars(written)}
    steps = select(PersonLinkStep).where(PersonLinkStep.event.in_(PAIRED_EVENTS), PersonLinkStep.at.in_(moments))
    for step in session.scalars(steps.order_by(PersonLinkStep.id)):
        told = step.details
        sides = (told.get("main") or told.get("source"), told.get("second") or told.get("target"))
        act, other = (by_place.get((step.at, step.event, int(one or 0))) for one in sides)
        if act is not None and other is not None and (act.id in left or other.id in left):
            left.pop(act.id, None)
            left.pop(other.id, None)
            yield _Notice(act.id, act.person_id, OF_EVENT[act.event], act.event, other.id, other.person_id)
    for act in left.values():  # told alone, and refused here for want of the other record: nothing is left out
        yield _Notice(act.id, act.person_id, OF_EVENT[act.event], act.event)


def _row(one: _Notice, now: datetime) -> tuple[Any, ...]:
    return (
        one.history_id,
        one.pair_history_id,
        one.person_id,
        one.other_id,
        one.trigger.value,
        one.event,
        State.WAITING.value,
        str(uuid.uuid4()),
        now,
        now,
    )
