"""One contract at work: opens a request, lets its caller in, hands the content to the pipeline in one transaction."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from lxml import etree
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from registry.core.errors import Permanent, Retryable
from registry.core.findings import FindingCode
from registry.exchange.access import Caller
from registry.exchange.alarms import report_bug
from registry.exchange.context import HubContext
from registry.exchange.pipeline import Incoming, Reply
from registry.exchange.stages.admit import SIGNER
from registry.store.savepoints import end_statements_after
from registry.store.troubles import is_out_of_time, is_passing
from soap.auth import RateLimiter
from soap.contract import Contract, Entrance, Operation
from soap.doors import Doors
from soap.envelope import Addressing, Version, addressing_of
from soap.faults import SoapFault, bug_fault, unavailable_fault
from soap.guard import charset_of, check_request, open_envelope, read_body, version_by_media_type
from soap.security import Security
from soap.security.entrance import (
    Proof,
    caller_of,
    name_in,
    proof_of_header,
    proof_of_transport,
    refused,
    understood_by,
)
from soap.security.signatures import check_signature

ATTEMPTS = 3
PAUSE = 0.05
MOST_GUESSES = 60
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Call:
    """One request on its way; what is known of it so far is enough to answer with a fault in its own form."""

    environ: Mapping[str, Any]
    version: Version
    raw: bytes = b""
    element: etree._Element | None = None
    operation: Operation | None = None
    addressing: Addressing | None = None
    credentials: Proof | None = None
    signed_by: int | None = None
    signer: str = ""

    @property
    def address(self) -> str:
        """The network address of the peer."""
        return str(self.environ.get("REMOTE_ADDR", ""))[:45]


class Watch:
    """The time a contract promises to answer in: what is not done then is undone, whatever it was."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds if seconds else math.inf

    def bind(self, session: Session) -> None:
        """Let no statement go on after the end."""
        if self._end < math.inf:
            end_statements_after(session.connection(), self._end - time.monotonic())

    def check(self) -> None:
        """Undo what came too late."""
        if time.monotonic() > self._end:
            raise Retryable("the answer is late")

    def is_over(self, error: Exception) -> bool:
        """True when there is no time to try again."""
        return is_out_of_time(error) or time.monotonic() > self._end


