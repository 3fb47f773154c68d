"""Backup and restore: one moment, checked whole, only into an empty database, the same counts and sums afterwards."""

from __future__ import annotations

import gzip
import json
import resource
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.errors import Permanent
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.options import set_option
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import BackupRun, Organisation, Secret, Setting
from registry.insured.keys import ensure_key_secret
from registry.insured.tables import Person
from server.backups import compare_backup, make_backup, restore_backup, scheduled_file
from server.bootstrap import Hub, build_hub
from server.scheduled.backup import back_up
from server.seeding import seed
from server.settings import Settings
from tests.channels.soap_hub import CLOCK, load_invented_people
from tests.channels.soap_hub import Hub as Loaded
from tests.fixtures.databases import postgresql_database
from tests.fixtures.hubs import bare_hub

Empty = Callable[[str], Hub]


@pytest.fixture
def hub(engine: Engine, sessions: sessionmaker[Session], tmp_path: Path) -> Hub:
    """A hub with people, packets with bytes, documents of JSON, and everything seeded."""
    made = bare_hub(engine, sessions, tmp_path, FixedClock(CLOCK.now()))
    made = replace(made, context=replace(made.context, catalog=collect()))
    with made.sessions.begin() as session:
        seed(session, made.context)
        set_option(session, "plan_kinds", [2, 1], CLOCK.now())
    load_invented_people(Loaded(None, sessions, made.context), tmp_path)
    with made.sessions.begin() as session:
        receiver = organisation_id_of_code(session, "63")
        assert receiver is not None
        body = bytes(range(256)) * 40
        what = Outgoing(receiver=receiver, kind="notice", packet_id="n-1", body=body, file_name="очень «важное».xml")
        send_out(session, what, made.context)
    return made


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Hub]:
    environ = {"HUB_DATABASE_URL": url, "HUB_DATA_DIR": str(folder), "HUB_SECRET_KEY": "k" * 64}
    hub = build_hub(Settings.from_environment(environ))
    yield hub
    hub.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Empty]:
    """Makes hubs over new databases without a table."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(kind: str) -> Hub:
            if kind == "sqlite":
                url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
            else:
                url = stack.enter_context(postgresql_database())
            return stack.enter_context(opened(url, tmp_path / "restored"))

        yield make


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_database_has_the_same_counts_and_sums(hub: Hub, empty: Empty, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "copy.hubbackup"
    made = make_backup(hub, path)
    assert compare_backup(hub, path) == (made, [])
    restored = empty(kind)
    assert restore_backup(restored, path).tables == made.tables
    assert compare_backup(restored, path)[1] == []
    with hub.sessions() as before, restored.sessions() as after:
        assert ensure_key_secret(after) == ensure_key_secret(before)
        assert made.tables["person"].rows == len(after.scalars(select(Person.id)).all()) > 0
    with restored.sessions.begin() as session:  # the next ids follow the restored ones
        session.add(Organisation(kind="agency", name="Новая"))


def test_only_its_owner_reads_a_backup(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "copy.hubbackup"
    make_backup(hub, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_is_one_moment_while_others_write(hub: Hub, empty: Empty, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with hub.sessions.begin() as session:
                session.add(Secret(name=f"pair{number}", value=b"x"))
                session.flush()
                session.merge(Setting(name=f"pair{number}", value="1", changed_at=CLOCK.now()))
            number += 1

    writer = threading.Thread(target=write)
    with hub.sessions() as session:
        before = [session.scalar(select(func.count()).select_from(one)) or 0 for one in (Secret, Setting)]
    writer.start()
    try:
        found = [make_backup(hub, tmp_path / f"{number}.hubbackup") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    pairs = [(one.tables["secret"].rows - before[0], one.tables["setting"].rows - before[1]) for one in found]
    assert all(secrets == settings for secrets, settings in pairs)
    assert pairs[-1] > pairs[0]


def test_nothing_is_restored_over_what_is_there(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "copy.hubbackup"
    make_backup(hub, path)
    with pytest.raises(Permanent, match="База не пуста"):
        restore_backup(hub, path)


def damaged(data: bytes) -> dict[str, bytes]:
    """What may become of a file on its way."""
    plain = gzip.decompress(data)
    lines = plain.split(b"\n")
    other = b"\n".join(line.replace(b'"plan_kinds"', b'"plan_kunds"') for line in lines)
    head = json.loads(lines[0])
    return {
        "empty": b"",
        "no archive": b"PK\x03\x04 something else",
        "cut off": data[: len(data) // 2],
        "a flipped bit": data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
        "a changed value": gzip.compress(other),
        "a lost row": gzip.compress(b"\n".join(lines[:20] + lines[21:])),
        "no foot": gzip.compress(b"\n".join(lines[:-2]) + b"\n"),
        "something after the end": gzip.compress(plain + b"[1]\n"),
        "another form": gzip.compress(json.dumps({**head, "version": 2}).encode() + b"\n" + b"\n".join(lines[1:])),
        "another thing": gzip.compress(b'{"a": 1}\n'),
        "no lines": gzip.compress(b"\0" * 1000),
    }


def test_a_damaged_file_is_refused_before_anything_is_touched(hub: Hub, empty: Empty, tmp_path: Path) -> None:
    if hub.engine.dialect.name != "sqlite":
        pytest.skip("the file is the same whatever it was made of")
    path = tmp_path / "copy.hubbackup"
    make_backup(hub, path)
    restored = empty("sqlite")
    for name, data in damaged(path.read_bytes()).items():
        (tmp_path / "wrong.hubbackup").write_bytes(data)
        with pytest.raises(Permanent, match="не годится"):
            restore_backup(restored, tmp_path / "wrong.hubbackup")
        assert not (tmp_path / "restored.sqlite3").exists() or not (tmp_path / "restored.sqlite3").stat().st_size, name


def test_a_backup_of_another_release_is_told(hub: Hub, empty: Empty, tmp_path: Path) -> None:
    if hub.engine.dialect.name != "sqlite":
        pytest.skip("the file is the same whatever it was made of")
    path = tmp_path / "copy.hubbackup"
    with hub.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    make_backup(hub, path)
    with pytest.raises(Permanent, match="выпуском с таблицами 0001"):
        restore_backup(empty("sqlite"), path)


def test_a_full_disk_leaves_nothing_behind(hub: Hub, tmp_path: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, usual[1]))
    try:
        with pytest.raises(OSError, match=r"."):
            make_backup(hub, tmp_path / "copy.hubbackup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(tmp_path.glob("copy*")) == []


def test_an_existing_file_is_not_written_over(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "copy.hubbackup").write_text("дорогое")
    with pytest.raises(FileExistsError):
        make_backup(hub, tmp_path / "copy.hubbackup")
    assert (tmp_path / "copy.hubbackup").read_text() == "дорогое"


def test_the_clock_makes_backups_and_keeps_as_many_as_are_wanted(hub: Hub) -> None:
    clock = hub.context.clock
    assert isinstance(clock, FixedClock)
    folder = hub.settings.data_dir / "backups"
    with hub.sessions.begin() as session:
        set_option(session, "backup_keep", 2, clock.now())
    for _ in range(3):
        hub.context.remembered.forget()
        back_up(hub)
        back_up(hub)
        clock.move(timedelta(hours=24))
    assert [one.name for one in sorted(folder.iterdir())] == [
        "hub-20261121-120000.hubbackup",
        "hub-20261122-120000.hubbackup",
    ]
    with hub.sessions() as session:
        assert session.scalars(select(BackupRun.error)).all() == ["", "", ""]


def test_a_clock_that_ran_ahead_neither_stops_backups_nor_pushes_out_right_ones(hub: Hub) -> None:
    clock = hub.context.clock
    assert isinstance(clock, FixedClock)
    folder = hub.settings.data_dir / "backups"
    with hub.sessions.begin() as session:
        set_option(session, "backup_keep", 2, clock.now())
    hub.context.remembered.forget()
    clock.move(timedelta(days=365))
    for _ in range(2):
        back_up(hub)
        clock.move(timedelta(days=1))
    clock.move(-timedelta(days=367))
    back_up(hub)
    back_up(hub)
    clock.move(timedelta(days=1))
    back_up(hub)
    assert [one.name for one in sorted(folder.iterdir())] == [
        "hub-20261120-120000.hubbackup",
        "hub-20261121-120000.hubbackup",
    ]


def test_a_backup_whose_process_died_before_it_was_noted_is_noted_and_not_made_again(hub: Hub) -> None:
    clock = hub.context.clock
    folder = hub.settings.data_dir / "backups"
    folder.mkdir(parents=True)
    path = scheduled_file(folder, clock.now())
    made = make_backup(hub, path)
    (folder / "hub-20200101-120000.hubbackup.part").write_bytes(b"half")
    assert isinstance(clock, FixedClock)
    clock.move(timedelta(minutes=10))
    back_up(hub)
    assert [one.name for one in folder.iterdir()] == [path.name]
    with hub.sessions() as session:
        [run] = session.scalars(select(BackupRun))
    assert (run.file, run.rows, run.error, run.made_at) == (str(path), made.rows, "", made.made_at)


def test_a_backup_that_fails_says_why_and_is_tried_again(hub: Hub) -> None:
    clock = hub.context.clock
    assert isinstance(clock, FixedClock)
    (hub.settings.data_dir / "backups").write_text("файл на месте папки")
    back_up(hub)
    clock.move(timedelta(minutes=30))
    back_up(hub)
    clock.move(timedelta(minutes=40))
    (hub.settings.data_dir / "backups").unlink()
    back_up(hub)
    with hub.sessions() as session:
        errors = session.scalars(select(BackupRun.error).order_by(BackupRun.id)).all()
    assert [bool(one) for one in errors] == [True, False]
