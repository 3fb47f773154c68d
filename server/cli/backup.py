"""hub backup, hub restore."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from registry.store.backup import Contents
from server.backups import compare_backup, make_backup, restore_backup, timed
from server.bootstrap import build_hub, settings_of
from server.cli.errors import Refused
from server.cli.opening import opened_hub
from server.progress import progress

FILE = click.Path(dir_okay=False, path_type=Path)
GIVEN = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command(epilog="Пример: hub backup /var/backups/hub-2026-11-28.hubbackup")
@click.argument("file", type=FILE)
@click.option("--verify", is_flag=True, help="ничего не писать: проверить файл и сравнить его с базой по таблицам")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def backup(file: Path, verify: bool, as_json: bool) -> int:
    """Записать всю базу в один файл, не останавливая работу хаба.

    Файл – состояние базы на один момент, годится для SQLite и для PostgreSQL, читает его только владелец. В нём
    персональные данные и секрет ключей поиска: храните его так же строго, как базу.
    """
    if verify:
        return _verify(file, as_json)
    with opened_hub() as hub, progress("Резервная копия") as told:
        contents, seconds = timed(lambda: make_backup(hub, file, told))
    size = file.stat().st_size
    if as_json:
        click.echo(json.dumps({**_told(contents), "size": size, "seconds": round(seconds, 2)}, ensure_ascii=False))
        return 0
    click.echo(f"Записано: таблиц {len(contents.tables)}, строк {contents.rows}, {size / 1024**2:.1f} МБ.")
    return 0


@click.command(epilog="Пример: hub restore /var/backups/hub-2026-11-28.hubbackup")
@click.argument("file", type=GIVEN)
@click.option("--json", "as_json", is_flag=True, help="для машины")
def restore(file: Path, as_json: bool) -> None:
    """Восстановить базу из файла; только в пустую базу, которую называет HUB_DATABASE_URL.

    Сначала файл проверяется целиком, затем загружается одной транзакцией; число строк и суммы каждой таблицы
    сверяются с копией. Копию SQLite можно восстановить в PostgreSQL и наоборот.
    """
    hub = build_hub(settings_of(os.environ))
    try:
        with progress("Восстановление") as told:
            contents, seconds = timed(lambda: restore_backup(hub, file, told))
    finally:
        hub.close()
    if as_json:
        click.echo(json.dumps({**_told(contents), "seconds": round(seconds, 2)}, ensure_ascii=False))
        return
    click.echo(f"Восстановлено на {contents.made_at:%d.%m.%Y %H:%M:%S}: таблиц {len(contents.tables)}, ", nl=False)
    click.echo(f"строк {contents.rows}. Суммы всех таблиц сошлись с копией.")


def _verify(file: Path, as_json: bool) -> int:
    if not file.exists():
        raise Refused(f"Файла {file} нет.")
    with opened_hub() as hub:
        contents, differing = compare_backup(hub, file)
    if as_json:
        told = [
            {"table": one.table, "in_file": one.in_file.rows, "in_database": one.in_database.rows} for one in differing
        ]
        click.echo(json.dumps({**_told(contents), "differing": told}, ensure_ascii=False))
    elif not differing:
        click.echo(f"Копия цела и равна базе: таблиц {len(contents.tables)}, строк {contents.rows}.")
    else:
        click.echo(f"Копия цела; от базы отличаются таблицы: {len(differing)}.")
        for one in differing:
            click.echo(f"  {one.table}: в копии строк {one.in_file.rows}, в базе {one.in_database.rows}")
    return 1 if differing else 0


def _told(contents: Contents) -> dict[str, object]:
    return {
        "made_at": contents.made_at.isoformat(),
        "database": contents.database,
        "revision": contents.revision,
        "rows": contents.rows,
        "tables": {name: {"rows": one.rows, "sum": one.text} for name, one in contents.tables.items()},
    }
