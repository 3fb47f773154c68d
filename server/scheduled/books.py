"""Editions of reference books whose day has come."""

from __future__ import annotations

import structlog

from registry.core.errors import Permanent
from registry.exchange.operations.load_books import Loading, leave_out, put_into_use
from registry.reference.queries import due_versions
from registry.reference.tables import BookVersion
from server.bootstrap import Hub

log = structlog.get_logger("hub.books")
LOADING = Loading(by="расписание")


def switch_due_books(hub: Hub) -> None:
    """Put into use what was planned for a moment that has passed, each in a transaction of its own.

    What cannot be used any more, because a newer edition came first, is left out.
    """
    with hub.sessions() as session:
        due = due_versions(session, hub.context.clock.now())
    for version_id in due:
        try:
            with hub.sessions.begin() as session:
                put_into_use(session, session.get_one(BookVersion, version_id), LOADING, hub.context)
        except Permanent as refusal:
            log.warning("book not switched", version=version_id, reason=refusal.code)
            with hub.sessions.begin() as session:
                leave_out(session, session.get_one(BookVersion, version_id), LOADING, hub.context)
    if due:
        hub.context.remembered.forget()
        log.info("books switched", count=len(due))
