"""Entering, leaving and what a person keeps for itself."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers.response import Response

from registry.exchange.access import Caller, check_password
from registry.exchange.operations.audit_action import Act
from registry.exchange.operations.security.change_account import set_account_password
from registry.exchange.tables import Account
from server.web.access.forms import PasswordForm, SignInForm
from server.web.access.resume import Unsent, local_path, unsent_of_sign_in
from server.web.access.throttle import Throttle
from server.web.access.viewer import end_sitting, entering_viewer
from server.web.auditing import note, note_for
from server.web.current import hub, now, session, viewer

access = Blueprint("access", __name__, template_folder="templates")

THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


@access.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Let in whoever knows the password; leads back to where the person wanted to go."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(local_path(request.args.get("next", "")))
    form = SignInForm()
    unsent = unsent_of_sign_in()
    if not form.validate_on_submit():
        return sign_in_page(form, unsent), 400 if request.method == "POST" else 200
    throttle: Throttle = current_app.extensions["throttle"]
    address = request.remote_addr or ""
    if throttle.is_braked(address, now()):
        form.password.errors = ["Слишком много неудачных попыток. Подождите пять минут"]
        return sign_in_page(form, unsent), 429
    caller = check_password(session(), form.login.data.strip(), form.password.data, hub().context)
    session().commit()
    if caller is None or not _enter(caller):
        throttle.failed(address, now())
        note_for(caller.account_id if caller else None, Act(action="sign_in_failed"))
        form.password.errors = ["Логин или пароль не подходят, либо вход закрыт после неудачных попыток"]
        return sign_in_page(form, unsent), 401
    if unsent is not None:
        return render_template("resume.html", unsent=unsent)
    return redirect(local_path(request.args.get("next", "")))


def sign_in_page(form: SignInForm, unsent: Unsent | None = None) -> str:
    """The page to sign in on, carrying what was typed into a form whose session had ended."""
    return render_template("sign_in.html", form=form, unsent=unsent)


def _enter(caller: Caller) -> bool:
    account = session().get(Account, caller.account_id)
    entered = entering_viewer(session(), account, hub().settings.secret_key) if account else None
    if entered is None:
        return False
    theme = cookie.get("theme")
    cookie.clear()  # nothing of the anonymous session outlives the sign-in
    cookie.permanent = True
    cookie["since"] = now().timestamp()
    if theme:
        cookie["theme"] = theme
    login_user(entered)
    entered.account.last_entered_at = now()
    note("sign_in")
    return True


@access.post("/sign-out")
def sign_out() -> Response:
    """End the session here and for every copy of its cookie."""
    end_sitting(viewer())
    note("sign_out")
    logout_user()
    cookie.clear()
    return redirect(url_for("access.sign_in"))


@access.post("/theme")
def set_theme() -> Response:
    """Keep the light or the dark look in this browser."""
    response = redirect(local_path(request.form.get("next", "")))
    theme = request.form.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@access.post("/columns")
def set_columns() -> Response:
    """Keep which columns of a table the person wants to see."""
    table, columns = request.form.get("table", "")[:40], request.form.getlist("column")[:40]
    kept = dict(viewer().preferences.get("columns", {}))
    kept.pop(table, None)
    if columns and "usual" not in request.form and len(kept) < 50:
        kept[table] = [column[:40] for column in columns]
    viewer().account.preferences = {**viewer().preferences, "columns": kept}
    session().commit()
    return redirect(local_path(request.form.get("next", "")))


@access.route("/password", methods=["GET", "POST"])
def own_password() -> str | Response:
    """Let a person change its own password; other sessions of the account end with it."""
    form = PasswordForm()
    if form.validate_on_submit():
        if check_password(session(), viewer().login, form.present.data, hub().context) is None:
            form.present.errors = ["Нынешний пароль не подходит"]
            session().commit()
        else:
            set_account_password(viewer().account, form.new.data)
            note("set_password", "account", viewer().id)
            login_user(entering_viewer(session(), viewer().account, hub().settings.secret_key))
            flash("Пароль изменён, остальные сеансы завершены", "success")
            return redirect(url_for("overview.home"))
    return render_template("password.html", form=form)
