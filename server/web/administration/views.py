"""Accounts and organisations, for administrators of the fund."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.operations.register import register_account
from registry.exchange.operations.security.change_account import set_account_active, set_account_password
from registry.exchange.queries import AccountLine, OrganisationLine, account_page, looks_at, organisation_page
from registry.exchange.queries.accounts import account_of_login, organisation_id_of_code
from registry.exchange.tables import Account, Organisation
from server.web.access.viewer import ROLES
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, now, session, viewer
from server.web.exchange.wording import ORGANISATION_KINDS
from server.web.serving import serve
from server.web.table import Column, Empty, Filter, Table, Value

administration = Blueprint("administration", __name__, template_folder="templates")

#: Without letters and digits that are read aloud wrongly.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LOGIN = re.compile(r"[A-Za-z0-9._-]{3,60}")
PEOPLE = {name: title for name, title in ROLES.items() if name != "service"}


@administration.get("/accounts")
def accounts() -> str | Response:
    """Who may enter."""
    table = _accounts_table()

    def fetch(after: str, limit: int) -> list[AccountLine]:
        number = number_of(after)
        return account_page(session(), text=table.value("text"), role=table.value("role"), after=number, limit=limit)

    return serve(table, fetch, "accounts.html", roles=PEOPLE)


@administration.post("/accounts")
def add() -> Response | str:
    """Make an account for a person; its password is made up and shown once."""
    given = {name: request.form.get(name, "").strip()[:120] for name in ("login", "code", "role", "title")}
    organisation_id = organisation_id_of_code(session(), given["code"])
    trouble = _trouble(given, organisation_id)
    if trouble or organisation_id is None:
        flash(trouble, "warning")
        return redirect(url_for("administration.accounts"), 303)
    password = _made_up()
    made = register_account(
        session(),
        login=given["login"],
        password=password,
        organisation_id=organisation_id,
        role=given["role"],
        title=given["title"],
        clock=hub().context.clock,
    )
    note("add_account", "account", made.id, {"role": given["role"]})
    return _account_page(made, new_password=password)


def _trouble(given: dict[str, str], organisation_id: int | None) -> str:
    if not LOGIN.fullmatch(given["login"]):
        return "Логин: от 3 до 60 латинских букв, цифр, точек, дефисов и подчёркиваний."
    if account_of_login(session(), given["login"]) is not None:
        return f"Логин «{given['login']}» занят."
    if organisation_id is None:
        return f"Организации с кодом «{given['code']}» нет: проверьте на странице «Организации»."
    return "" if given["role"] in PEOPLE else "Выберите роль из списка."


def _made_up() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@administration.get("/accounts/<int:account_id>")
def account(account_id: int) -> str:
    """One account and what it did lately."""
    return _account_page(_account(account_id), new_password="")


@administration.post("/accounts/<int:account_id>/active")
def set_active(account_id: int) -> Response:
    """Switch an account off or on again; its sessions end with the next click."""
    found = _account(account_id)
    on = request.form.get("active") == "1"
    if found.id == viewer().id and not on:
        flash("Свою учётную запись отключить нельзя: попросите другого администратора", "warning")
        return redirect(url_for("administration.account", account_id=account_id), 303)
    set_account_active(found, active=on)
    note("enable_account" if on else "disable_account", "account", account_id)
    flash(f"{found.login}: вход {'открыт' if on else 'закрыт'}", "success")
    return redirect(url_for("administration.account", account_id=account_id), 303)


@administration.post("/accounts/<int:account_id>/password")
def reset_password(account_id: int) -> str:
    """Give an account a new password; it is shown once, here, and kept nowhere."""
    found = _account(account_id)
    password = _made_up()
    set_account_password(found, password)
    note("reset_password", "account", account_id)
    return _account_page(found, new_password=password)


@administration.get("/organisations")
def organisations() -> str | Response:
    """Who takes part in the exchange."""
    table = _organisations_table()

    def fetch(after: str, limit: int) -> list[OrganisationLine]:
        number = number_of(after)
        return organisation_page(
            session(), text=table.value("text"), kind=table.value("kind"), after=number, limit=limit
        )

    return serve(table, fetch, "list.html", group="Администрирование")


def _account(account_id: int) -> Account:
    found = session().get(Account, account_id)
    if found is None:
        abort(404)
    return found


def _account_page(found: Account, new_password: str) -> str:
    organisation = session().get_one(Organisation, found.organisation_id)
    acts = looks_at(session(), viewer().visibility, "account", str(found.id), limit=20)
    return render_template(
        "account.html",
        account=found,
        organisation=organisation,
        role=ROLES.get(found.role, found.role),
        state=_state(found),
        new_password=new_password,
        acts=acts,
        is_self=found.id == viewer().id,
    )


def _state(found: Account) -> str:
    if not found.active:
        return "off"
    return "locked" if found.locked_until and found.locked_until > now() else "on"


def _accounts_table() -> Table:
    def link(line: AccountLine) -> str:
        return url_for("administration.account", account_id=line.account.id)

    return Table(
        name="accounts",
        title="Учётные записи",
        row_link=link,
        columns=(
            Column(key="login", title="Логин", value=lambda line: line.account.login, link=link),
            Column(key="title", title="Имя", value=lambda line: line.account.title, kind="wide"),
            Column(key="organisation", title="Организация", value=lambda line: line.organisation, kind="wide"),
            Column(key="role", title="Роль", value=lambda line: ROLES.get(line.account.role, line.account.role)),
            Column(key="state", title="Состояние", value=lambda line: _state(line.account), kind="status:switch"),
            Column(
                key="entered", title="Последний вход", value=lambda line: line.account.last_entered_at, kind="moment"
            ),
            Column(
                key="created", title="Создана", value=lambda line: line.account.created_at, kind="moment", shown=False
            ),
        ),
        filters=(
            Filter(name="text", title="Логин, имя, организация", wide=True),
            Filter(name="role", title="Роль", kind="select", options=tuple(ROLES.items())),
        ),
        empty=Empty(
            why="Таких учётных записей нет",
            what="Уберите условия. Новую заводят кнопкой вверху или командой hub account add.",
            link=url_for("administration.accounts"),
            action="Показать все",
            icon="users",
        ),
    )


def _organisations_table() -> Table:
    def code(scheme: str) -> Value:
        return lambda line: line.codes.get(scheme, "")

    return Table(
        name="organisations",
        title="Организации",
        columns=(
            Column(
                key="name",
                title="Название",
                value=lambda line: line.organisation.name,
                below=lambda line: line.parent,
                kind="wide",
            ),
            Column(key="kind", title="Вид", value=lambda line: ORGANISATION_KINDS.get(line.organisation.kind, "")),
            Column(key="mcod", title="Код МО", value=code("mcod")),
            Column(key="smocod", title="Код СМО", value=code("smocod")),
            Column(key="ogrn", title="ОГРН", value=code("ogrn")),
            Column(key="oid", title="ОИД", value=code("oid"), kind="id", shown=False),
            Column(
                key="state",
                title="Состояние",
                value=lambda line: "on" if line.organisation.active else "off",
                kind="status:switch",
            ),
        ),
        filters=(
            Filter(name="text", title="Название или код", wide=True),
            Filter(name="kind", title="Вид", kind="select", options=tuple(ORGANISATION_KINDS.items())),
        ),
        empty=Empty(
            why="Таких организаций нет",
            what="Проверьте код или уберите условия.",
            link=url_for("administration.organisations"),
            action="Показать все",
            icon="building",
        ),
    )
