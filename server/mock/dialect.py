"""A dialect that plays a scenario: the gate, the reading and every wording stay those of the real one."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding, FindingCode, Level
from registry.core.outcomes import Item
from registry.exchange.codecs.xml import parse_document
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming, StoredAnswer
from registry.exchange.tables import Packet
from server.mock.broker import mark
from server.mock.scenario import Step
from server.mock.script import Script, Seen

WAITING = frozenset(("soap", "rest"))
#: The step the present HTTP call has met; the door delays or drops its answer.
met: ContextVar[Step | None] = ContextVar("met", default=None)
#: The present HTTP call, whose packet may be rolled back and its number used again.
turn: ContextVar[object] = ContextVar("turn", default=None)


class ScriptedFault(Permanent):
    """A fault a scenario asks for; it passes every dialect and becomes a fault of the channel."""


class Scripted:
    """Adds the scripted outcome to records as they are read; such a record is neither looked up nor applied.

    Whatever it does not say itself the real dialect says.
    """

    def __init__(self, inner: Dialect, script: Script) -> None:
        self._inner = inner
        self._script = script

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """As the real one, but for a scripted fault."""
        if isinstance(refusal, ScriptedFault):
            raise refusal
        return self._inner.refuse(incoming, refusal, context)

    def refuse_stored(self, session: Session, packet: Packet, refusal: Permanent, context: HubContext) -> Answer:
        """As the real one, but for a scripted fault."""
        if isinstance(refusal, ScriptedFault):
            raise refusal
        return self._inner.refuse_stored(session, packet, refusal, context)

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """As the real one; a step for the operation answers in its place."""
        answer = self._inner.query(session, incoming, context)
        if answer is None:
            return None
        step = self._script.step_for(turn.get() or object(), Seen(incoming.channel, incoming.operation, ""))
        if step is None:
            return answer
        self._meet(step, incoming.channel)
        said = self._finding(step)
        code = said.code if said is not None else self._refusal(step)
        if code is not None:
            return self._inner.refuse(incoming, Permanent(code, finding(code, level=Level.ERROR).text), context)
        return _told(step, answer)

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """As the real one; a step with a code of a whole packet refuses what it lets in."""
        envelope = self._inner.gate(session, incoming, context)
        seen = Seen(incoming.channel, incoming.operation, "")
        step = self._script.step_for(turn.get() or object(), seen, lambda one: self._refusal(one) is not None)
        code = self._refusal(step) if step is not None else None
        if step is not None and code is not None:
            self._meet(step, incoming.channel)
            raise Permanent(code, finding(code, level=Level.ERROR).text)
        return envelope

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """The records, those a step fits with its finding before all others."""
        items = self._inner.items(envelope, session, packet, start, limit)
        for item in items:
            seen = Seen(packet.channel, packet.operation, item.kind.name, item.record.__dict__)
            step = self._script.step_for(turn.get() or packet.id, seen)
            if step is None:
                continue
            self._meet(step, packet.channel)
            said = self._finding(step)
            if said is not None:
                item.findings.insert(0, said)
        return items

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """The real answer, or the scripted body in its place."""
        return self._scripted(self._inner.answer(session, batch, context), batch.packet)

    @property
    def answer_stored(self) -> StoredAnswer | None:
        """Where the real dialect answers in portions: its answer, or the scripted body in its place."""
        stored = self._inner.answer_stored
        if stored is None:
            return None
        return lambda session, packet, context: self._scripted(stored(session, packet, context), packet)

    def _scripted(self, answer: Answer, packet: Packet) -> Answer:
        step = self._script.step_of(turn.get() or packet.id)
        if step is None:
            return answer
        answer = _told(step, answer)
        if packet.channel in WAITING:
            return answer
        if packet.channel == "amqp":
            return replace(answer, messages=[mark(one, step) for one in answer.messages])
        time.sleep(step.delay_ms / 1000)
        return Answer(answer.code) if step.drop else answer

    def _meet(self, step: Step, channel: str) -> None:
        if channel in WAITING:
            met.set(step)
        if step.fault:
            raise ScriptedFault(FindingCode.UNAVAILABLE, step.fault)

    def _refusal(self, step: Step) -> FindingCode | None:
        """What refuses a whole packet with the code or the finding of a step, when it is none of a record."""
        told = self._inner.refusals
        if step.finding in told.values() and not self._inner.says(FindingCode(step.finding)):
            return FindingCode(step.finding)
        is_of_record = any(str(number) == step.code for number in self._inner.codes.values())
        return None if is_of_record else next((one for number, one in told.items() if str(number) == step.code), None)

    def _finding(self, step: Step) -> Finding | None:
        """The finding a step asks for in this contract; ``None`` when it asks for none the contract has words for."""
        if step.finding:
            code = FindingCode(step.finding)
            return finding(code, level=Level.ERROR) if self._inner.says(code) else None
        for key, number in self._inner.codes.items() if step.code else ():
            if str(number) == step.code:
                code, field = key if isinstance(key, tuple) else (key, "")
                return finding(code, field=field, level=Level.ERROR)
        return None


def _told(step: Step, answer: Answer) -> Answer:
    if not step.body:
        return answer
    raw = step.body.encode()
    element = parse_document(raw) if answer.element is not None else None
    messages = [(queue, type_, properties, raw) for queue, type_, properties, _ in answer.messages]
    return replace(answer, element=element, body=raw, path=None, messages=messages)
