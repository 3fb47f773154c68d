"""Who are these people: one question about one person or a thousand, through the pipeline every channel uses."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers.response import Response

from registry.core.errors import Retryable
from registry.core.findings import FindingCode as F
from registry.core.outcomes import PacketStatus
from registry.exchange.dialects.rest import MEDIA_TYPE, OPERATION
from registry.exchange.pipeline import Incoming, Reply, handle
from registry.exchange.tables import JournalEntry
from registry.store.troubles import is_passing
from server.api.asking import parameters
from server.api.entrance import caller, note_with
from server.api.problems import Problem, problem_of, unavailable
from server.web.current import hub, session

people = Blueprint("people", __name__)
MOST_BYTES = 4 * 1024 * 1024
LONGEST_KEY = 120
ATTEMPTS = 3


@people.post("/people/identify")
def identify() -> Response:
    """Outcome, insurance and attachment of every person asked about; the same key of idempotency, the same answer."""
    parameters()
    incoming = question()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with hub().sessions.begin() as opened:
                reply = handle(opened, incoming, hub().context)
                note_with(opened, "api_identify", "packet", reply.packet_id or "")
            break
        except Exception as error:
            if not (isinstance(error, Retryable) or is_passing(error)):
                raise
            if attempt == ATTEMPTS:
                raise unavailable() from None
    return _told(reply)


def question() -> Incoming:
    """The JSON of this call as the pipeline takes it."""
    if request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType
    request.max_content_length = MOST_BYTES
    return Incoming(
        channel="rest",
        dialect="rest",
        operation=OPERATION,
        raw=request.get_data(),
        caller=caller(),
        address=request.remote_addr or "",
        properties={"idempotency_key": idempotency_key()},
    )


def idempotency_key() -> str:
    """The key by which a repeated call finds what the first one did; empty when the caller gives none."""
    text = request.headers.get("Idempotency-Key", "").strip()
    if len(text) > LONGEST_KEY or not text.isprintable():
        raise Problem(
            400, "PARAMETER_WRONG", f"Idempotency-Key: до {LONGEST_KEY} печатных знаков", place="Idempotency-Key"
        )
    return text


def _told(reply: Reply) -> Response:
    if reply.refusal is not None:
        raise problem_of(reply.refusal, journal=reply.journal_id)
    if reply.body:
        headers = {"X-Journal-Id": str(reply.journal_id), "X-Packet-Id": str(reply.packet_id)}
        return Response(reply.body, content_type=MEDIA_TYPE, headers=headers)
    if reply.status is PacketStatus.PARKED:
        incident = session().get_one(JournalEntry, reply.journal_id).incident
        text = f"Внутренняя ошибка. Сообщите в фонд номер инцидента {incident}"
        raise Problem(500, F.INTERNAL_FAULT.value, text, incident=incident, journal=reply.journal_id)
    text = "Запрос с этим ключом идемпотентности принят ранее и ещё не обработан"
    raise Problem(409, "IN_WORK", text, packet=reply.packet_id, headers={"Retry-After": "5"})
