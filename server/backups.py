"""Backups of this hub: made by hand or by the clock, compared with the database, restored into an empty one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from migrations.tables import all_tables
from registry.core.errors import Permanent
from registry.store.backup import (
    Contents,
    Damaged,
    NotEmpty,
    TableSum,
    database_sums,
    dump,
    filled_tables,
    read_contents,
    restore,
)
from registry.store.backup.dump import UNFINISHED, one_moment, revision_of
from registry.store.migration import upgrade_database
from server.bootstrap import Hub

ENDING = ".hubbackup"
PREFIX = "hub-"
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A table whose rows are not those of the file."""

    table: str
    in_file: TableSum
    in_database: TableSum


def make_backup(hub: Hub, path: Path, told: Told = lambda _rows: None) -> Contents:
    """Write the whole database as of now into a new file."""
    return dump(hub.engine, all_tables().sorted_tables, path, hub.context.clock.now(), told)


def compare_backup(hub: Hub, path: Path) -> tuple[Contents, list[Difference]]:
    """Check a file as a whole and name the tables whose rows in the database differ from it."""
    contents = _checked(path)
    tables = [table for table in all_tables().sorted_tables if table.name in contents.tables]
    with one_moment(hub.engine) as connection:
        present = database_sums(connection, tables)
    differing = [
        Difference(name, wanted, present.get(name, TableSum()))
        for name, wanted in contents.tables.items()
        if present.get(name) != wanted
    ]
    return contents, differing


def restore_backup(hub: Hub, path: Path, told: Told = lambda _rows: None) -> Contents:
    """Load a file into the empty database of these settings; everything is checked before anything is touched."""
    contents = _checked(path)
    tables = all_tables().sorted_tables
    with hub.engine.connect() as connection:
        filled = filled_tables(connection, tables)
        connection.rollback()
    if filled:
        raise _not_empty(", ".join(filled[:3]))
    upgrade_database(hub.settings.database_url)
    with hub.engine.connect() as connection:
        revision = revision_of(connection)
    if revision != contents.revision:
        text = (
            f"Копия сделана выпуском с таблицами {contents.revision}, у этого выпуска {revision}: возьмите тот выпуск"
        )
        raise Permanent("BACKUP_OF_ANOTHER_RELEASE", f"{text}, восстановите и обновите базу командой hub init.")
    try:
        with hub.sessions.begin() as session:
            return restore(session, tables, path, told)
    except NotEmpty as names:
        raise _not_empty(str(names)) from None
    except Damaged as wrong:
        raise _damaged(wrong) from None


def scheduled_file(folder: Path, now: datetime) -> Path:
    """The name a backup made by the clock bears."""
    return folder / f"{PREFIX}{now:%Y%m%d-%H%M%S}{ENDING}"


def made_by_the_clock(folder: Path) -> list[Path]:
    """The scheduled backups of a folder by the moment in their names, the oldest first; other files are not seen."""
    return sorted(folder.glob(f"{PREFIX}????????-??????{ENDING}"))


def forget_old(folder: Path, kept: int, newest: Path) -> list[Path]:
    """Remove the oldest scheduled backups but for the newest ``kept``, and what a killed process left half written.

    A name of a moment after the newest backup was given by a clock that ran ahead: nobody knows how old it is, so it
    goes first, or it would push out every right one.
    """
    found = sorted(made_by_the_clock(folder), key=lambda one: (one.name <= newest.name, one.name))
    old = found[: max(0, len(found) - max(1, kept))]
    for one in (*old, *folder.glob(f"{PREFIX}????????-??????{ENDING}{UNFINISHED}")):
        one.unlink(missing_ok=True)
    return old


def timed(make: Callable[[], Contents]) -> tuple[Contents, float]:
    """What was made and how many seconds it took."""
    began = time.monotonic()
    return make(), time.monotonic() - began


def _checked(path: Path) -> Contents:
    try:
        return read_contents(path)
    except Damaged as wrong:
        raise _damaged(wrong) from None


def _damaged(wrong: Damaged) -> Permanent:
    return Permanent("BACKUP_DAMAGED", f"Резервная копия не годится: {wrong}. В базе ничего не изменено.")


def _not_empty(names: str) -> Permanent:
    text = f"База не пуста (есть строки: {names}). Восстанавливают только в пустую базу: укажите новую в"
    return Permanent("DATABASE_NOT_EMPTY", f"{text} HUB_DATABASE_URL; hub init перед этим не нужен.")
