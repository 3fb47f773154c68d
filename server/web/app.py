"""The web administration as one WSGI application over a hub."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask, g, request
from werkzeug.wrappers.response import Response

from server.web.access.throttle import Throttle
from server.web.access.views import access
from server.web.administration.rights import rights
from server.web.administration.views import administration
from server.web.agencies.views import agencies
from server.web.asking import bound_numbers
from server.web.audit.views import audit
from server.web.batches.choosing import batch_making
from server.web.batches.views import batches
from server.web.blanks.views import blanks
from server.web.buffer.rule_views import buffer_rules
from server.web.buffer.views import buffer
from server.web.central.views import central
from server.web.checks.views import checks
from server.web.current import attach
from server.web.districts.views import districts
from server.web.errors import catch_errors
from server.web.exchange.views import exchange
from server.web.formats.views import formats
from server.web.frame import frame
from server.web.health.figures import Figures
from server.web.health.views import health
from server.web.insured.views import insured
from server.web.layouts.views import layouts
from server.web.mass.views import mass
from server.web.news.views import news
from server.web.options.views import options
from server.web.outgoing.views import outgoing
from server.web.overview.views import overview
from server.web.protection import protect
from server.web.reference.views import reference
from server.web.reviews.views import reviews
from server.web.statistics.views import statistics
from server.web.support.views import support
from server.web.twins.splitting import splits
from server.web.twins.views import twins
from server.web.uploads.spool import SPOOL, SpoolingRequest
from server.web.uploads.views import uploads

if TYPE_CHECKING:
    from server.bootstrap import Hub

YEAR = 365 * 24 * 3600
#: What a form may add around the bytes of a file.
AROUND = 1024 * 1024
BLUEPRINTS = (
    access,
    overview,
    exchange,
    uploads,
    batches,
    batch_making,
    outgoing,
    reviews,
    insured,
    twins,
    splits,
    statistics,
    buffer,
    buffer_rules,
    mass,
    news,
    districts,
    blanks,
    agencies,
    central,
    support,
    formats,
    layouts,
    checks,
    reference,
    options,
    health,
    audit,
    administration,
    rights,
)


def create_app(hub: Hub) -> Flask:
    """The screens of a hub; nothing is read from the database until somebody asks for a page."""
    app = Flask(__name__)
    app.request_class = SpoolingRequest
    app.config.update(
        SECRET_KEY=hub.settings.secret_key,
        MAX_CONTENT_LENGTH=hub.settings.max_upload_bytes + AROUND,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        SPOOL_DIR=str(hub.settings.data_dir / SPOOL),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    attach(app, hub)
    bound_numbers(app)
    app.extensions["throttle"] = Throttle()
    _measure(app, Figures(hub))
    protect(app)
    frame(app)
    catch_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/favicon.ico", "favicon", lambda: app.send_static_file("favicon.ico"))
    return app


def _measure(app: Flask, figures: Figures) -> None:
    """Count what requests take, by endpoint, never by address: an address may hold what a person looked for."""
    app.extensions["figures"] = figures

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        if "began" in g:
            figures.requests.labels(request.endpoint or "none").observe(time.perf_counter() - g.began)
        if response.status_code >= 500:
            figures.failures.inc()
        return response

    app.before_request(begin)
    app.after_request(end)
