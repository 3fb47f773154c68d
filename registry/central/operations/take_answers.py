"""Attaching the answers of the central segment to what was sent; a second same answer changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.central.elsewhere import code_of_answer
from registry.central.kinds.reply import CentralAnswer
from registry.central.operations.after_answers import confirm_insurance, wake_askers
from registry.central.rules import (
    FIRST,
    VERDICTS,
    Effect,
    ErrorTold,
    code_of,
    effect_of,
    moved,
    state_after,
    words_of,
)
from registry.central.tables import CentralFile, CentralMessage, CentralSending
from registry.central.words import DECIDED, State, Trigger
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.plain import plain
from registry.core.work import Work
from registry.exchange.operations.outgoing.follow_outgoing import acknowledge
from registry.exchange.tables import OutgoingPacket
from registry.store.locks import lock_rows

REFUSED_FILE = "Пакет не принят"


def take_answers(work: Work) -> None:
    """Attach every answer of a file to the sending it names, or to all of a batch, and let the messages move on.

    An answer to something never sent is a finding, and so is one that contradicts the answer there is: that one stays.
    Answers may come in any order and any number of times.
    """
    items = [item for item in work.items if item.is_open]
    references = {_reference(item) for item in items}
    files = _files(work.session, references | {_batch(item) for item in items})
    sendings = _sendings(work.session, references)
    touched = _of_whole_files(work, [item for item in items if _reference(item) in files], files)
    single = [item for item in items if _reference(item) not in files]
    messages = _locked(work.session, {one.message_id for each in sendings.values() for one in each})
    arrived: set[int] = set()
    for item in single:
        sent = _chosen(sendings.get(_reference(item), ()), files.get(_batch(item)))
        if sent is None:
            item.findings.append(_unknown(_answer(item)))
        else:
            _attach(work, item, sent, messages[sent.message_id])
            arrived.add(sent.file_id)
    _acknowledge(work, _with(work.session, files.values(), arrived), items)
    work.session.flush()
    decided = [one for one in {**touched, **messages}.values() if one.state in DECIDED]
    confirm_insurance(work.session, decided)
    wake_askers(work.session, [one.id for one in decided if one.trigger == Trigger.ZP1], work.options, work.now)


def _answer(item: Item) -> CentralAnswer:
    return cast(CentralAnswer, item.record)


def _reference(item: Item) -> str:
    return (_answer(item).refers_to or "").lower()


def _batch(item: Item) -> str:
    return (_answer(item).batch or "").lower()


def _unknown(answer: CentralAnswer) -> Any:
    return finding(F.CENTRAL_MESSAGE_UNKNOWN, answer.refers_to or "", field="refers_to", value=answer.refers_to)


def _files(session: Session, references: Iterable[str]) -> dict[str, CentralFile]:
    """Files by the batch answers name."""
    wanted = sorted({one for one in references if one})
    query = select(CentralFile).where(CentralFile.guid.in_(wanted)).order_by(CentralFile.id).with_for_update()
    return {one.guid: one for one in session.scalars(query)}


def _sendings(session: Session, references: Iterable[str]) -> dict[str, list[CentralSending]]:
    wanted = sorted({one for one in references if one})
    found: dict[str, list[CentralSending]] = {}
    query = select(CentralSending).where(CentralSending.control_id.in_(wanted)).order_by(CentralSending.id)
    for one in session.scalars(query):
        found.setdefault(one.control_id, []).append(one)
    return found


def _chosen(sendings: Sequence[CentralSending], batch: CentralFile | None) -> CentralSending | None:
    """Of several sendings of a message the one in the batch that is answered, else the last."""
    if batch is not None:
        of_batch = [one for one in sendings if one.file_id == batch.id]
        sendings = of_batch or sendings
    return sendings[-1] if sendings else None


def _locked(session: Session, ids: Iterable[int]) -> dict[int, CentralMessage]:
    wanted = sorted(set(ids))
    lock_rows(session, cast(Table, CentralMessage.__table__), wanted)
    query = select(CentralMessage).where(CentralMessage.id.in_(wanted)).execution_options(populate_existing=True)
    return {one.id: one for one in session.scalars(query)}


def _with(session: Session, named: Iterable[CentralFile], arrived: set[int]) -> list[CentralFile]:
    """The files answers name, and those of the sendings they are about."""
    found = {one.id: one for one in named}
    query = select(CentralFile).where(CentralFile.id.in_(sorted(arrived - found.keys()))).with_for_update()
    found.update({one.id: one for one in session.scalars(query.order_by(CentralFile.id))})
    return list(found.values())


def _of_whole_files(work: Work, items: Sequence[Item], files: dict[str, CentralFile]) -> dict[int, CentralMessage]:
    """An answer that names the batch is one to every message in it; returns the messages."""
    found: dict[int, CentralMessage] = {}
    for item in items:
        file = files[_reference(item)]
        query = select(CentralSending).where(CentralSending.file_id == file.id).order_by(CentralSending.id)
        sendings = work.session.scalars(query).all()
        messages = _locked(work.session, (one.message_id for one in sendings))
        found.update(messages)
        for sent in sendings:
            _attach(work, item, sent, messages[sent.message_id])
    return found


def _attach(work: Work, item: Item, sent: CentralSending, message: CentralMessage) -> None:
    answer = _answer(item)
    verdict = answer.verdict or ""
    effect = effect_of(verdict, sent.first_verdict, sent.verdict)
    if effect is not Effect.NEW:
        code = F.CENTRAL_ANSWER_REPEATED if effect is Effect.REPEATED else F.CENTRAL_ANSWER_DIFFERS
        if not any(one.code is code for one in item.findings):
            item.findings.append(finding(code, verdict, field="verdict", value=verdict))
        return
    errors = errors_of(answer)
    if VERDICTS[verdict] == FIRST:
        sent.first_verdict, sent.first_at, sent.first_packet_id = verdict, work.now, work.packet_id or None
    else:
        sent.verdict, sent.answered_at, sent.packet_id = verdict, work.now, work.packet_id or None
    if errors:
        sent.errors = {**sent.errors, verdict: plain(answer.errors)}
    item.answer["person_id"] = message.person_id
    item.answer["message_id"] = message.id
    if sent.control_id == message.control_id:
        _move(work, message, answer, errors)


def _move(work: Work, message: CentralMessage, answer: CentralAnswer, errors: Sequence[ErrorTold]) -> None:
    verdict = answer.verdict or ""
    state = moved(State(message.state), state_after(verdict, errors))
    if state is State(message.state):
        return
    message.state = state.value
    if state is State.TAKEN:
        message.taken_at = work.now
        return
    message.answered_at, message.due_at = work.now, None
    message.code = code_of(verdict, errors)[:40]
    message.error = words_of(errors)
    if message.trigger == Trigger.ZP1 and state is State.ACCEPTED:
        known = answer.known or []
        message.answer = {"known": plain(known)}
        message.code = code_of_answer(known, message.question, work.fund_code, work.today)


def errors_of(answer: CentralAnswer) -> list[ErrorTold]:
    """The errors of an answer as they are judged."""
    return [
        ErrorTold(
            one.code or "",
            one.text or "",
            one.severity or "",
            one.own_code or "",
            one.own_text or "",
            one.segment or "",
            tuple(one.explanation or ()),
        )
        for one in answer.errors or ()
    ]


def _acknowledge(work: Work, files: Iterable[CentralFile], items: Sequence[Item]) -> None:
    """Whatever answer comes to something in a file, the file has arrived; one that refuses it whole rejects it."""
    for file in files:
        whole = [_answer(item) for item in items if _reference(item) == file.guid]
        verdict = next((one.verdict or "" for one in whole), "CA")
        refusal = "" if verdict in ("CA", "AA") else words_of(errors_of(whole[0])) or REFUSED_FILE
        if not file.verdict:
            file.verdict, file.taken_at, file.error = verdict, work.now, refusal
        packet = work.session.get(OutgoingPacket, file.packet_id, with_for_update=True)
        if packet is not None:
            acknowledge(work.session, packet, "ЦС ЕРЗ", work.now, refusal)
