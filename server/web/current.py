"""What belongs to the request being answered: the hub, its database session, who looks, what time it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g
from flask_login import current_user
from sqlalchemy.orm import Session

from server.web.access.viewer import Viewer

if TYPE_CHECKING:
    from server.bootstrap import Hub

EXTENSION = "hub"


def attach(app: Flask, hub: Hub) -> None:
    """Give an application its hub; every request gets a session that is closed, and rolled back, at its end."""
    app.extensions[EXTENSION] = hub
    app.teardown_appcontext(_close)


def hub() -> Hub:
    """The hub this application shows."""
    return cast("Hub", current_app.extensions[EXTENSION])


def session() -> Session:
    """The database session of this request; a view that changes something commits it."""
    if "session" not in g:
        g.session = hub().sessions()
    return cast(Session, g.session)


def viewer() -> Viewer:
    """Who looks; only views behind a permission may ask."""
    return cast(Viewer, current_user)


def now() -> datetime:
    """The present moment by the clock of the hub."""
    return hub().context.clock.now()


def today() -> date:
    """The present day of the fund."""
    return now().astimezone(zone()).date()


def zone() -> ZoneInfo:
    """The time zone people read times in."""
    return hub().settings.timezone


def _close(_error: BaseException | None) -> None:
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()
