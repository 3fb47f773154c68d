"""Joining two records of one person, and taking it back (clause 5.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from registry.insured.tables import Person, PersonLead, PersonLink, PersonLinkStep
from registry.insured.twins.operations.acting import (
    NOTED,
    Actor,
    Done,
    Gets,
    Guard,
    changed,
    lock_link,
    lock_pair,
    note_act,
    note_step,
    settle,
)
from registry.insured.twins.operations.clusters import settle_clusters
from registry.insured.twins.operations.propose_pairs import Proposal, propose_pairs
from registry.insured.twins.operations.settle_pair import fingerprint_now
from registry.insured.twins.queries.sides import family_ids, joined_links, open_codes, sides
from registry.insured.twins.rules.joining import (
    ANNULLED,
    DEAD,
    Objection,
    Refused,
    Side,
    choose_main,
    confirmations,
    demand,
    refusals,
)
from registry.insured.twins.rules.words import (
    EVENT_JOINED,
    EVENT_SEPARATED,
    REASON_JOINED,
    Operation,
    Reason,
    State,
    Verdict,
)
from registry.store.base import OPEN_MOMENT


def join_people(session: Session, main_id: int, second_id: int, actor: Actor, guards: Sequence[Guard] = ()) -> Done:
    """Make the second record a part of the main one; no dated row is touched, everything is read through the link.

    The second gets status 2 and ``merged_into``; records joined to it before lead to the main one at once, so a chain
    never has to be walked. Raises ``Refused`` with the reasons in words.
    """
    link = lock_pair(session, main_id, second_id, actor.now)
    main, second = _sides(session, main_id, second_id, actor)
    check_join(session, main, second, actor, guards)
    if link.state == State.SETTLED:
        raise Refused("PAIR_SETTLED", "Пара уже отработана: сначала верните её в работу.")
    family = sorted(family_ids(session, [second_id]))
    insurers, clinics = open_codes(session, family, actor.today)
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_([main_id, second_id])))}
    lead_to(session, dict.fromkeys(family, main_id), actor)
    before = link.state
    settle(link, actor, state=State.SETTLED, verdict=Verdict.JOINED, joined_id=second_id)
    session.flush()
    note_step(
        session,
        link,
        Operation.JOINED,
        before,
        actor,
        event=EVENT_JOINED,
        reason=REASON_JOINED,
        main=main_id,
        second=second_id,
        status_before=second.status,
        confirmed=[one.code for one in confirmations(main, second)],
    )
    note_act(session, {main_id: NOTED, second_id: Gets(status=ANNULLED)}, "join", EVENT_JOINED, actor)
    _carry_pairs(session, main_id, second_id, actor)
    settle_clusters(session, (link.first_id, link.second_id))
    change = changed(
        "people_joined",
        people[main_id],
        people[second_id],
        actor,
        link_id=link.id,
        event=EVENT_JOINED,
        reason=REASON_JOINED,
        insurers=insurers,
        clinics=clinics,
    )
    return Done(link, [change])


def join_pair(session: Session, link_id: int, actor: Actor, guards: Sequence[Guard] = ()) -> Done:
    """Join a pair when nobody chose the main record: the rule does."""
    link = lock_link(session, link_id)
    left, right = _sides(session, link.first_id, link.second_id, actor)
    main_id = choose_main(left, right)
    second_id = right.id if main_id == left.id else left.id
    return join_people(session, main_id, second_id, actor, guards)


def check_join(session: Session, main: Side, second: Side, actor: Actor, guards: Sequence[Guard]) -> None:
    """Raise ``Refused`` unless these two may be joined and what is unusual was confirmed with a reason."""
    demand(refusals(main, second))
    ours, theirs = (sorted(family_ids(session, [one])) for one in (main.id, second.id))
    demand([Objection("guard", text) for guard in guards for text in guard(session, ours, theirs)])
    doubts = confirmations(main, second)
    if doubts and not (actor.confirmed and actor.comment.strip()):
        words = " ".join(one.text for one in doubts)
        raise Refused("JOIN_DOUBTFUL", f"{words} Подтвердите объединение и укажите причину.")


@dataclass(frozen=True, kw_only=True)
class Separation:
    """How a join is taken back: as if it had not been, or as two people, with the death and the status chosen."""

    copy_death: bool = False
    status: int | None = None
    different: bool = False


UNDONE = Separation()


def separate_people(session: Session, link_id: int, actor: Actor, how: Separation = UNDONE) -> Done:
    """Take a join back: the second record is what it was, or gets the death and the status chosen.

    Records that had been joined to the second before lead to it again. The pair is open as before the join, or settled
    as two people.
    """
    link = lock_link(session, link_id)
    if link.verdict != Verdict.JOINED or link.joined_id is None:
        raise Refused("NOT_JOINED", "Записи этой пары не объединены.")
    second_id = link.joined_id
    other_id = link.first_id if second_id == link.second_id else link.second_id
    root_id, step = _root(session, link), _last_join(session, link)
    members = _behind(session, root_id, second_id)
    lead_to(session, {second_id: None, **dict.fromkeys(members, second_id)}, actor)
    root, second = session.get_one(Person, root_id), session.get_one(Person, second_id)
    died_on = root.died_on if how.copy_death and second.died_on is None else None
    restored = _status(second.died_on or died_on, how.status, step.details)
    insurers, clinics = open_codes(session, [second_id, *members], actor.today)
    _let_go(session, link, step, actor, different=how.different)
    note_step(
        session,
        link,
        Operation.SEPARATED,
        State.SETTLED,
        actor,
        event=EVENT_SEPARATED,
        main=other_id,
        second=second_id,
        copied_death=died_on is not None,
        different=how.different,
    )
    gets = {other_id: NOTED, second_id: Gets(status=restored, died_on=died_on)}
    closed = note_act(session, gets, "separate", EVENT_SEPARATED, actor)
    settle_clusters(session, (link.first_id, link.second_id))
    facts = {"link_id": link.id, "event": EVENT_SEPARATED, "insurers": insurers, "clinics": clinics}
    return Done(link, [changed("people_separated", root, second, actor, **facts), *closed])


def _let_go(session: Session, link: PersonLink, step: PersonLinkStep, actor: Actor, *, different: bool) -> None:
    """The pair is two people from now on, or in the state it had before the join."""
    if different:
        settle(link, actor, state=State.SETTLED, verdict=Verdict.DIFFERENT)
        session.flush()
        link.fingerprint = fingerprint_now(session, link, actor.now)
    else:
        settle(link, actor, state=State(step.state_before or State.CANDIDATE))
    session.flush()


def lead_to(session: Session, survivors: Mapping[int, int | None], actor: Actor) -> None:
    """Let these records point at their survivors; nothing else of them changes. What led elsewhere is kept as known."""
    session.flush()
    table, leads = cast(Table, Person.__table__), cast(Table, PersonLead.__table__)
    held = (leads.c.person_id.in_(sorted(survivors)), leads.c.retracted_at == OPEN_MOMENT)
    session.execute(update(leads).where(*held).values(retracted_at=actor.now))
    session.add_all(
        PersonLead(person_id=one, survivor_id=survivor, on=actor.today, recorded_at=actor.now, by=actor.by)
        for one, survivor in sorted(survivors.items())
        if survivor is not None
    )
    session.flush()
    changing = update(table).where(table.c.id == bindparam("one")).values(merged_into=bindparam("survivor"))
    rows = [{"one": one, "survivor": survivor} for one, survivor in sorted(survivors.items())]
    session.connection().execute(changing, rows)
    session.expire_all()


def _sides(session: Session, one: int, other: int, actor: Actor) -> tuple[Side, Side]:
    found = sides(session, (one, other), actor.today, actor.fund_okato)
    if one not in found or other not in found:
        raise Refused("PERSON_ABSENT", "В регистре нет такой записи или у неё нет сведений о человеке.")
    return found[one], found[other]


def _root(session: Session, link: PersonLink) -> int:
    joined = session.get_one(Person, link.joined_id)
    if joined.merged_into is None:
        raise Refused("NOT_JOINED", "Записи этой пары не объединены.")
    return joined.merged_into


def _behind(session: Session, root_id: int, second_id: int) -> list[int]:
    """Records that were joined to the second one, directly or through others."""
    family = family_ids(session, [root_id])
    parents = {
        link.joined_id: link.second_id if link.joined_id == link.first_id else link.first_id
        for link in joined_links(session, family)
        if link.joined_id is not None
    }
    found: set[int] = set()
    while fresh := {one for one, parent in parents.items() if parent in {second_id, *found}} - found:
        found |= fresh
    return sorted(found - {second_id})


def _last_join(session: Session, link: PersonLink) -> PersonLinkStep:
    query = select(PersonLinkStep).where(
        PersonLinkStep.link_id == link.id, PersonLinkStep.operation == Operation.JOINED
    )
    return session.scalars(query.order_by(PersonLinkStep.id.desc()).limit(1)).one()


def _status(died_on: date | None, asked: int | None, details: Mapping[str, Any]) -> int:
    if asked is not None:
        return asked
    before = int(details.get("status_before", 1))
    return DEAD if died_on is not None and before != ANNULLED else before


def _carry_pairs(session: Session, main_id: int, second_id: int, actor: Actor) -> None:
    """Open pairs of the second record are the main one's now; the old ones wait unseen for a separation."""
    query = select(PersonLink).where(
        PersonLink.state != State.SETTLED,
        (PersonLink.first_id == second_id) | (PersonLink.second_id == second_id),
    )
    proposals = [
        Proposal(main_id, link.first_id if link.second_id == second_id else link.second_id, Reason(link.reasons))
        for link in session.scalars(query)
    ]
    propose_pairs(session, proposals, actor.now)
