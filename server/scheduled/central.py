"""The exchange with the central segment, while it is switched on: queue, files, silence."""

from __future__ import annotations

from datetime import timedelta

import structlog

from registry.central.operations.follow_silence import follow_silence
from registry.central.operations.form_file import form_file
from registry.central.operations.queue_notices import queue_notices
from server.bootstrap import Hub

log = structlog.get_logger("hub.central")


def exchange_with_centre(hub: Hub) -> None:
    """Queue what is to be told, send what waits file by file, and look after what is not answered.

    Every step is a transaction of its own: a turn that broke off goes on where it stopped, and nothing goes twice.
    """
    with hub.sessions() as session:
        options = hub.context.options(session)
    if not options["central_exchange"]:
        return
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        queued = queue_notices(session, now, timedelta(hours=float(options["central_lateness_hours"])))
    again = overdue = 0
    while True:
        with hub.sessions.begin() as session:
            portion = follow_silence(session, options, now)
        again, overdue = again + portion[0], overdue + portion[1]
        if portion == (0, 0):
            break
    sent = sum(_send(hub, questions=questions) for questions in (True, False))
    if queued or sent:
        log.info("messages to the central segment", queued=queued, sent=sent)
    if overdue:
        log.error("the central segment does not answer", alarm=True, overdue=overdue, sent_again=again)


def _send(hub: Hub, *, questions: bool) -> int:
    total = 0
    while True:
        with hub.sessions.begin() as session:
            count = form_file(session, hub.context, questions=questions)
        if not count:
            return total
        total += count
