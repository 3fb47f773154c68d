"""What guards every address: permission, CSRF, session limits, headers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, abort, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers.response import Response

from server.web.access.forms import SignInForm
from server.web.access.resume import unsent_of_request
from server.web.access.viewer import Viewer, viewer_of_cookie
from server.web.asking import refuse_zeros
from server.web.auditing import note, note_unnoted
from server.web.current import hub, now, session
from server.web.permissions import ROUTES, Permission

IDLE = timedelta(hours=4)
LONGEST = timedelta(hours=12)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
ONE_YEAR = "max-age=31536000; includeSubDomains"

csrf = CSRFProtect()
logins = LoginManager()


class CookieSession(SecureCookieSessionInterface):
    """Session cookies go over TLS only wherever the page itself came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Secure behind TLS; a hub tried out on its own machine has none."""
        return bool(request.is_secure)


def protect(app: Flask) -> None:
    """Put the guards before and the headers behind every answer of an application."""
    app.config.update(
        SESSION_COOKIE_NAME="hub_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=IDLE,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard below asks for it after it knows whether there is a session
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = CookieSession()
    csrf.init_app(app)
    logins.init_app(app)
    logins.user_loader(_viewer)
    app.before_request(_guard)
    app.after_request(_add_headers)
    app.after_request(note_unnoted)


def _viewer(kept: str) -> Viewer | None:
    since = cookie.get("since", 0.0)
    if now().timestamp() - since > LONGEST.total_seconds():
        return None
    return viewer_of_cookie(session(), kept, hub().settings.secret_key)


def _guard() -> Any:
    """Refuse what the viewer may not, before any view runs; an endpoint without a permission is open to nobody."""
    if request.endpoint is None:
        return None  # no such address: the error page answers, after the same headers
    permission = ROUTES.get(request.endpoint)
    if permission is None:
        abort(404)
    if permission is not Permission.PUBLIC:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if not current_user.may(permission):
            note("refused", "page", request.endpoint, {"path": request.path[:200]})
            abort(403)
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        csrf.protect()
    refuse_zeros()
    return None


def _ask_to_sign_in() -> Response | tuple[Any, int]:
    if "hub_session" in request.cookies and cookie.get("_user_id"):
        logout_user()
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        return jsonify(error="Сеанс закончился, войдите снова"), 401
    if request.method == "GET":
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("access.sign_in", next=wanted if wanted != "/" else None))
    from server.web.access.views import sign_in_page

    return sign_in_page(SignInForm(formdata=None), unsent_of_request()), 401


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", ONE_YEAR)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


__all__ = ["CSRFError", "protect"]