class Endpoint:
    """A contract with everything its calls need."""

    def __init__(
        self,
        contract: Contract,
        sessions: sessionmaker[Session],
        context: HubContext,
        doors: Doors | None = None,
        security: Security | None = None,
    ) -> None:
        self.contract = contract
        self._sessions = sessions
        self._context = context
        self._doors = doors or Doors()
        self._security = security or Security()
        self._limiter = RateLimiter()

    def is_served(self) -> bool:
        """True unless the contract is optional and switched off."""
        if not self.contract.switch:
            return True
        with self._sessions() as session:
            return self.contract.switch in self._context.options(session)["identification_adapters"]

    def new_call(self, environ: Mapping[str, Any]) -> Call:
        """A call of which only the transport is known."""
        return Call(environ=environ, version=version_by_media_type(environ))

    def open(self, call: Call) -> None:
        """Fills the call from its bytes; a refused one leaves a journal line and raises its fault."""
        try:
            self._open(call)
        except SoapFault as fault:
            self._note(call, fault)
            raise

    def perform(self, call: Call) -> etree._Element:
        """The answer of the pipeline as the child of a Body, or a fault."""
        watch = Watch(self.contract.limits.answer_seconds)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._sessions.begin() as session:
                    watch.bind(session)
                    outcome = self._answer(session, call)
                    watch.check()
                return self._element_of(call, outcome)
            except Permanent as refusal:  # the dialect has no words for it
                fault = SoapFault(refusal.text, code=refusal.code)
                self._note(call, fault)
                raise fault from None
            except (Retryable, DBAPIError, PoolTimeout) as error:
                if watch.is_over(error):
                    self._note(call, SoapFault("Ответ не готов за отведённое время", code=FindingCode.UNAVAILABLE))
                    break
                if not (isinstance(error, Retryable) or is_passing(error)):
                    raise
                log.warning("database away or busy", attempt=attempt, operation=_name(call), error=type(error).__name__)
                time.sleep(PAUSE * attempt)
        return self._said_by_dialect(
            call, FindingCode.UNAVAILABLE, "Сервис временно недоступен, повторите запрос позже"
        )

    def last_resort(self, call: Call, error: Exception) -> SoapFault:
        """The fault for a bug: logged without a value of the message, journalled under its incident number."""
        fault = bug_fault(report_bug(error, contract=self.contract.name, operation=_name(call)))
        self._note(call, fault)
        return fault

    def _open(self, call: Call) -> None:
        check_request(call.environ)
        call.credentials = proof_of_transport(call.environ, self.contract, self._security)
        call.raw = read_body(call.environ, self.contract.limits)
        opened = open_envelope(call.raw, self.contract.limits, understood_by(self.contract), charset_of(call.environ))
        call.version = opened.version
        call.element = opened.element
        if self.contract.entrance is not Entrance.BODY:
            call.addressing = addressing_of(opened.header)
        call.credentials = call.credentials or proof_of_header(opened.header, self.contract)
        call.operation = self._operation(str(opened.element.tag))

    def _operation(self, tag: str) -> Operation:
        operation = self.contract.by_request.get(tag)
        if operation is None and self.contract.any_namespace:
            name = etree.QName(tag).localname
            operation = next((one for one in self.contract.operations if one.name == name), None)
        if operation is not None:
            return operation
        name = etree.QName(tag).localname[:60]
        text = f"Неизвестная операция: {name}"
        if tag in self.contract.announced:
            text = f"Операция {name} есть в опубликованной схеме, но пока не обслуживается"
        raise SoapFault(text, code=FindingCode.OPERATION_NOT_ALLOWED)

    def _answer(self, session: Session, call: Call) -> Reply | SoapFault:
        """Stages 1 to 6 for a caller who is let in; the fault of one who is not is a value, so that its line stays."""
        caller = None
        if call.credentials is not None:
            caller = caller_of(session, call.credentials, self._security, self._doors, self._context)
            fault = refused(call.credentials) if caller is None else self._over_the_rate(session, caller.login)
        else:
            fault = self._over_the_rate(session, f"@{call.address}")
        if fault is not None:
            self._journal(session, call, fault)
            return fault
        self._take_signed(session, call)
        return self._doors.handle(session, self._incoming(call, caller), self._context)

    def _take_signed(self, session: Session, call: Call) -> None:
        """What was signed takes the place of what came."""
        if call.element is None:
            return
        signed = check_signature(call.raw, call.element, session, self._context)
        if signed is not None:
            call.element, call.signed_by, call.signer = signed.element, signed.organisation_id, signed.signer

    def _incoming(self, call: Call, caller: Caller | None) -> Incoming:
        if call.operation is None:
            raise RuntimeError("A call is performed before it is opened.")
        return Incoming(
            channel="soap",
            dialect=call.operation.dialect,
            operation=call.operation.name,
            raw=call.raw,
            element=call.element,
            caller=caller,
            address=call.address,
            properties={"signed_by": call.signed_by, SIGNER: call.signer} if call.signed_by is not None else {},
        )

    def _element_of(self, call: Call, outcome: Reply | SoapFault) -> etree._Element:
        """The element to answer with; refusals without one, or listed by the operation, are faults."""
        if not isinstance(outcome, Reply):
            raise outcome
        refusal, element = outcome.refusal, outcome.element
        if refusal is not None and (element is None or (call.operation and refusal.code in call.operation.faults)):
            raise SoapFault(refusal.text, code=refusal.code, detail=element)
        if element is None:  # the first sending of this packet has no answer yet: it is in work or parked
            text = "Пакет принят ранее и ещё не обработан, повторите запрос позже"
            return self._said_by_dialect(call, FindingCode.INTERNAL_FAULT, text)
        return element

    def _said_by_dialect(self, call: Call, code: FindingCode, text: str) -> etree._Element:
        """What the contract says when the hub cannot answer now; a fault where it has no words for it."""
        refusal = Permanent(code, text)
        try:
            element = self._doors.refusal_element(self._incoming(call, None), refusal, self._context)
        except Permanent:
            element = None
        if element is None:
            raise unavailable_fault(text)
        return element

    def _over_the_rate(self, session: Session, login: str) -> SoapFault | None:
        try:
            self._limiter.admit(login, int(self._context.options(session)[self.contract.rate]))
        except SoapFault as fault:
            return fault
        return None

    def _note(self, call: Call, fault: SoapFault) -> None:
        """The journal line of a refusal in a transaction of its own; an absent database does not hide the fault."""
        try:
            with self._sessions.begin() as session:
                self._journal(session, call, fault)
        except Exception as error:  # noqa: BLE001 - the caller is owed the fault whatever became of the journal
            log.error("refusal not journalled", code=fault.code, incident=report_bug(error, operation=_name(call)))

    def _is_a_guess_too_many(self, call: Call, fault: SoapFault) -> bool:
        """Guesses of one address leave so many lines a minute: whoever is not let in fills no journal."""
        if fault.code != FindingCode.CREDENTIALS_WRONG:
            return False
        try:
            self._limiter.admit(f"guesses@{call.address}", MOST_GUESSES)
        except SoapFault:
            return True
        return False

    def _journal(self, session: Session, call: Call, fault: SoapFault) -> None:
        if not fault.in_journal or self._is_a_guess_too_many(call, fault):
            return
        self._doors.journal_refusal(
            session,
            channel="soap",
            dialect=call.operation.dialect if call.operation else self.contract.dialect,
            operation=_name(call),
            code=fault.code,
            text=fault.text,
            login=name_in(call.credentials),
            address=call.address,
            size=len(call.raw),
            context=self._context,
            incident=fault.incident,
        )


def _name(call: Call) -> str:
    return call.operation.name if call.operation else ""
