"""Stage 4 of matching: what other registers know of strangers, and asking them about the others."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, String, and_, func, select
from sqlalchemy.orm import Session

from registry.central.elsewhere import (
    QUEUED,
    answered,
    asked_text,
    is_foreign,
    known_elsewhere,
    main_enp,
    question_of_request,
)
from registry.central.tables import CentralAsker, CentralMessage
from registry.central.words import DECIDED, FEDERAL, SOURCE, State, Trigger
from registry.insured.keys.hashing import KeyHasher
from registry.insured.matching.elsewhere import KnownElsewhere, Search, Stranger
from registry.store.locks import advisory_lock
from registry.store.probe import probe

LOCK = "central_questions"
FOREIGN, ALL = "foreign", "all"
#: Between the note that a record is told of an answer and its look for it lie moments of one transaction.
JUST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another register: how it is asked, the settings that switch it on and say whom it is asked about.

    ``days`` names the setting of how long what does not change of a person counts; ``lasts`` is how long an answer
    does.
    """

    title: str
    trigger: Trigger
    is_on: str
    asks: str
    days: str
    lasts: Callable[[CentralMessage, Mapping[str, Any]], timedelta]

    def __call__(self, search: Search) -> dict[int, KnownElsewhere]:
        """What the register knows of strangers, by their places (registry model, clause 9.5)."""
        return _ask(search, self)


