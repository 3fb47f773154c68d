"""hub option …: settings kept as data, for scripts."""

from __future__ import annotations

import json
from typing import Any

import click
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.exchange.operations.audit_action import Act, audit
from registry.exchange.options import DEFAULTS, OptionState, option_states, read_options, reset_option, set_option
from registry.exchange.options.list import option_of, read_value
from server.bootstrap import Hub
from server.cli.errors import Refused
from server.cli.opening import opened_hub

BY = "командная строка"


@click.group()
def option() -> None:
    """Настройки, которые действуют без перезапуска: посмотреть, изменить, вернуть значение поставки."""


@option.command("list", epilog="Пример: hub option list участок --json")
@click.argument("words", metavar="[СЛОВО]…", nargs=-1)
@click.option("--changed", is_flag=True, help="только изменённые")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def list_(words: tuple[str, ...], changed: bool, as_json: bool) -> None:
    """Показать настройки со значениями; слова ищутся в названии, описании и имени."""
    with opened_hub() as hub, hub.sessions() as session:
        states = [one for general in option_states(session) for one in (general, *general.own)]
        rows = [_row(one) for one in states if _fits(one, words) and (one.is_set or not changed)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    group = ""
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            click.echo(f"\n{group}")
        hand = f"  (изменена {row['changed_at'][:16]} {row['changed_by']})" if row["changed_at"] else ""
        click.echo(f"  {row['name']} = {row['text']}{hand}\n      {row['title']}: {row['shown']}")
    if not rows:
        click.echo("Таких настроек нет. Все: hub option list")


@option.command("set", epilog="Пример: hub option set unknown_district.dcx warn")
@click.argument("name", metavar="ИМЯ")
@click.argument("value", metavar="ЗНАЧЕНИЕ")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def set_(name: str, value: str, as_json: bool) -> None:
    """Изменить настройку; имя с диалектом через точку – своё значение диалекта. Список – через запятую."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        before = _value_of(session, name)
        try:
            after = read_value(name, value)
            is_changed = set_option(session, name, after, hub.context.clock.now(), BY)
        except Permanent as refusal:
            raise _refused(refusal, as_json) from refusal
        _end(session, hub, name, (before, after), is_changed)
    _tell(name, (before, after), is_changed, as_json)


@option.command(epilog="Пример: hub option reset unknown_district.dcx")
@click.argument("name", metavar="ИМЯ")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def reset(name: str, as_json: bool) -> None:
    """Вернуть настройке значение поставки."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        before = _value_of(session, name)
        try:
            is_changed = reset_option(session, name, hub.context.clock.now(), BY)
        except Permanent as refusal:
            raise _refused(refusal, as_json) from refusal
        _end(session, hub, name, (before, DEFAULTS.get(name)), is_changed)
    _tell(name, (before, DEFAULTS.get(name)), is_changed, as_json)


def _end(session: Session, hub: Hub, name: str, both: tuple[Any, Any], is_changed: bool) -> None:
    if is_changed:
        details = {"by": BY, "before": both[0], "after": both[1]}
        act = Act(action="set_option", object_type="option", object_id=name, details=details)
        audit(session, None, act, hub.context.clock)


def _tell(name: str, both: tuple[Any, Any], is_changed: bool, as_json: bool) -> None:
    if as_json:
        told = {"name": name, "before": both[0], "after": both[1], "changed": is_changed}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    form = option_of(name)[0].form
    before, after = ("как у всех" if one is None else form.show(one) for one in both)
    click.echo(f"{name}: {before} → {after}" if is_changed else f"{name}: уже {after}, менять нечего.")


def _refused(refusal: Permanent, as_json: bool) -> Refused:
    if as_json:
        told = {"code": refusal.code, "place": refusal.place, "value": refusal.value, "expected": refusal.expected}
        click.echo(json.dumps({**told, "text": refusal.text}, ensure_ascii=False))
    return Refused(refusal.text)


def _value_of(session: Session, name: str) -> Any:
    return read_options(session).get(name)


def _fits(state: OptionState, words: tuple[str, ...]) -> bool:
    told = f"{state.name} {state.option.title} {state.option.does} {state.group.title}".casefold()
    return all(word.casefold() in told for word in words)


def _row(state: OptionState) -> dict[str, Any]:
    form = state.option.form
    return {
        "name": state.name,
        "group": state.group.title,
        "title": state.option.title,
        "does": state.option.does,
        "expected": form.expected,
        "value": state.value,
        "text": form.write(state.value),
        "shown": form.show(state.value),
        "default": state.default,
        "dialect": state.dialect,
        "changed_at": state.row.changed_at.isoformat() if state.row else "",
        "changed_by": state.row.changed_by if state.row else "",
    }
