"""hub account …"""

from __future__ import annotations

import json
import secrets
import sys

import click
from sqlalchemy.orm import Session

from registry.exchange.operations.register import register_account
from registry.exchange.operations.security.change_account import set_account_active, set_account_password
from registry.exchange.queries.accounts import account_of_login, organisation_id_of_code
from registry.exchange.queries.organisations import account_page
from registry.exchange.tables import Account
from server.cli.accounts.keys import key
from server.cli.accounts.participants import channel, organisation
from server.cli.accounts.security import certificate, deny, secret, signature
from server.cli.errors import Refused
from server.cli.opening import opened_hub

ROLES = {
    "administrator": "администратор фонда",
    "operator": "оператор фонда",
    "clerk": "сотрудник организации",
    "service": "программа организации",
}
SHORTEST = 8


@click.group()
def account() -> None:
    """Учётные записи людей и программ."""


for command in (organisation, channel, key, secret, signature, deny, certificate):
    account.add_command(command)


@account.command(epilog="Пример: hub account add ivanova --organisation 630001 --role clerk --title «Иванова А. П.»")
@click.argument("login")
@click.option("--organisation", "code", required=True, metavar="КОД", help="код МО, СМО или фонда (mcod, smocod, tf)")
@click.option("--role", type=click.Choice(list(ROLES)), default="clerk", show_default=True)
@click.option("--title", default="", help="как называть на экранах")
@click.option("--password-stdin", is_flag=True, help="взять пароль из стандартного ввода, а не придумывать")
def add(login: str, code: str, role: str, title: str, password_stdin: bool) -> None:
    """Завести учётную запись. Придуманный пароль показывается один раз."""
    password = _password(password_stdin)
    with opened_hub() as hub, hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, code)
        if organisation_id is None:
            raise Refused(f"Организация с кодом {code} не зарегистрирована. Завести: hub account organisation {code}")
        if account_of_login(session, login) is not None:
            raise Refused(f"Учётная запись {login} уже есть. Новый пароль: hub account reset {login}")
        register_account(
            session,
            login=login,
            password=password,
            organisation_id=organisation_id,
            role=role,
            title=title or ROLES[role],
            clock=hub.context.clock,
        )
    _tell(f"Учётная запись {login} заведена.", password, password_stdin)


@account.command(epilog="Пример: hub account disable ivanova")
@click.argument("login")
def disable(login: str) -> None:
    """Запретить вход. Всё сделанное под этим именем остаётся."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        set_account_active(_found(session, login), active=False)
    click.echo(f"Вход для {login} закрыт.")


@account.command(epilog="Пример: hub account reset ivanova")
@click.argument("login")
@click.option("--password-stdin", is_flag=True, help="взять пароль из стандартного ввода, а не придумывать")
def reset(login: str, password_stdin: bool) -> None:
    """Дать новый пароль и открыть вход, если он был закрыт или заблокирован."""
    password = _password(password_stdin)
    with opened_hub() as hub, hub.sessions.begin() as session:
        found = _found(session, login)
        set_account_password(found, password)
        set_account_active(found, active=True)
    _tell(f"Пароль {login} заменён.", password, password_stdin)


@account.command("list", epilog="Пример: hub account list --json")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def list_(as_json: bool) -> None:
    """Показать учётные записи."""
    with opened_hub() as hub, hub.sessions() as session:
        lines = account_page(session, limit=10_000)
    rows = [
        {
            "login": one.account.login,
            "role": one.account.role,
            "organisation": one.organisation,
            "active": one.account.active,
        }
        for one in lines
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        closed = "" if row["active"] else "  (вход закрыт)"
        click.echo(f"{row['login']:<24} {ROLES.get(str(row['role']), row['role']):<22} {row['organisation']}{closed}")


def _found(session: Session, login: str) -> Account:
    found = account_of_login(session, login)
    if found is None:
        raise Refused(f"Учётной записи {login} нет. Показать все: hub account list")
    return found


def _password(from_stdin: bool) -> str:
    if not from_stdin:
        return secrets.token_urlsafe(12)
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST:
        raise Refused(f"Пароль короче {SHORTEST} знаков.")
    return password


def _tell(text: str, password: str, given: bool) -> None:
    click.echo(text if given else f"{text} Пароль: {password}")
