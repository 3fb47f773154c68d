"""One contract at work: opens a request, lets its caller in, hands the content to the pipeline in one transaction."""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from lxml import etree
from sqlalchemy.orm import Session, sessionmaker

from registry.core.errors import Retryable
from registry.core.findings import FindingCode
from registry.exchange.context import HubContext
from registry.exchange.pipeline import Incoming, Reply
from registry.store.troubles import is_passing
from soap.auth import Credentials, RateLimiter, basic_credentials, not_let_in
from soap.contract import Contract, Entrance, Operation
from soap.doors import Doors
from soap.envelope import Addressing, Version, addressing_of
from soap.faults import SoapFault, bug_fault, fault_of_refusal, unavailable_fault
from soap.guard import check_request, open_envelope, read_body, version_by_media_type

ATTEMPTS = 3
PAUSE = 0.05
DEEPEST = 12
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
    credentials: Credentials | None = None

    @property
    def address(self) -> str:
        """The network address of the peer."""
        return str(self.environ.get("REMOTE_ADDR", ""))[:45]


class Endpoint:
    """A contract with everything its calls need."""

    def __init__(
        self, contract: Contract, sessions: sessionmaker[Session], context: HubContext, doors: Doors | None = None
    ) -> None:
        self.contract = contract
        self._sessions = sessions
        self._context = context
        self._doors = doors or Doors()
        self._limiter = RateLimiter()

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
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._sessions.begin() as session:
                    outcome = self._answer(session, call)
                break
            except Exception as error:
                if not (isinstance(error, Retryable) or is_passing(error)):
                    raise
                log.warning("database away or busy", attempt=attempt, operation=_name(call))
                if attempt == ATTEMPTS:
                    raise unavailable_fault() from error
                time.sleep(PAUSE * attempt)
        if isinstance(outcome, SoapFault):
            raise outcome
        if outcome.element is not None:
            return outcome.element
        if outcome.refusal is not None:
            raise fault_of_refusal(outcome.refusal)
        raise RuntimeError("The pipeline gave neither an answer nor a refusal.")

    def last_resort(self, call: Call, error: BaseException) -> SoapFault:
        """The fault for a bug: logged without a value of the message, journalled under its incident number."""
        fault = bug_fault(secrets.token_hex(4).upper())
        log.error("soap call failed", incident=fault.incident, operation=_name(call), **_described(error))
        self._note(call, fault)
        return fault

    def _open(self, call: Call) -> None:
        check_request(call.environ)
        if self.contract.entrance is Entrance.BASIC:
            call.credentials = self._credentials(call)
        call.raw = read_body(call.environ, self.contract.limits)
        opened = open_envelope(call.raw, self.contract.limits)
        call.version = opened.version
        call.element = opened.element
        if self.contract.entrance is Entrance.BASIC:
            call.addressing = addressing_of(opened.header)
        call.operation = self._operation(str(opened.element.tag))

    def _credentials(self, call: Call) -> Credentials:
        try:
            return basic_credentials(call.environ)
        except SoapFault as fault:
            # Many clients ask without credentials first and repeat with them: that is no event worth a line.
            fault.in_journal = "HTTP_AUTHORIZATION" in call.environ
            raise

    def _operation(self, tag: str) -> Operation:
        operation = self.contract.by_request.get(tag)
        if operation is not None:
            return operation
        name = etree.QName(tag).localname[:60]
        text = f"Неизвестная операция: {name}"
        if tag in self.contract.announced:
            text = f"Операция {name} есть в опубликованной схеме, но пока не обслуживается"
        raise SoapFault(text, code=FindingCode.OPERATION_NOT_ALLOWED)

    def _answer(self, session: Session, call: Call) -> Reply | SoapFault:
        """Stages 1 to 6 for a caller who is let in; the fault of one who is not is a value, so that its line stays."""
        if call.operation is None:
            raise RuntimeError("A call is performed before it is opened.")
        caller = None
        if call.credentials is not None:
            caller = self._doors.check_password(
                session, call.credentials.login, call.credentials.password, self._context
            )
            refused = not_let_in() if caller is None else self._over_the_rate(session, call.credentials.login)
            if refused is not None:
                self._journal(session, call, refused)
                return refused
        incoming = Incoming(
            channel="soap",
            dialect=call.operation.dialect,
            operation=call.operation.name,
            raw=call.raw,
            element=call.element,
            caller=caller,
            address=call.address,
        )
        return self._doors.handle(session, incoming, self._context)

    def _over_the_rate(self, session: Session, login: str) -> SoapFault | None:
        try:
            self._limiter.admit(login, int(self._context.options(session)["identification_rate"]))
        except SoapFault as fault:
            return fault
        return None

    def _note(self, call: Call, fault: SoapFault) -> None:
        """The journal line of a refusal in a transaction of its own; an absent database does not hide the fault."""
        try:
            with self._sessions.begin() as session:
                self._journal(session, call, fault)
        except Exception as error:  # noqa: BLE001 - the caller is owed the fault whatever became of the journal
            log.error("refusal not journalled", code=fault.code, operation=_name(call), **_described(error))

    def _journal(self, session: Session, call: Call, fault: SoapFault) -> None:
        if not fault.in_journal:
            return
        self._doors.journal_refusal(
            session,
            channel="soap",
            dialect=call.operation.dialect if call.operation else self.contract.dialect,
            operation=_name(call),
            code=fault.code,
            text=fault.text,
            login=call.credentials.login[:60] if call.credentials else "",
            address=call.address,
            size=len(call.raw),
            context=self._context,
        )


def _name(call: Call) -> str:
    return call.operation.name if call.operation else ""


def _described(error: BaseException) -> dict[str, Any]:
    """Type and places of an error: neither its text nor the values of its frames, for both may hold people."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return {
        "error": type(error).__qualname__,
        "frames": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
