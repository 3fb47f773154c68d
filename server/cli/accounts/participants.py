"""hub account organisation, hub account channel: who takes part in the exchange, and through which МИС."""

from __future__ import annotations

import click

from registry.exchange.operations.register import register_channel, register_organisation
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.queries.upkeep.channels import active_channel
from server.cli.errors import Refused
from server.cli.opening import opened_hub
from server.settings import DIALECTS

SCHEMES = {"clinic": "mcod", "insurer": "smocod", "fund": "tf"}
CODES = ("mcod", "smocod", "tf", "dcexchange", "ogrn", "oid", "bdz")
LONGEST = 50


@click.command(epilog="Пример: hub account organisation 630001 «Городская поликлиника № 1» --code dcexchange=07001")
@click.argument("own_code", metavar="КОД")
@click.argument("name", metavar="НАЗВАНИЕ")
@click.option("--kind", type=click.Choice(list(SCHEMES)), default="clinic", show_default=True, help="кто это")
@click.option("--code", "codes", metavar="ВИД=КОД", multiple=True, help=f"другие коды: {', '.join(CODES)}")
@click.option("--parent", metavar="КОД", help="чьё это структурное подразделение")
@click.option(
    "--folder/--no-folder", default=None, help="брать файлы из папки in/КОД и класть ответы и исходящие в out/КОД"
)
def organisation(
    own_code: str, name: str, kind: str, codes: tuple[str, ...], parent: str | None, folder: bool | None
) -> None:
    """Зарегистрировать МО, СМО или фонд, либо исправить название и добавить коды; повторять можно."""
    all_codes = {SCHEMES[kind]: own_code, **dict(_code(one) for one in codes)}
    if not all(0 < len(code) <= LONGEST for code in all_codes.values()):
        raise Refused(f"Код должен быть не пустым и не длиннее {LONGEST} знаков.")
    with opened_hub() as hub, hub.sessions.begin() as session:
        parent_id = organisation_id_of_code(session, parent) if parent else None
        if parent and parent_id is None:
            raise Refused(f"Организация с кодом {parent} не зарегистрирована.")
        registered = register_organisation(session, kind=kind, name=name, codes=all_codes, parent_id=parent_id)
        if folder is not None:
            registered.options = {**registered.options, "tray_folder": folder}
    told = ", ".join(f"{scheme} {code}" for scheme, code in all_codes.items())
    click.echo(f"Организация «{name}» зарегистрирована: {told}.")


@click.command(epilog="Пример: hub account channel mis1 --organisation 630001 --user-id promed --sender 630007")
@click.argument("code", metavar="КАНАЛ")
@click.option("--organisation", "owner", required=True, metavar="КОД", help="чья это МИС")
@click.option("--user-id", required=True, metavar="ЛОГИН", help="логин МИС у брокера: им подписаны её сообщения")
@click.option("--dialect", type=click.Choice(DIALECTS), default="generic", show_default=True, help="как она пишет")
@click.option("--sender", "senders", metavar="КОД", multiple=True, help="за кого ещё она говорит; можно несколько")
def channel(code: str, owner: str, user_id: str, dialect: str, senders: tuple[str, ...]) -> None:
    """Завести канал МИС: очереди tfoms.КАНАЛ.in, .out и .answer; для заведённого — добавить, за кого он говорит."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        known = active_channel(session, code)
        if known is not None and (known.user_id, known.dialect) != (user_id, dialect):
            raise Refused(f"Канал {code} уже есть: логин {known.user_id}, диалект {known.dialect}.")
        ids = {one: organisation_id_of_code(session, one) for one in (owner, *senders)}
        unknown = [one for one, found in ids.items() if found is None]
        if unknown:
            raise Refused(f"Не зарегистрированы организации с кодами: {', '.join(unknown)}.")
        found = [one for one in ids.values() if one is not None]
        register_channel(session, code=code, organisation_id=found[0], dialect=dialect, user_id=user_id, senders=found)
    click.echo(f"Канал {code}: сообщения принимаются из tfoms.{code}.in, ответы уходят в tfoms.{code}.out.answer.")


def _code(text: str) -> tuple[str, str]:
    scheme, equals, code = text.partition("=")
    if not equals or scheme not in CODES:
        raise Refused(f"Код пишется ВИД=КОД, вид — один из: {', '.join(CODES)}; дано: {text}")
    return scheme, code.strip()
