"""hub people change …: one change of many attachments, seen before it is run, taken back exactly."""

from __future__ import annotations

import getpass
import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from registry.core.checks.dates import parse_date
from registry.core.normalisation import digits
from registry.exchange.operations.audit_action import Act, audit
from registry.exchange.operations.changes_of_people.mass_changes import (
    MassRequest,
    advance_mass_change,
    move_mass_change,
    start_mass_change,
)
from registry.insured.mass.queries import mass_change, mass_changes, mass_lines
from registry.insured.mass.rules import section_of
from registry.insured.mass.tables import MassChange
from registry.insured.mass.workflow import TITLES, LineState, MassEvent, MassState
from server.bootstrap import Hub
from server.cli.errors import Refused
from server.cli.opening import opened_hub

JSON = click.option("--json", "as_json", is_flag=True, help="для машины")
NUMBER = click.argument("number", metavar="НОМЕР", type=int)
SHOWN = 20
FIELDS = {
    "district_code": "участок",
    "doctor_snils": "врач",
    "doctor_category": "категория",
    "second_doctor_snils": "второй медработник",
    "department": "отделение",
    "building": "подразделение",
}
LINE_TITLES = {
    LineState.READY: "изменится",
    LineState.SAME: "уже так",
    LineState.WRONG: "ошибка",
    LineState.DONE: "изменено",
    LineState.LEFT_OUT: "пропущено",
    LineState.UNDONE: "возвращено",
    LineState.KEPT: "оставлено",
}


@click.group()
def change() -> None:
    """Массовая смена участков и врачей: просмотр, выполнение, отмена."""


