"""The queue to other registers for screens: the list, counts, one message with everything that became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import Session

from registry.central.queries.calls import calls_of
from registry.central.tables import CentralAsker, CentralCall, CentralFile, CentralMessage, CentralSending
from registry.central.words import NAMESPACE, State
from registry.core.checks.enp import LENGTH
from registry.core.normalisation import name_key
from registry.exchange.codecs.xml import parse_document
from registry.exchange.content import RAW, stored_bytes
from registry.insured.buffer.queries.items import names_of
from registry.insured.keys.queries import begins_with_name
from registry.insured.tables import Person, PersonHistory, PersonVersion

#: States a message does not stay in; what is accepted is not counted, there are ever more of it.
COUNTED = (State.WAITING, State.RESEND, State.SENT, State.TAKEN, State.OVERDUE, State.REFUSED, State.NOT_NEEDED)
MOST_CODES = 10
MOST_ASKERS = 50


@dataclass(frozen=True, kw_only=True)
class CentralFilter:
    """What the queue is narrowed to; empty means any."""

    states: tuple[str, ...] = ()
    trigger: str = ""
    event: str = ""
    code: str = ""
    person: str = ""
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CentralLine:
    """A message with the person it is about, named as the registry names the person now."""

    one: CentralMessage
    enp: str
    version: PersonVersion | None

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.one.id


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One sending of a message with the file it went in."""

    sending: CentralSending
    file: CentralFile


@dataclass(frozen=True, slots=True)
class CentralDetail:
    """Everything about one message: it went in files, or in calls."""

    line: CentralLine
    act: PersonHistory | None
    other: CentralLine | None
    sendings: list[SendingLine]
    calls: list[CentralCall]
    askers: list[CentralAsker]


def central_page(
    session: Session, wanted: CentralFilter, *, after: int | None = None, limit: int = 50
) -> list[CentralLine]:
    """At most ``limit`` messages, the newest first, going on behind ``after``."""
    query = select(CentralMessage).where(*_conditions(session, wanted))
    if after is not None:
        query = query.where(CentralMessage.id < after)
    return _lines(session, session.scalars(query.order_by(CentralMessage.id.desc()).limit(limit)).all())


def central_ids(session: Session, wanted: CentralFilter, states: Iterable[State], most: int) -> list[int]:
    """Numbers of the messages of a choice that are in these states, the oldest first."""
    query = select(CentralMessage.id).where(*_conditions(session, wanted), CentralMessage.state.in_(list(states)))
    return list(session.scalars(query.order_by(CentralMessage.id).limit(most)))


def state_counts(session: Session) -> dict[str, int]:
    """How many messages are in each state that asks for something."""
    query = (
        select(CentralMessage.state, func.count())
        .where(CentralMessage.state.in_(COUNTED))
        .group_by(CentralMessage.state)
    )
    return {state: int(count) for state, count in session.execute(query)}


def refusal_counts(session: Session) -> list[tuple[str, int]]:
    """The commonest codes of refused messages."""
    query = (
        select(CentralMessage.code, func.count())
        .where(CentralMessage.state == State.REFUSED.value)
        .group_by(CentralMessage.code)
        .order_by(func.count().desc(), CentralMessage.code)
        .limit(MOST_CODES)
    )
    return [(code, int(count)) for code, count in session.execute(query)]


def to_look_at(session: Session) -> int:
    """How many messages wait for an operator: refused ones and those without an answer."""
    states = (State.REFUSED.value, State.OVERDUE.value)
    return int(session.scalar(select(func.count()).where(CentralMessage.state.in_(states))) or 0)


def central_detail(session: Session, message_id: int) -> CentralDetail | None:
    """One message, its act, the other person of a pair, every sending and call, the latest first."""
    one = session.get(CentralMessage, message_id)
    if one is None:
        return None
    [line] = _lines(session, [one])
    act = session.get(PersonHistory, one.history_id) if one.history_id is not None else None
    other = None
    if one.other_id is not None:
        person = session.get_one(Person, one.other_id)
        other = CentralLine(one, person.enp, names_of(session, [person.id]).get(person.id))
    query = (
        select(CentralSending, CentralFile)
        .join(CentralFile, CentralFile.id == CentralSending.file_id)
        .where(CentralSending.message_id == message_id)
        .order_by(CentralSending.id.desc())
    )
    sendings = [SendingLine(*row) for row in session.execute(query)]
    asked = select(CentralAsker).where(CentralAsker.message_id == message_id)
    askers = session.scalars(asked.order_by(CentralAsker.packet_id.desc(), CentralAsker.position).limit(MOST_ASKERS))
    return CentralDetail(line, act, other, sendings, calls_of(session, message_id), list(askers))


def of_acts(session: Session, history_ids: Iterable[int]) -> dict[int, CentralMessage]:
    """The message of every act that has one, at both acts of a pair."""
    wanted = sorted(set(history_ids))
    found: dict[int, CentralMessage] = {}
    query = select(CentralMessage).where(
        or_(CentralMessage.history_id.in_(wanted), CentralMessage.pair_history_id.in_(wanted))
    )
    for one in session.scalars(query.order_by(CentralMessage.id)):
        found.update({act: one for act in (one.history_id, one.pair_history_id) if act is not None})
    return found


def sent_text(session: Session, line: SendingLine) -> str:
    """The message as it went, for people; empty when the file is no longer kept."""
    body = stored_bytes(session, line.file.packet_id, RAW)
    if not body:
        return ""
    for message in parse_document(body):
        if message.findtext(f"{{{NAMESPACE}}}MSH/{{{NAMESPACE}}}MSH.10") == line.sending.control_id:
            etree.indent(message)
            return str(etree.tostring(message, encoding="unicode", with_tail=False))
    return ""


def _lines(session: Session, messages: Sequence[CentralMessage]) -> list[CentralLine]:
    ids = sorted({one.person_id for one in messages if one.person_id is not None})
    enps = {row.id: row.enp for row in session.execute(select(Person.id, Person.enp).where(Person.id.in_(ids)))}
    names = names_of(session, ids)
    return [CentralLine(one, enps.get(one.person_id or 0, ""), names.get(one.person_id or 0)) for one in messages]


def _conditions(session: Session, wanted: CentralFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(CentralMessage.state.in_(wanted.states))
    for column, value in (
        (CentralMessage.trigger, wanted.trigger),
        (CentralMessage.event, wanted.event),
        (CentralMessage.code, wanted.code),
    ):
        if value:
            found.append(column == value)
    if wanted.person_id is not None:
        found.append(CentralMessage.person_id == wanted.person_id)
    if wanted.since is not None:
        found.append(CentralMessage.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(CentralMessage.created_at < wanted.until)
    if wanted.person:
        found.append(_person(session, wanted.person))
    return found


def _person(session: Session, text: str) -> ColumnElement[bool]:
    """A person by ЕНП or by the words of the name, as known now or before."""
    if text.isdecimal() and len(text) == LENGTH:
        return exists().where(Person.id == CentralMessage.person_id, Person.enp == text)
    columns = (PersonVersion.surname_key, PersonVersion.first_name_key, PersonVersion.patronymic_key)
    words = [name_key(word) for word in text.split()]
    named = [begins_with_name(session, column, word) for column, word in zip(columns, words, strict=False) if word]
    return exists().where(PersonVersion.person_id == CentralMessage.person_id, *named) if named else false()
