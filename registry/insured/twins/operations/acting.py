"""What every operation on a pair shares: who acts, the locks, the step that is written, the change that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.core.errors import Retryable
from registry.insured.operations.people.die import REASON as DEATH
from registry.insured.operations.people.die import cancel_death, register_death
from registry.insured.operations.people.facts import set_status, take_enp
from registry.insured.operations.people.ledger import Origin, PeopleLedger, PersonState, open_people
from registry.insured.operations.people.writing import write_people
from registry.insured.rules.timelines import Act
from registry.insured.tables import Person, PersonLink, PersonLinkStep
from registry.insured.twins.operations.propose_pairs import add_links, known_pairs
from registry.insured.twins.queries.sides import family_ids
from registry.insured.twins.rules.joining import Refused
from registry.insured.twins.rules.words import EVENT_JOINED, REASON_JOINED, Operation, State
from registry.store.locks import lock_rows

OF_DEATH = frozenset(("insurance_ended", "attachment_closed", "person_died", "death_cancelled"))
Guard = Callable[[Session, Sequence[int], Sequence[int]], Sequence[str]]
"""Told the records of the main person and of the second, it says why they cannot be joined; asked of upper contexts."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts on a pair, when and why; ``automatic`` for what no person decided."""

    by: str
    now: datetime
    today: date
    fund_okato: str = ""
    comment: str = ""
    automatic: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The pair after the operation, and the facts others act on."""

    link: PersonLink
    changes: list[Change] = field(default_factory=list)


def lock_pair(session: Session, one: int, other: int, now: datetime) -> PersonLink:
    """The link of two records, made when there is none, held with both families until the transaction ends.

    Links are locked before people, people in the order of their numbers: no two operations wait in a circle.
    """
    if one == other:
        raise Refused("SAME_RECORD", "Запись нельзя объединить саму с собой.")
    pair = (min(one, other), max(one, other))
    if pair not in known_pairs(session, [pair]):
        if len(list(session.scalars(select(Person.id).where(Person.id.in_(pair))))) < 2:
            raise Refused("PERSON_ABSENT", "Такой записи в регистре нет.")
        add_links(session, [{"first_id": pair[0], "second_id": pair[1], "cluster_id": pair[0], "proposed_at": now}])
    return lock_link(session, known_pairs(session, [pair])[pair].id)


def lock_link(session: Session, link_id: int) -> PersonLink:
    """A link held with both families until the transaction ends."""
    lock_rows(session, cast(Table, PersonLink.__table__), [link_id])
    link = session.get(PersonLink, link_id, populate_existing=True)
    if link is None:
        raise Refused("PAIR_ABSENT", "Такой пары записей нет.")
    before = family_ids(session, (link.first_id, link.second_id))
    lock_rows(session, cast(Table, Person.__table__), sorted(before))
    if family_ids(session, (link.first_id, link.second_id)) != before:
        raise Retryable("the records were joined with others meanwhile")
    return link


def settle(link: PersonLink, actor: Actor, *, state: State, verdict: str = "", **values: Any) -> None:
    """Put a link into a state, with who decided it."""
    link.state, link.verdict = state, verdict
    link.decided_at, link.decided_by = actor.now, actor.by[:60]
    link.automatic, link.comment = actor.automatic, actor.comment[:500]
    for name, value in {"joined_id": None, "fingerprint": "", **values}.items():
        setattr(link, name, value)


def note_step(
    session: Session,
    link: PersonLink,
    operation: Operation,
    before: int,
    actor: Actor,
    **told: Any,
) -> PersonLinkStep:
    """Write the step that led to the present state of a link."""
    step = PersonLinkStep(
        link_id=link.id,
        operation=operation,
        state_before=before,
        state_after=link.state,
        at=actor.now,
        by=actor.by[:60],
        automatic=actor.automatic,
        comment=actor.comment[:500],
        event=told.pop("event", ""),
        reason=told.pop("reason", ""),
        details=told,
    )
    session.add(step)
    session.flush()
    return step


@dataclass(frozen=True, kw_only=True)
class Gets:
    """What an act gives a record beside its history row: a status, a main ЕНП, the death of another, or life again."""

    status: int | None = None
    enp: str | None = None
    died_on: date | None = None
    lives: bool = False


NOTED = Gets()


def note_act(session: Session, people: Mapping[int, Gets], act: str, event: str, actor: Actor) -> list[Change]:
    """Write the act into the ledger of each person with what it gives (clause 5.1); return what a death has ended."""
    session.flush()
    ledger = open_people(session, people, Origin(actor.now, "fund"))
    reason = REASON_JOINED if event == EVENT_JOINED else ""
    told = Act(act, actor.now.date(), event, reason, operator=actor.by)
    for person in ledger.people.values():
        ledger.note(person, told, "link")
        _give(ledger, person, people[person.id], told)
    changes = write_people(ledger)
    session.expire_all()
    return [one for one in changes if one.name in OF_DEATH]


def _give(ledger: PeopleLedger, person: PersonState, gets: Gets, told: Act) -> None:
    if gets.enp is not None:
        take_enp(ledger, person, gets.enp, told)
    if gets.died_on is not None:
        register_death(ledger, person, replace(told, name="death", on=gets.died_on, reason=DEATH))
    elif gets.lives:
        cancel_death(ledger, person, told)
    if gets.status is not None:
        set_status(ledger, person, gets.status, told)


def changed(name: str, main: Person, second: Person, actor: Actor, **facts: Any) -> Change:
    """The change others act on: who stays, who was annulled or came back, who had the second."""
    told: Mapping[str, Any] = {
        "main_id": main.id,
        "second_id": second.id,
        "main_bdz_id": main.bdz_id,
        "second_bdz_id": second.bdz_id,
        "main_enp": main.enp,
        "second_enp": second.enp,
        **facts,
    }
    return Change(name, person_id=main.id, on=actor.today, facts=told)
