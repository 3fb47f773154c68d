"""REST as a WSGI application of its own beside the screens: keys instead of cookies, problems instead of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from werkzeug.wrappers.response import Response

from server.api.changes import changes
from server.api.check import check_
from server.api.docs import docs
from server.api.entrance import guard
from server.api.files import files
from server.api.openapi import BASE
from server.api.outgoing import outgoing
from server.api.packets import packets
from server.api.people import people
from server.api.problems import catch_problems
from server.web.asking import bound_numbers
from server.web.current import attach
from server.web.protection import HEADERS

if TYPE_CHECKING:
    from server.bootstrap import Hub

PREFIX = "/api/"
BLUEPRINTS: tuple[Blueprint, ...] = (files, packets, people, check_, outgoing, changes)


def create_api(hub: Hub) -> Flask:
    """The REST of a hub; nothing is read from the database until somebody calls."""
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=hub.settings.max_upload_bytes)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]  # as above
    attach(app, hub)
    bound_numbers(app)
    guard(app)
    catch_problems(app)
    app.after_request(_add_headers)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=BASE)
    app.register_blueprint(docs)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
