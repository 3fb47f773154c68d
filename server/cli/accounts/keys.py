"""hub account key …"""

from __future__ import annotations

import json

import click

from registry.exchange.operations.security.api_keys import add_key, disable_key
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.queries.security.api_keys import api_keys
from server.cli.errors import Refused
from server.cli.opening import opened_hub


@click.group()
def key() -> None:
    """Ключи программ для REST (/api/docs)."""


@key.command(epilog="Пример: hub account key add --organisation 630001 --label «МИС поликлиники»")
@click.option("--organisation", required=True, metavar="КОД", help="код МО, СМО или фонда; ключ фонда видит всё")
@click.option("--label", default="", help="для чего ключ")
def add(organisation: str, label: str) -> None:
    """Выдать ключ. Он показывается один раз, хранится только его отпечаток."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, organisation)
        if organisation_id is None:
            raise Refused(f"Организация с кодом {organisation} не зарегистрирована.")
        made, text = add_key(session, organisation_id, label, hub.context.clock)
    click.echo(f"Ключ {made.prefix} выдан: {text}")


@key.command(epilog="Пример: hub account key disable 3f9a12bc")
@click.argument("prefix", metavar="КЛЮЧ")
def disable(prefix: str) -> None:
    """Закрыть ключ: он больше никого не впускает. КЛЮЧ — имя из списка ключей."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        if disable_key(session, prefix) is None:
            raise Refused(f"Ключа {prefix} нет. Показать все: hub account key list")
    click.echo(f"Ключ {prefix} закрыт.")


@key.command("list", epilog="Пример: hub account key list --json")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def list_(as_json: bool) -> None:
    """Показать выданные ключи."""
    with opened_hub() as hub, hub.sessions() as session:
        lines = api_keys(session)
    rows = [
        {
            "key": one.key.prefix,
            "organisation": one.organisation,
            "label": one.key.label,
            "active": one.key.active,
            "last_used_at": one.key.last_used_at.isoformat() if one.key.last_used_at else None,
        }
        for one in lines
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        closed = "" if row["active"] else "  (закрыт)"
        used = f"  использован {str(row['last_used_at'])[:16]}" if row["last_used_at"] else ""
        click.echo(f"{row['key']}  {row['organisation']}  {row['label']}{used}{closed}")
