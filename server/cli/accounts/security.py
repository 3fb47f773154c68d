"""hub account secret, signature, deny, certificate …"""

from __future__ import annotations

import json
from pathlib import Path

import click
from sqlalchemy.orm import Session

from registry.exchange.operations.security.certificates import add_certificate, disable_certificate
from registry.exchange.operations.security.organisation_rules import deny_operations, set_must_sign
from registry.exchange.operations.security.service_secrets import make_secret
from registry.exchange.queries.accounts import account_of_login, organisation_id_of_code
from registry.exchange.queries.security.demands import ENTRANCE, SIGNATURE, certificates
from registry.exchange.tables import Account
from server.cli.errors import Refused
from server.cli.opening import opened_hub

FILE = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
TITLES = {SIGNATURE: "подпись", ENTRANCE: "вход"}


@click.command(epilog="Пример: hub account secret 630001")
@click.argument("login")
def secret(login: str) -> None:
    """Выдать секрет для PasswordDigest (WS-Security). Прежний перестаёт действовать.

    Хеш пароля для PasswordDigest не годится, поэтому секрет хранится зашифрованным ключом HUB_SECRET_KEY и может быть
    прочитан тем, у кого есть и база, и этот ключ. Паролем учётной записи он не бывает.
    """
    with opened_hub() as hub, hub.sessions.begin() as session:
        text = make_secret(session, _account(session, login), hub.settings.secret_key, hub.context.clock)
    click.echo(f"Секрет для {login}: {text}")


@click.command(epilog="Пример: hub account signature 630001 --required")
@click.argument("organisation", metavar="КОД")
@click.option("--required/--optional", default=True, help="обязательна ли подпись пакетов SOAP")
def signature(organisation: str, required: bool) -> None:
    """Отметить, что пакеты организации по SOAP принимаются только с подписью (или снова без неё).

    Файлы, RabbitMQ и REST подписи не несут и от отметки не зависят: ключи и каналы закрывают отдельно.
    """
    with opened_hub() as hub, hub.sessions.begin() as session:
        set_must_sign(session, _organisation(session, organisation), must_sign=required)
    click.echo(f"Подпись для {organisation} {'обязательна' if required else 'не обязательна'}.")


@click.command(epilog="Пример: hub account deny 630001 'Make*'")
@click.argument("organisation", metavar="КОД")
@click.argument("operations", metavar="ОПЕРАЦИЯ…", nargs=-1)
def deny(organisation: str, operations: tuple[str, ...]) -> None:
    """Закрыть организации операции SOAP; без операций — снять все запреты."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        deny_operations(session, _organisation(session, organisation), operations)
    click.echo(f"Закрыто для {organisation}: {', '.join(operations) or 'ничего'}.")


@click.group()
def certificate() -> None:
    """Сертификаты организаций: подписи пакетов и входа программ."""


@certificate.command(epilog="Пример: hub account certificate add подпись.pem --organisation 630001")
@click.argument("path", metavar="ФАЙЛ", type=FILE)
@click.option("--organisation", required=True, metavar="КОД")
@click.option("--login", help="учётная запись, под которой сертификат входит; без неё — сертификат подписи")
def add(path: Path, organisation: str, login: str | None) -> None:
    """Зарегистрировать сертификат (PEM или DER)."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        organisation_id = _organisation(session, organisation)
        account = _account(session, login) if login else None
        if account is not None and account.organisation_id != organisation_id:
            raise Refused(f"Учётная запись {login} принадлежит другой организации.")
        purpose = SIGNATURE if account is None else ENTRANCE
        made = add_certificate(session, organisation_id, path.read_bytes(), purpose=purpose, account=account)
        told = f"{made.fingerprint[:16]}, {made.subject}, действует до {made.valid_to:%d.%m.%Y}"
    click.echo(f"Сертификат зарегистрирован: {told}")


@certificate.command(epilog="Пример: hub account certificate disable 3f9a12bc55d0e1f2")
@click.argument("fingerprint", metavar="ОТПЕЧАТОК")
def disable(fingerprint: str) -> None:
    """Закрыть сертификат. ОТПЕЧАТОК — не меньше 16 первых знаков из списка."""
    if len(fingerprint) < 16:
        raise Refused("Укажите не меньше 16 знаков отпечатка.")
    with opened_hub() as hub, hub.sessions.begin() as session:
        if not disable_certificate(session, fingerprint.lower()):
            raise Refused(f"Сертификата {fingerprint} нет. Показать все: hub account certificate list")
    click.echo("Сертификат закрыт.")


@certificate.command("list", epilog="Пример: hub account certificate list --json")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def list_(as_json: bool) -> None:
    """Показать сертификаты."""
    with opened_hub() as hub, hub.sessions() as session:
        rows = [
            {
                "fingerprint": one.fingerprint,
                "purpose": one.purpose,
                "organisation": organisation,
                "subject": one.subject,
                "serial": one.serial,
                "valid_to": one.valid_to.date().isoformat(),
                "active": one.active,
            }
            for one, organisation in certificates(session)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        closed = "" if row["active"] else "  (закрыт)"
        short = str(row["fingerprint"])[:16]
        click.echo(f"{short}  {TITLES[str(row['purpose'])]:<8} до {row['valid_to']}  {row['organisation']}{closed}")


def _account(session: Session, login: str) -> Account:
    found = account_of_login(session, login)
    if found is None:
        raise Refused(f"Учётной записи {login} нет. Показать все: hub account list")
    return found


def _organisation(session: Session, code: str) -> int:
    found = organisation_id_of_code(session, code)
    if found is None:
        raise Refused(f"Организация с кодом {code} не зарегистрирована.")
    return found
