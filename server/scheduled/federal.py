"""Questions to the federal register, while it is switched on."""

from __future__ import annotations

import time

import structlog

from registry.central.federal import NoAnswerError, Reply, Transport
from registry.central.operations.question_federal import Asked, settle, take_question
from server.bootstrap import Hub
from server.federal import federal_transport

MOST = 500
#: A service that takes its time over every answer keeps the schedule no longer than this; the rest goes next turn.
LONGEST_TURN = 60.0

log = structlog.get_logger("hub.federal")


def ask_federal_register(hub: Hub) -> None:
    """Ask what waits, question by question, until the queue is empty or the service cannot be asked."""
    with hub.sessions() as session:
        options = hub.context.options(session)
    if not options["ferzl_exchange"]:
        return
    address, version, token = options["ferzl_address"], options["ferzl_version"], hub.settings.ferzl_token
    if not (address and token):
        log.error("the federal register has no address or no token", alarm=True)
        return
    post = federal_transport(address, version, token, float(options["ferzl_timeout"]))
    asked, until = 0, time.monotonic() + LONGEST_TURN
    while asked < MOST and time.monotonic() < until and (question := _next(hub)) is not None:
        asked += 1
        reply = _reply(post, question)
        with hub.sessions.begin() as session:
            goes_on = settle(session, question, reply, hub.context)
        if not goes_on:
            why = str(reply) if isinstance(reply, NoAnswerError) else f"HTTP {reply.status}"
            log.error("the federal register cannot be asked", alarm=True, why=why)
            break
    if asked:
        log.info("questions to the federal register", asked=asked)


def _next(hub: Hub) -> Asked | None:
    with hub.sessions.begin() as session:
        return take_question(session, hub.context)


def _reply(post: Transport, question: Asked) -> Reply | NoAnswerError:
    try:
        return post(question.body)
    except NoAnswerError as wrong:
        return wrong