def _ask(search: Search, peer: Peer) -> dict[int, KnownElsewhere]:
    """What is known elsewhere of these strangers, by their places; those not asked about yet are asked about.

    An answer counts as long as the settings say; older ones are asked for anew. The same person asked about by any
    number of records is one question, and nobody waits for its answer here.
    """
    wanted = [one for one in search.strangers if _is_asked(one, search, peer)] if search.options[peer.is_on] else []
    if not wanted:
        return {}
    hasher = KeyHasher(search.secret)
    questions = {one.place: question_of_request(one.request) for one in wanted}
    marks = {place: hasher(f"{peer.trigger}|{asked_text(told)}").hex() for place, told in questions.items()}
    known = _latest(search.session, marks.values())
    just_told = _just_told(search)
    fresh = {mark: one for mark, one in known.items() if one.id in just_told or _is_fresh(one, search, peer)}
    missing = [one for one in wanted if marks[one.place] not in fresh]
    if missing:
        advisory_lock(search.session, LOCK)
        latest = _latest(search.session, (marks[one.place] for one in missing))
        fresh.update({mark: one for mark, one in latest.items() if _is_fresh(one, search, peer)})
        made = {
            mark: _message(peer.trigger, questions[one.place], mark, search.now)
            for one in missing
            if (mark := marks[one.place]) not in fresh
        }
        search.session.add_all(made.values())
        search.session.flush()
        fresh.update(made)
    open_ = [(one, message) for one in wanted if not _is_decided(message := fresh[marks[one.place]])]
    _note_askers(search.session, open_)
    before = _before(search, peer, {marks[one.place] for one, _ in open_})
    return {one.place: _told(fresh[mark := marks[one.place]], one, search, peer, before.get(mark)) for one in wanted}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who of the staff asks, when; ``secret`` hashes what is known of a person."""

    login: str
    now: datetime
    secret: bytes


def ask(session: Session, peer: Peer, question: Mapping[str, Any], by: Asking) -> CentralMessage:
    """Queue a question of an operator, whatever was answered to one like it."""
    advisory_lock(session, LOCK)
    mark = KeyHasher(by.secret)(f"{peer.trigger}|{asked_text(question)}").hex()
    made = _message(peer.trigger, question, mark, by.now)
    made.decided_by = by.login[:100]
    session.add(made)
    session.flush()
    return made


def _is_asked(one: Stranger, search: Search, peer: Peer) -> bool:
    how = search.options[peer.asks]
    return how == ALL or (how == FOREIGN and is_foreign(one.request, search.fund_code))


def _latest(session: Session, marks: Iterable[str]) -> dict[str, CentralMessage]:
    wanted = probe(session, [("mark", String)], [(mark,) for mark in sorted(set(marks))])
    last = (
        select(func.max(CentralMessage.id))
        .join(wanted, wanted.c.mark == CentralMessage.fingerprint)
        .group_by(CentralMessage.fingerprint)
    )
    return {one.fingerprint: one for one in session.scalars(select(CentralMessage).where(CentralMessage.id.in_(last)))}


def _is_decided(one: CentralMessage) -> bool:
    return one.state in DECIDED


def _is_fresh(one: CentralMessage, search: Search, peer: Peer) -> bool:
    """A question under way is as good as a new one; what was answered counts for a time."""
    if not _is_decided(one):
        return True
    return search.now - (one.answered_at or one.created_at) < peer.lasts(one, search.options)


def _just_told(search: Search) -> set[int]:
    """Questions whose answers these packets are being told: they count, however short answers are to count.

    Else a file would be asked about anew by its own second answer, over and over.
    """
    packets = sorted({one.packet_id for one in search.strangers})
    query = select(CentralAsker.message_id).where(
        CentralAsker.packet_id.in_(packets), CentralAsker.told_at >= search.now - JUST
    )
    return set(search.session.scalars(query))


def _before(search: Search, peer: Peer, marks: set[str]) -> dict[str, CentralMessage]:
    """The last answers to questions that are asked anew, while what does not change of a person counts."""
    if not marks:
        return {}
    since = search.now - timedelta(days=float(search.options[peer.days]))
    wanted = probe(search.session, [("mark", String)], [(mark,) for mark in sorted(marks)])
    last = (
        select(func.max(CentralMessage.id))
        .join(wanted, wanted.c.mark == CentralMessage.fingerprint)
        .where(CentralMessage.state == State.ACCEPTED.value, CentralMessage.answered_at > since)
        .group_by(CentralMessage.fingerprint)
    )
    found = search.session.scalars(select(CentralMessage).where(CentralMessage.id.in_(last)))
    return {one.fingerprint: one for one in found}


def _of_central(one: CentralMessage, options: Mapping[str, Any]) -> timedelta:
    return _of_dead(one, options, CENTRAL_SEGMENT) or timedelta(hours=float(options["central_insured_hours"]))


def _of_federal(one: CentralMessage, options: Mapping[str, Any]) -> timedelta:
    name = "ferzl_found_hours" if one.answer.get("known") else "ferzl_unknown_hours"
    return _of_dead(one, options, FEDERAL_REGISTER) or timedelta(hours=float(options[name]))


def _of_dead(one: CentralMessage, options: Mapping[str, Any], peer: Peer) -> timedelta | None:
    # that somebody is dead does not pass within the term of personal data
    is_dead = any((person.get("dead") or person.get("died_on")) for person in _people(one))
    return timedelta(days=float(options[peer.days])) if is_dead else None


CENTRAL_SEGMENT = Peer(SOURCE, Trigger.ZP1, "central_exchange", "central_questions", "central_person_days", _of_central)
FEDERAL_REGISTER = Peer(FEDERAL, Trigger.GPD, "ferzl_exchange", "ferzl_questions", "ferzl_person_days", _of_federal)
#: The registers in the order they are asked in; whoever one does not know, the next is asked about.
PEERS = (FEDERAL_REGISTER, CENTRAL_SEGMENT)


def _people(one: CentralMessage) -> list[Mapping[str, Any]]:
    return [person for known in one.answer.get("known") or () for person in known.get("person") or ()]


def _told(
    one: CentralMessage, stranger: Stranger, search: Search, peer: Peer, before: CentralMessage | None
) -> KnownElsewhere:
    if one.state != State.ACCEPTED:
        awaited = not _is_decided(one)
        searched = QUEUED.format(peer.title) if awaited else ""
        number = _number_before(before, stranger) if awaited else ""
        return KnownElsewhere(main_enp=number, searched=searched, passes_on=not awaited, source=peer.title)
    told = answered(one.answer, one.answered_at or search.now)
    return known_elsewhere(told, stranger.request, search.fund_code, peer.title)


def _number_before(before: CentralMessage | None, stranger: Stranger) -> str:
    """Another ЕНП of the person told of before: it is looked for here while the insurance is asked about anew."""
    known = answered(before.answer, before.created_at).known if before is not None else ()
    number = main_enp(known[0]) if len(known) == 1 else ""
    return number if number != stranger.request.enp else ""


def _message(trigger: Trigger, question: Mapping[str, Any], mark: str, now: datetime) -> CentralMessage:
    return CentralMessage(
        trigger=trigger.value,
        state=State.WAITING.value,
        control_id=str(uuid.uuid4()),
        created_at=now,
        available_at=now,
        fingerprint=mark,
        question=dict(question),
        answer={},
    )


def _note_askers(session: Session, waiting: Sequence[tuple[Stranger, CentralMessage]]) -> None:
    """Remember which records wait for which question; a record taken up again is there already."""
    columns: list[tuple[str, Any]] = [("packet_id", BigInteger), ("message_id", BigInteger)]
    asked = probe(session, columns, sorted({(one.packet_id, message.id) for one, message in waiting}))
    query = select(CentralAsker).join(
        asked, and_(asked.c.packet_id == CentralAsker.packet_id, asked.c.message_id == CentralAsker.message_id)
    )
    known = {(one.message_id, one.packet_id, one.position) for one in session.scalars(query)}
    for one, message in waiting:
        key = (message.id, one.packet_id, one.position)
        if key not in known:
            known.add(key)
            session.add(CentralAsker(message_id=message.id, packet_id=one.packet_id, position=one.position))
    session.flush()
