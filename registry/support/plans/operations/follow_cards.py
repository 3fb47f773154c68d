"""Steps of preventive measures learnt from cards of events (contract of events, clause 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.core.plain import plain
from registry.insured.queries.survivors import kin_of
from registry.insured.tables import Person
from registry.support.plans.operations.keep_facts import Step, step_key
from registry.support.plans.rules.steps import STARTED
from registry.support.plans.tables import ExecutionFact
from registry.support.tables import Card

OF_PERSON = ("surname", "first_name", "patronymic", "birth_date", "sex", "snils")


def follow_opening(session: Session, change: Change) -> None:
    """An exam that was opened, or whose opening was corrected, is a step; it stands for what the card said before."""
    _follow(session, change, _any)


def follow_closing(session: Session, change: Change) -> None:
    """An exam that was closed is a step beside its beginning; a corrected closing stands for the former."""
    _follow(session, change, _ends)


def follow_reopening(session: Session, change: Change) -> None:
    """Of an exam whose closing was withdrawn only the beginning is left."""
    _forget(session, _card(session, change), _ends)


def follow_deletion(session: Session, change: Change) -> None:
    """Of a deleted card no step is left but those the clinic told itself."""
    _forget(session, _card(session, change), _any)


def _any(step: int) -> bool:
    return True


def _ends(step: int) -> bool:
    return step not in STARTED


def _card(session: Session, change: Change) -> Card:
    return session.scalars(select(Card).where(Card.hub_id == change.facts["hub_id"])).one()


def _forget(session: Session, card: Card, which: Callable[[int], bool]) -> None:
    rows = session.scalars(
        select(ExecutionFact).where(ExecutionFact.card_id == card.id, ExecutionFact.rid.is_(None))
    ).all()
    for row in rows:
        if which(row.step):
            session.delete(row)
    session.flush()


def _follow(session: Session, change: Change, which: Callable[[int], bool]) -> None:
    card = _card(session, change)
    _forget(session, card, which)
    if change.person_id is None or change.on is None:
        return
    steps = [int(step) for step in change.facts.get("steps", ())]
    known = _known(session, change.person_id, steps)
    for step in steps:
        row = known.get(step_key(change.person_id, step, change.on))
        if row is None:
            session.add(_fact(session, card, change.person_id, step, change.on))
        elif row.card_id is None:
            row.card_id = card.id


def _known(session: Session, person_id: int, steps: Iterable[int]) -> dict[Step, ExecutionFact]:
    """The steps the person took, those of joined records among them."""
    records = kin_of(session, [person_id])[person_id]
    rows = session.scalars(
        select(ExecutionFact).where(ExecutionFact.person_id.in_(records), ExecutionFact.step.in_(list(steps)))
    )
    return {step_key(person_id, row.step, row.executed_on): row for row in rows}


def _fact(session: Session, card: Card, person_id: int, step: int, on: date) -> ExecutionFact:
    """A fact nobody numbered, in the words of the card; the ЕНП is the person's present one."""
    words = {name: card.content[name] for name in OF_PERSON if card.content.get(name) is not None}
    enp = session.get_one(Person, person_id).enp
    clinic = card.sender_code
    told = {**words, "enp": enp or None, "clinic": clinic, "executed_on": plain(on), "execution_step": step}
    return ExecutionFact(
        told={name: value for name, value in told.items() if value is not None},
        packet_id=card.packet_id,
        recorded_at=card.changed_at,
        changed_at=card.changed_at,
        clinic_code=clinic,
        person_id=person_id,
        executed_on=on,
        step=step,
        card_id=card.id,
    )


SUBSCRIBERS = {
    "exam_opened": (follow_opening,),
    "exam_told": (follow_opening,),
    "exam_closed": (follow_closing,),
    "exam_reopened": (follow_reopening,),
    "exam_deleted": (follow_deletion,),
}