@change.command(epilog="Пример: hub people change preview --clinic 630001 --from 12 --to 14 --since 2026-12-01")
@click.argument(
    "path", metavar="[FILE.csv]", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option("--clinic", metavar="КОД", help="реестровый номер МО")
@click.option("--from", "from_district", metavar="УЧАСТОК", help="кого менять: прикреплённых к участку")
@click.option("--to", "to_district", metavar="УЧАСТОК", default="", help="новый участок")
@click.option("--doctor", metavar="СНИЛС", default="", help="новый врач")
@click.option("--area", type=int, default=1, show_default=True, help="вид участка")
@click.option("--since", metavar="ДАТА", help="с какого дня; без неё – с сегодняшнего")
@JSON
def preview(path: Path | None, *, since: str, as_json: bool, **asked: Any) -> int:
    """Показать, что изменит файл строк или смена участка; в регистре ничего не меняется."""
    with opened_hub() as hub:
        today = hub.context.clock.today()
        day = parse_date(since) if since else today
        if day is None or not date(2000, 1, 1) <= day <= today:
            raise Refused("Дата: ГГГГ-ММ-ДД, не в будущем.")
        if path is not None:
            request = MassRequest(title=path.name, since=day, login=_login(), content=path.read_bytes())
        else:
            title, told = _asked(**asked)
            request = MassRequest(title=title, since=day, login=_login(), asked=told)
        with hub.sessions.begin() as session:
            number = start_mass_change(session, request, hub.context).id
            _audit(hub, session, "start_mass_change", number)
        found = _finish(hub, number)
        _show(hub, found, as_json)
        if not as_json and found.ready:
            click.echo(f"Выполнить: hub people change run {found.id}")
        return 1 if found.trouble or found.wrong else 0


@change.command(epilog="Пример: hub people change run 7")
@NUMBER
@JSON
def run(number: int, as_json: bool) -> int:
    """Изменить ровно показанные строки; что с тех пор изменилось, пропускается."""
    return _move(number, MassEvent.RUN, as_json)


@change.command(epilog="Пример: hub people change undo 7")
@NUMBER
@JSON
def undo(number: int, as_json: bool) -> int:
    """Вернуть прежние значения; что изменилось после выполнения, остаётся."""
    return _move(number, MassEvent.UNDO, as_json)


@change.command(epilog="Пример: hub people change drop 7")
@NUMBER
@JSON
def drop(number: int, as_json: bool) -> int:
    """Не выполнять просмотренное."""
    return _move(number, MassEvent.DROP, as_json)


@change.command("list", epilog="Пример: hub people change list --json")
@JSON
def list_(as_json: bool) -> None:
    """Какие массовые смены были, новые сначала."""
    with opened_hub() as hub, hub.sessions() as session:
        found = [_told(one) for one in mass_changes(session)]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for one in found:
        click.echo(f"{one['number']}  {one['status']}  строк {one['total']}, изменится {one['ready']}  {one['title']}")
    if not found:
        click.echo("Массовых смен не было. Начать: hub people change preview --help")


@change.command(epilog="Пример: hub people change show 7")
@NUMBER
@JSON
def show(number: int, as_json: bool) -> None:
    """Одна массовая смена со строками."""
    with opened_hub() as hub:
        with hub.sessions() as session:
            found = mass_change(session, number)
        if found is None:
            raise Refused(f"Массовой смены {number} нет. Показать: hub people change list")
        _show(hub, found, as_json)


def _asked(clinic: str, from_district: str, to_district: str, doctor: str, area: int) -> tuple[str, dict[str, Any]]:
    """Everybody of a district, in words and as the operation takes it."""
    section = section_of({"district": to_district, "doctor_snils": digits(doctor)})
    if not clinic or not from_district or not section:
        raise Refused("Назовите файл строк или --clinic, --from и --to (либо --doctor).")
    title = f"МО {clinic}, участок {from_district} → {to_district or 'другой врач'}"
    return title, {"clinic": clinic, "area_type": area, "from_district": from_district, "section": section}


def _move(number: int, event: MassEvent, as_json: bool) -> int:
    with opened_hub() as hub:
        with hub.sessions.begin() as session:
            refusal = move_mass_change(session, number, event, _login(), hub.context)
            if refusal:
                raise Refused(refusal)
            _audit(hub, session, f"{event.value}_mass_change", number)
        found = _finish(hub, number)
        _show(hub, found, as_json)
        return 1 if found.left_out else 0


def _finish(hub: Hub, number: int) -> MassChange:
    """Do the work here, a commit for every portion: the job of the workers finds it done."""
    more = True
    while more:
        with hub.sessions.begin() as session:
            more = advance_mass_change(session, number, hub.context)
    with hub.sessions() as session:
        return session.get_one(MassChange, number)


def _audit(hub: Hub, session: Any, action: str, number: int) -> None:
    act = Act(action=action, object_type="mass_change", object_id=str(number), details={"by": _login()})
    audit(session, None, act, hub.context.clock)


def _show(hub: Hub, found: MassChange, as_json: bool) -> None:
    with hub.sessions() as session:
        lines = mass_lines(session, found.id, limit=100_000 if as_json else SHOWN)
        rows = [_line(one.line) for one in lines]
    told = _told(found)
    if as_json:
        click.echo(json.dumps({**told, "lines": rows}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{told['number']}: {told['title']}, с {found.since:%d.%m.%Y}: {told['status']}")
    if found.trouble:
        click.echo(f"  {found.trouble}", err=True)
    counts = ("total", "ready", "wrong", "done", "left_out", "undone")
    titles = ("строк", "изменится", "с ошибкой", "изменено", "пропущено", "возвращено")
    click.echo("  " + ", ".join(f"{title} {told[name]}" for name, title in zip(counts, titles, strict=True)))
    for row in rows:
        note = f": {row['note']}" if row["note"] else ""
        click.echo(f"  {row['line']}. {row['key']} {row['state']}{note} {_change(row)}".rstrip())
    if found.total > len(rows):
        click.echo(f"  … ещё {found.total - len(rows)}; все: hub people change show {found.id} --json")


def _change(row: dict[str, Any]) -> str:
    before, after = row["before"], row["after"]
    return ", ".join(
        f"{FIELDS.get(name, name)} {before.get(name) or '–'} → {value or '–'}" for name, value in after.items()
    )


def _line(line: Any) -> dict[str, Any]:
    return {
        "line": line.line,
        "key": line.key,
        "state": LINE_TITLES[LineState(line.status)],
        "note": line.note,
        "before": dict(line.before or {}),
        "after": dict(line.after or {}),
    }


def _told(found: MassChange) -> dict[str, Any]:
    names = ("total", "ready", "wrong", "done", "left_out", "undone")
    return {
        "number": found.id,
        "title": found.title,
        "status": TITLES[MassState(found.status)],
        "since": found.since.isoformat(),
        **{name: getattr(found, name) for name in names},
    }


def _login() -> str:
    return f"command:{getpass.getuser()}"[:60]
