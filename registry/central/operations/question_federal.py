"""Questions to the federal register: taken out of the queue, and what came back written down.

Between the two a question is on the wire and no transaction is open. A process that dies there leaves it marked as
sent; it goes again, under the same request id, when its time is over.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.central.elsewhere import code_of_answer
from registry.central.federal import FederalAnswer, NoAnswerError, Reply, UnreadableError, another_person, known_of
from registry.central.operations.after_answers import wake_askers
from registry.central.spellings.federal import person_request, read_answer
from registry.central.tables import CentralCall, CentralMessage
from registry.central.words import TO_SEND, State, Trigger
from registry.core.plain import plain
from registry.exchange.context import HubContext

#: Codes a question is refused under here: no number to look by, no connection, an unreadable answer, somebody else.
LACKS, UNREACHED, UNREADABLE, OTHER = "НЕПОЛНО", "СВЯЗЬ", "ОТВЕТ", "ДРУГОЙ"
#: Answers of whatever stands before the service: it was not reached.
ON_THE_WAY = frozenset((408, 429, 502, 503, 504))
REDIRECTIONS = range(300, 400)
UNAUTHORISED = frozenset((401, 403))
OK, SERVER_ERROR = 200, 500
#: It may be the end of a way that leads elsewhere: a wrong address in the settings, a page of whoever stands between.
REDIRECTED = "служба отсылает на другой адрес (HTTP {}), по нему не спрашиваем: проверьте адрес в настройках"
TOO_MUCH = "ответ слишком велик, прочитано {} МБ"
MEGABYTE = 1024 * 1024
LONGEST_CODE, LONGEST_TEXT, LONGEST_CHARSET = 40, 2_000, 40
#: So much of an answer is kept as it came: many times what is told of one person.
KEPT = 256 * 1024
MARGIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way; the call is how it is known when it comes back."""

    message_id: int
    call_id: int
    body: bytes


def take_question(session: Session, context: HubContext) -> Asked | None:
    """Mark the next question as sent and return it; those without a number to look by are refused on the way."""
    options, now = context.options(session), context.clock.now()
    version = options["ferzl_version"] if options["ferzl_namespaces"] == "versioned" else ""
    due = or_(
        and_(CentralMessage.state.in_(TO_SEND), CentralMessage.available_at <= now),
        and_(CentralMessage.state == State.SENT.value, CentralMessage.due_at < now),
    )
    query = select(CentralMessage).where(CentralMessage.trigger == Trigger.GPD.value, due).limit(1)
    query = query.order_by(CentralMessage.available_at, CentralMessage.id).with_for_update(skip_locked=True)
    while (one := session.scalar(query)) is not None:
        one.tries, one.sent_at = one.tries + 1, now
        body = person_request(one.question, one.control_id, version)
        if body is not None:
            one.state, one.code, one.error, one.answered_at = State.SENT.value, "", "", None
            one.due_at = now + timedelta(seconds=2 * float(options["ferzl_timeout"])) + MARGIN
            call = CentralCall(message_id=one.id, number=one.tries, sent_at=now, request=body)
            session.add(call)
            session.flush()
            return Asked(one.id, call.id, body)
        _refuse(session, one, (LACKS, "Не отправлено: нет ни ЕНП, ни СНИЛС, ни полиса, ни документа"), context)
        session.flush()
    return None


