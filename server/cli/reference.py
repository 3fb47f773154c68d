"""hub reference …: reference books from files, and what is loaded."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from registry.core.errors import Permanent
from registry.exchange.operations.load_books import Loaded, Loading, load_books, put_into_use
from registry.reference.operations import redescribe_books
from registry.reference.queries import BookState, book_states
from server.bootstrap import Hub
from server.cli.errors import Refused
from server.cli.opening import opened_hub
from server.progress import progress

BY = "командная строка"
STATES = {"absent": "не загружен", "sample": "учебный", "older": "старше перечня", "current": "действует"}


@click.group()
def reference() -> None:
    """Справочники НСИ: загрузить файлы ФФОМС, Минздрава или CSV, посмотреть загруженное."""


@reference.command(epilog="Пример: hub reference load V021_4.9.zip V002.xml")
@click.argument(
    "paths", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
@click.option("--historical", is_flag=True, help="версия старше загруженной: только дни, о которых новее не сказано")
@click.option("--confirm", is_flag=True, help="ввести в действие и то, что требует подтверждения")
@click.option("--sample", is_flag=True, help="учебные данные: неполные, отсутствие кода не ошибка")
@click.option("--book", default="", help="код справочника, если его нет в файле")
@click.option("--edition", default="", help="версия, если её нет в файле")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d", "%d.%m.%Y"]), help="дата версии, если её нет в файле")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def load(  # noqa: PLR0913, PLR0917 - one parameter for each key of the command
    paths: tuple[Path, ...],
    historical: bool,
    confirm: bool,
    sample: bool,
    book: str,
    edition: str,
    on: datetime | None,
    as_json: bool,
) -> int:
    """Загрузить справочники и ввести их в действие.

    Понимает пакеты ФФОМС (XML, ZIP), XML Минздрава с OID, CSV с колонками справочника или code;name;date_beg;date_end.
    Версия, потерявшая больше 10 % строк, ждёт подтверждения: повторите с --confirm.
    """
    loading = Loading(
        by=BY,
        historical=historical,
        sample=sample,
        code=book,
        edition=edition,
        edition_date=on.date() if on else None,
    )
    told: list[dict[str, Any]] = []
    with opened_hub() as hub, progress("Загружаем справочники", len(paths)) as done:
        for number, path in enumerate(paths, 1):
            told += _load(hub, path, loading, confirm=confirm)
            done(number)
    _tell(told, as_json)
    bad = [one for one in told if one["status"] in ("refused", "waiting")]
    return (2 if all(one["status"] == "refused" for one in told) else 1) if bad else 0


def _load(hub: Hub, path: Path, loading: Loading, *, confirm: bool) -> list[dict[str, Any]]:
    told = []
    with hub.sessions.begin() as session:
        for one in load_books(session, path.read_bytes(), path.name, loading, hub.context):
            row: dict[str, Any] = {"file": one.name, "book": one.code, "edition": "", "text": "", "findings": []}
            version = one.version if one.version is not None else None
            if version is not None:
                row |= {"edition": version.edition, "rows": version.rows, "findings": version.report["findings"]}
            told.append(row | _outcome(hub, session, one, loading, confirm=confirm))
    return told


def _outcome(hub: Hub, session: Any, one: Loaded, loading: Loading, *, confirm: bool) -> dict[str, Any]:
    if one.is_known and one.refusal is not None:
        return _known(hub, session, one, loading, confirm=confirm)
    if one.refusal is not None:
        return {"status": "refused", "text": one.refusal.text, "code": one.refusal.code}
    if one.version is None:
        return {"status": "listed", "text": one.note}
    if one.doubts and not confirm:
        return {"status": "waiting", "text": f"ждёт подтверждения: {'; '.join(one.doubts)} (--confirm)"}
    return {"status": "loaded", **put_into_use(session, one.version, loading, hub.context)}


def _known(hub: Hub, session: Any, one: Loaded, loading: Loading, *, confirm: bool) -> dict[str, Any]:
    """The same file once more: what waits for a confirmation gets it, what is in use stays."""
    from registry.reference.queries import PREPARED
    from registry.reference.tables import BookVersion

    assert one.refusal is not None  # noqa: S101 - asked for known editions only
    version = session.get_one(BookVersion, int(one.refusal.value))
    if version.state != PREPARED:
        return {"status": "known", "text": one.refusal.text, "edition": version.edition}
    if not confirm:
        return {"status": "waiting", "text": f"{one.refusal.text} (--confirm)", "edition": version.edition}
    numbers = put_into_use(session, version, loading, hub.context)
    return {"status": "loaded", "edition": version.edition, "rows": version.rows, **numbers}


def _tell(told: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for one in told:
        head = f"{one['file']}: {one['book']} {one['edition']}".strip()
        if one["status"] == "loaded":
            numbers = f"добавлено {one['added']}, изменено {one['changed']}, закрыто {one['closed']}"
            click.echo(f"{head} введён в действие: строк {one['rows']}, {numbers}, исчезло {one['vanished']}.")
        else:
            click.echo(f"{head} – {one['text']}", err=one["status"] in ("refused", "waiting"))
        for finding in one["findings"][:5]:
            click.echo(f"  {finding['text']}", err=True)


@reference.command("list", epilog="Пример: hub reference list --json")
@click.option("--all", "everything", is_flag=True, help="и незагруженные")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def list_(everything: bool, as_json: bool) -> None:
    """Показать справочники: версия, дата, состояние, число строк, версия федерального перечня."""
    with opened_hub() as hub, hub.sessions() as session:
        rows = [_row(one) for one in book_states(session) if one.version is not None or everything or as_json]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        edition = f"{row['edition']} от {row['date']}" if row["edition"] else "–"
        click.echo(f"{row['book']:5} {STATES[row['state']]:15} {edition:24} строк {row['rows']:6}  {row['title']}")
    if not rows:
        click.echo("Справочники не загружены. Загрузить: hub reference load FILE…")


def _row(one: BookState) -> dict[str, Any]:
    return {
        "book": one.book.code,
        "title": one.book.title,
        "state": one.state,
        "edition": one.version.edition if one.version else "",
        "date": one.version.edition_date.isoformat() if one.version else "",
        "rows": one.rows,
        "waiting": one.waiting,
        "listed_edition": one.book.listed_edition,
        "listed_date": one.book.listed_on.isoformat() if one.book.listed_on else "",
    }


@reference.command(epilog="Пример: hub reference describe books.csv")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def describe(path: Path) -> None:
    """Описать справочники, например региональные: колонки ключа, названия, дат.

    Файл UTF-8 с табуляцией и колонками code, title, type, source, key_fields, name_field, from_fields, to_fields,
    attributes, form; несколько имён – через точку с запятой; form – text, number или mkb.
    """
    from registry.reference.descriptions import read_descriptions

    with opened_hub() as hub, hub.sessions.begin() as session:
        try:
            told = read_descriptions(path.read_text(encoding="utf-8-sig"))
        except (ValueError, KeyError) as wrong:
            raise Refused(f"Описание не читается: {wrong}") from None
        try:
            number = redescribe_books(session, told)
        except Permanent as refusal:
            raise Refused(refusal.text) from refusal
    click.echo(f"Описано справочников: {number}.")
