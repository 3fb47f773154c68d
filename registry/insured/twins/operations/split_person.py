"""Separating statements of another person out of a record, and putting them back (clause 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.tables import Person, PersonHistory, PersonLinkStep, Policy
from registry.insured.twins.operations.acting import (
    Actor,
    Done,
    Gets,
    changed,
    lock_link,
    lock_pair,
    note_act,
    note_step,
    settle,
)
from registry.insured.twins.operations.join_people import lead_to
from registry.insured.twins.operations.row_copies import (
    MODELS,
    copy_rows,
    known_rows,
    retract_rows,
    rows_by_id,
    statements_of,
    with_insurance,
)
from registry.insured.twins.operations.settle_pair import fingerprint_now
from registry.insured.twins.queries.sides import open_codes
from registry.insured.twins.rules.joining import ANNULLED, DEAD, INSURED, Refused
from registry.insured.twins.rules.splitting import Division, divide
from registry.insured.twins.rules.words import EVENT_JOINED, EVENT_SEPARATED, REASON_JOINED, Operation, State, Verdict
from registry.store.base import OPEN_MOMENT

UNCHANGED = "После разделения сведения записей менялись: вернуть всё как было нельзя, объедините записи."


@dataclass(frozen=True, kw_only=True)
class Split:
    """What to separate: the statements chosen, an annulled record to restore or a new one, its death and status."""

    person_id: int
    statements: tuple[str, ...]
    into: int | None = None
    copy_death: bool = False
    status: int | None = None


def split_person(session: Session, wanted: Split, actor: Actor) -> Done:
    """Give the chosen statements to a new or restored record; both records are whole afterwards.

    Rows are retracted here and recorded there, so that what was answered before can still be explained.
    """
    target, created = _target(session, wanted, actor)
    link = lock_pair(session, wanted.person_id, target.id, actor.now)
    source = session.get_one(Person, wanted.person_id, populate_existing=True)
    if source.merged_into is not None or source.status == ANNULLED:
        raise Refused("ANNULLED", "Запись аннулирована: разделять можно только действующую.")
    if not created and (target.merged_into is not None or target.status != ANNULLED):
        raise Refused(
            "NOT_ANNULLED", "Восстановить можно только аннулированную запись, которая ни с кем не объединена."
        )
    division = divide(statements_of(session, source.id), wanted.statements, into_new=created)
    was = {"source_enp": source.enp, "target_enp": target.enp, "target_dead": target.died_on is not None}
    rows = _move(session, division, source.id, target.id, actor)
    died_on = source.died_on if wanted.copy_death and target.died_on is None else None
    status = wanted.status or (DEAD if target.died_on or died_on else INSURED)
    insurers, clinics = open_codes(session, [target.id], actor.today)
    state_before = link.state
    settle(link, actor, state=State.SETTLED, verdict=Verdict.DIFFERENT)
    session.flush()
    note_step(
        session,
        link,
        Operation.SPLIT,
        state_before,
        actor,
        event=EVENT_SEPARATED,
        source=source.id,
        target=target.id,
        created=created,
        was=was,
        **rows,
    )
    numbers = {one.id: _number(session, one, target) for one in (source, target)}
    gets = {
        source.id: Gets(enp=numbers[source.id]),
        target.id: Gets(enp=numbers[target.id], status=status, died_on=died_on),
    }
    closed = note_act(session, gets, "split", EVENT_SEPARATED, actor)
    link.fingerprint = fingerprint_now(session, link, actor.now)
    facts = {"link_id": link.id, "event": EVENT_SEPARATED, "insurers": insurers, "clinics": clinics, "split": True}
    return Done(link, [changed("people_separated", source, target, actor, **facts), *closed])


def undo_split(session: Session, link_id: int, actor: Actor) -> Done:
    """Put the statements of the last separation back; refused when either record has changed since."""
    link = lock_link(session, link_id)
    step = last_split(session, link_id)
    if step is None or link.verdict != Verdict.DIFFERENT:
        raise Refused("NOT_SPLIT", "Эта пара не получена разделением записи.")
    told = step.details
    source, target = session.get_one(Person, told["source"]), session.get_one(Person, told["target"])
    if _changed_since(session, step):
        raise Refused("CHANGED_SINCE", UNCHANGED)
    for noun, ids in told["inserted"].items():
        retract_rows(session, rows_by_id(session, noun, ids), actor.now)
    back = [(noun, row) for noun in MODELS for row in rows_by_id(session, noun, told["retracted"].get(noun, ()))]
    copy_rows(session, back, source.id, now=actor.now, event="")
    lead_to(session, {target.id: source.id if told["created"] else None}, actor)
    if told["created"]:
        settle(link, actor, state=State.SETTLED, verdict=Verdict.JOINED, joined_id=target.id)
    else:
        settle(link, actor, state=State.CANDIDATE)
    session.flush()
    details = {"main": source.id, "second": target.id, "status_before": INSURED, "undone": step.id}
    note_step(
        session, link, Operation.JOINED, State.SETTLED, actor, event=EVENT_JOINED, reason=REASON_JOINED, **details
    )
    was = told["was"]
    gets = {
        source.id: Gets(enp=was["source_enp"]),
        target.id: Gets(
            status=ANNULLED,
            enp=None if told["created"] else was["target_enp"],
            lives=target.died_on is not None and not was["target_dead"],
        ),
    }
    note_act(session, gets, "join", EVENT_JOINED, actor)
    facts = {
        "link_id": link.id,
        "event": EVENT_JOINED,
        "reason": REASON_JOINED,
        "insurers": [],
        "clinics": [],
        "split": True,
    }
    return Done(link, [changed("people_joined", source, target, actor, **facts)])


def last_split(session: Session, link_id: int) -> PersonLinkStep | None:
    """The separation that made this pair, when its last step is one."""
    query = select(PersonLinkStep).where(PersonLinkStep.link_id == link_id).order_by(PersonLinkStep.id.desc())
    step = session.scalars(query.limit(1)).first()
    return step if step is not None and step.operation == Operation.SPLIT else None


def _target(session: Session, wanted: Split, actor: Actor) -> tuple[Person, bool]:
    if wanted.into is not None:
        found = session.get(Person, wanted.into)
        if found is None:
            raise Refused("PERSON_ABSENT", "Записи, которую хотят восстановить, нет в регистре.")
        return found, False
    made = Person(bdz_id=str(uuid4()), status=INSURED, recorded_at=actor.now)
    session.add(made)
    session.flush()
    return made, True


def _move(
    session: Session, division: Division, source_id: int, target_id: int, actor: Actor
) -> dict[str, Mapping[str, list[int]]]:
    leaving = with_insurance(session, [(one.noun, one.id) for one in division.leaves])
    reopened = [(one.noun, row) for one in division.reopened for row in rows_by_id(session, one.noun, [one.id])]
    opened = frozenset((one.noun, one.id) for one in division.opened)
    extended = frozenset((one.noun, one.id) for one in division.reopened)
    retract_rows(session, [row for _, row in (*leaving, *reopened)], actor.now)
    made = copy_rows(session, leaving, target_id, now=actor.now, opened=opened)
    kept = copy_rows(session, reopened, source_id, now=actor.now, opened=extended)
    retracted: dict[str, list[int]] = {}
    for noun, row in (*leaving, *reopened):
        retracted.setdefault(noun, []).append(row.id)
    inserted = {noun: [*made.get(noun, []), *kept.get(noun, [])] for noun in {*made, *kept}}
    return {"retracted": retracted, "inserted": inserted}


def _number(session: Session, person: Person, target: Person) -> str | None:
    """The main ЕНП of a record is that of its newest policy, unless it still has the policy of the present one."""
    rows: list[Policy] = [row for row in known_rows(session, "policy", person.id) if row.enp]
    if rows and person.enp not in {row.enp for row in rows}:
        return str(max(rows, key=lambda row: (row.valid_to, row.valid_from, row.id)).enp)
    if not rows and person.id != target.id and _moved_away(session, person, target):
        return ""
    return None


def _moved_away(session: Session, source: Person, target: Person) -> bool:
    return source.enp in {row.enp for row in known_rows(session, "policy", target.id)}


def _changed_since(session: Session, step: PersonLinkStep) -> bool:
    """True when rows the separation recorded no longer count, or either record has learnt anything after it."""
    told = step.details
    people = (told["source"], told["target"])
    acts = select(PersonHistory.id).where(PersonHistory.person_id.in_(people), PersonHistory.recorded_at > step.at)
    if session.scalars(acts.limit(1)).first() is not None:
        return True
    for noun, model in MODELS.items():
        ids = told["inserted"].get(noun, [])
        if any(row.retracted_at != OPEN_MOMENT for row in rows_by_id(session, noun, ids)):
            return True
        later = select(model.id).where(model.person_id.in_(people), model.recorded_at >= step.at)
        if session.scalars(later.where(model.id.not_in(ids)).limit(1)).first() is not None:
            return True
    return False