def settle(session: Session, asked: Asked, reply: Reply | NoAnswerError, context: HubContext) -> bool:
    """Write down what came back; False when the service should not be asked anything more now.

    It was not reached, it does not admit, or it says what is no answer: whatever stands there instead would refuse the
    whole queue one by one.
    """
    one = session.get_one(CentralMessage, asked.message_id, with_for_update=True)
    _note(session.get_one(CentralCall, asked.call_id), reply, context)
    if one.state != State.SENT:
        return True  # an operator or another process was first
    if isinstance(reply, NoAnswerError):
        return _again(session, one, str(reply), context)
    if reply.status in UNAUTHORISED:
        _refuse(session, one, (f"HTTP {reply.status}", "ФЕРЗЛ не принимает ключ доступа (X-Auth-Token)"), context)
        return False
    if reply.status in ON_THE_WAY:
        return _again(session, one, f"HTTP {reply.status}", context)
    if reply.status in REDIRECTIONS:
        return _again(session, one, REDIRECTED.format(reply.status), context)
    try:
        answer = read_answer(_whole(reply), reply.charset)
        if answer.request_id and answer.request_id.lower() != one.control_id.lower():
            raise UnreadableError("ответ на другой запрос")
        _take(session, one, answer, context)
    except UnreadableError as wrong:
        if reply.status >= SERVER_ERROR:
            return _again(session, one, f"HTTP {reply.status}", context)
        code = UNREADABLE if reply.status == OK else f"HTTP {reply.status}"
        _refuse(session, one, (code, f"Ответ ФЕРЗЛ не разобран: {wrong}"), context)
        return False
    return True


def _note(call: CentralCall, reply: Reply | NoAnswerError, context: HubContext) -> None:
    """Keep what came as it came, before anybody understands it."""
    call.ended_at = context.clock.now()
    if isinstance(reply, NoAnswerError):
        call.trouble = str(reply)
        return
    call.status, call.charset, call.size = reply.status, reply.charset[:LONGEST_CHARSET], len(reply.body)
    call.answer = reply.body[:KEPT]


def _whole(reply: Reply) -> bytes:
    if not reply.whole:
        raise UnreadableError(TOO_MUCH.format(len(reply.body) // MEGABYTE))
    return reply.body


def _take(session: Session, one: CentralMessage, answer: FederalAnswer, context: HubContext) -> None:
    unknown = str(context.options(session)["ferzl_unknown_codes"]).split()
    if answer.is_error and answer.code not in unknown:
        _refuse(session, one, (answer.code or UNREADABLE, answer.message or "Ошибка без текста"), context)
        return
    differing = [another_person(each, one.question) for each in answer.people]
    if differing and all(differing):
        _refuse(session, one, (OTHER, f"ФЕРЗЛ назвал другого человека: не сходятся {differing[0]}"), context)
        return
    people = [each for each, differ in zip(answer.people, differing, strict=True) if not differ]
    known = [known_of(each) for each in people]
    one.answer = {"known": plain(known), "told": [asdict(each) for each in people]}
    one.code = code_of_answer(known, one.question, context.fund_code, context.clock.today())
    one.error = ""
    _decide(session, one, State.ACCEPTED, context)


def _again(session: Session, one: CentralMessage, why: str, context: HubContext) -> bool:
    """Put a question back with a pause twice as long as the last; after the last retry it is refused."""
    options, now = context.options(session), context.clock.now()
    if one.tries > int(options["ferzl_retries"]):
        _refuse(session, one, (UNREACHED, f"Нет связи с ФЕРЗЛ: {why}"), context)
    else:
        one.state, one.due_at, one.error = State.RESEND.value, None, f"Нет связи с ФЕРЗЛ: {why}"[:LONGEST_TEXT]
        one.available_at = now + timedelta(minutes=float(options["ferzl_pause"]) * 2 ** (one.tries - 1))
        session.flush()
    return False


def _refuse(session: Session, one: CentralMessage, told: tuple[str, str], context: HubContext) -> None:
    one.code, one.error, one.answer = told[0][:LONGEST_CODE], told[1][:LONGEST_TEXT], {}
    _decide(session, one, State.REFUSED, context)


def _decide(session: Session, one: CentralMessage, state: State, context: HubContext) -> None:
    one.state, one.answered_at, one.due_at = state.value, context.clock.now(), None
    session.flush()
    wake_askers(session, [one.id], context.options(session), context.clock.now())
