"""Stage 4 of matching: what the central segment knows of strangers, and asking it about the others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
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
    question_of_request,
)
from registry.central.tables import CentralAsker, CentralMessage
from registry.central.words import DECIDED, State, Trigger
from registry.insured.keys.hashing import KeyHasher
from registry.insured.matching.elsewhere import KnownElsewhere, Search, Stranger
from registry.store.locks import advisory_lock
from registry.store.probe import probe

LOCK = "central_questions"
FOREIGN, ALL = "foreign", "all"


def ask_elsewhere(search: Search) -> dict[int, KnownElsewhere]:
    """What is known elsewhere of these strangers, by their places; those not asked about yet are asked about.

    An answer counts as long as the settings say; older ones are asked for anew. The same person asked about by any
    number of records is one question, and nobody waits for its answer here.
    """
    wanted = [one for one in search.strangers if _is_asked(one, search)]
    if not wanted:
        return {}
    hasher = KeyHasher(search.secret)
    questions = {one.place: question_of_request(one.request) for one in wanted}
    marks = {place: hasher(f"ZP1|{asked_text(told)}").hex() for place, told in questions.items()}
    known = _latest(search.session, marks.values())
    fresh = {mark: one for mark, one in known.items() if _is_fresh(one, search)}
    missing = [one for one in wanted if marks[one.place] not in fresh]
    if missing:
        advisory_lock(search.session, LOCK)
        latest = _latest(search.session, (marks[one.place] for one in missing))
        fresh.update({mark: one for mark, one in latest.items() if _is_fresh(one, search)})
        made = {
            mark: _message(questions[one.place], mark, search.now)
            for one in missing
            if (mark := marks[one.place]) not in fresh
        }
        search.session.add_all(made.values())
        search.session.flush()
        fresh.update(made)
    open_ = [(one, message) for one in wanted if not _is_decided(message := fresh[marks[one.place]])]
    _note_askers(search.session, open_)
    return {one.place: _told(fresh[marks[one.place]], one, search) for one in wanted}


def ask(session: Session, question: Mapping[str, Any], login: str, secret: bytes, now: datetime) -> CentralMessage:
    """Queue a question of an operator, whatever was answered to one like it."""
    advisory_lock(session, LOCK)
    mark = KeyHasher(secret)(f"ZP1|{asked_text(question)}").hex()
    made = _message(question, mark, now)
    made.decided_by = login[:100]
    session.add(made)
    session.flush()
    return made


def _is_asked(one: Stranger, search: Search) -> bool:
    how = search.options["central_questions"]
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


def _is_fresh(one: CentralMessage, search: Search) -> bool:
    """A question under way is as good as a new one; what was answered counts for a time."""
    if not _is_decided(one):
        return True
    hours = timedelta(hours=float(search.options["central_insured_hours"]))
    days = timedelta(days=float(search.options["central_person_days"]))
    at = one.answered_at or one.created_at
    # that somebody is dead does not pass within the term of personal data
    dead = any((person.get("dead") or person.get("died_on")) for person in _people(one))
    return search.now - at < (days if dead else hours)


def _people(one: CentralMessage) -> list[Mapping[str, Any]]:
    return [person for known in one.answer.get("known") or () for person in known.get("person") or ()]


def _told(one: CentralMessage, stranger: Stranger, search: Search) -> KnownElsewhere:
    if one.state != State.ACCEPTED:
        return KnownElsewhere(searched=QUEUED if not _is_decided(one) else "")
    told = answered(one.answer, one.answered_at or search.now)
    return known_elsewhere(told, stranger.request, search.fund_code)


def _message(question: Mapping[str, Any], mark: str, now: datetime) -> CentralMessage:
    return CentralMessage(
        trigger=Trigger.ZP1.value,
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
