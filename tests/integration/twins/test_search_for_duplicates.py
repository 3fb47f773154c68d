"""Duplicates found in the whole registry: shared numbers and names by SQL, likeness by linkage with known truth."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.exchange.options import set_option
from registry.insured.tables import DuplicateSearch, Person, PersonLink, Policy, Snils
from registry.insured.twins import Reason, State
from registry.insured.twins.linkage import export_parquet, link_apart, link_files
from registry.insured.twins.linkage.apart import RESULT
from registry.insured.twins.operations.searches import PATIENCE, ask_search, stop_search, take_search
from registry.insured.twins.queries.collisions import MOST_HOLDERS, colliding_pairs, placeholders
from registry.insured.twins.queries.export import LinkageRow, linkage_rows
from registry.store.engine import create_hub_engine, session_factory
from server.bootstrap import Hub
from server.duplicates import run_search
from server.scheduled.duplicates import search_duplicates
from tests.fixtures.duplicates import Load, Pairs, load_doubled_into

PEOPLE = 3_000


def found(session: Session) -> dict[tuple[int, int], Reason]:
    return {(one.first_id, one.second_id): Reason(one.reasons) for one in session.scalars(select(PersonLink))}


def asked(hub: Hub, engine: str = "") -> int:
    with hub.sessions.begin() as session:
        search, is_new = ask_search(session, engine, "test", hub.context.clock.now())
        assert is_new
        taken = take_search(session, hub.context.clock.now())
        assert taken is search
        return search.id


def test_shared_numbers_and_names_make_pairs_and_nobody_else_does(
    hub: Hub, sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    pairs = load_doubled(300, 0.2)
    with sessions() as session:
        living = set(session.scalars(select(Person.id).where(Person.died_on.is_(None))))
    search = run_search(hub, asked(hub))
    assert (search.status, search.trouble) == ("done", "")
    truth = {(min(pair), max(pair)) for pair in pairs.items() if set(pair) <= living}
    with sessions() as session:
        links = found(session)
    assert set(links) <= truth
    assert len(links) >= 0.75 * len(truth)
    assert any(Reason.SNILS in reasons for reasons in links.values())
    assert any(Reason.DOCUMENT in reasons and Reason.NAMES in reasons for reasons in links.values())
    assert search.proposed == len(links)
    assert run_search(hub, asked(hub)).proposed == 0


def test_a_number_of_many_records_is_a_placeholder(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(60, 0.0)
    with sessions.begin() as session:
        ids = list(session.scalars(select(Person.id).where(Person.died_on.is_(None)).limit(MOST_HOLDERS + 1)))
        session.execute(update(Snils).where(Snils.person_id.in_(ids[:2])).values(number="11223344595"))
        session.execute(update(Policy).where(Policy.person_id.in_(ids)).values(number_key="000000", type="С", enp=""))
        assert colliding_pairs(session, Reason.SNILS, 100) == [(min(ids[:2]), max(ids[:2]))]
        assert colliding_pairs(session, Reason.POLICY, 100) == []
        assert placeholders(session, Reason.POLICY) == 1


def test_a_search_is_asked_for_once_and_stops_when_told(hub: Hub, load_doubled: Load) -> None:
    load_doubled(40, 0.5)
    search_id = asked(hub)
    with hub.sessions.begin() as session:
        now = hub.context.clock.now()
        known, is_new = ask_search(session, "", "another", now)
        assert (known.id, is_new, take_search(session, now)) == (search_id, False, None)
        assert stop_search(session, search_id, now)
    assert run_search(hub, search_id).status == "stopped"
    with hub.sessions.begin() as session:
        assert not stop_search(session, search_id, hub.context.clock.now())
        assert ask_search(session, "", "another", hub.context.clock.now())[1]


def test_a_search_whose_process_died_begins_anew_and_is_left_to_people_the_third_time(
    hub: Hub, load_doubled: Load
) -> None:
    pairs = load_doubled(60, 0.5)
    search_id = asked(hub)
    now = hub.context.clock.now()
    for begun in (2, 3):
        now += PATIENCE + timedelta(seconds=1)
        with hub.sessions.begin() as session:
            taken = take_search(session, now)
            assert taken is not None
            assert (taken.id, taken.status, taken.begun) == (search_id, "running", begun)
    search = run_search(hub, search_id)
    assert (search.status, search.found > 0, search.proposed) == ("done", True, len(pair_links(hub)))
    assert len(pairs) >= search.proposed
    lost = asked(hub)
    with hub.sessions.begin() as session:
        session.get_one(DuplicateSearch, lost).begun = 3
        assert take_search(session, hub.context.clock.now() + 2 * PATIENCE) is None
        assert session.get_one(DuplicateSearch, lost).status == "failed"


def pair_links(hub: Hub) -> dict[tuple[int, int], Reason]:
    with hub.sessions() as session:
        return found(session)


def test_the_search_of_a_night_is_asked_once_however_the_clock_is_set(hub: Hub, load_doubled: Load) -> None:
    load_doubled(40, 0.5)
    night = datetime(2026, 11, 21, 3, 0, tzinfo=hub.context.timezone)
    clock = FixedClock(night)
    hub = replace(hub, context=replace(hub.context, clock=clock))
    with hub.sessions.begin() as session:
        set_option(session, "duplicates_hour", 3, night)
    for days in (0, 400, -400, 0, 1, -1):
        clock.move(timedelta(days=days))
        search_duplicates(hub)
        search_duplicates(hub)
    with hub.sessions() as session:
        nights = [one.asked_at.astimezone(night.tzinfo).date() for one in session.scalars(select(DuplicateSearch))]
        statuses = set(session.scalars(select(DuplicateSearch.status)))
    assert [(one - night.date()).days for one in nights] == [0, 400, 1]
    assert statuses == {"done"}


def test_an_engine_that_is_not_installed_is_told_and_what_was_found_before_stays(hub: Hub, load_doubled: Load) -> None:
    load_doubled(40, 0.5)
    search = run_search(hub, asked(hub, "abacus"))
    assert search.status == "failed"
    assert "abacus" in search.trouble
    assert search.proposed > 0


@pytest.fixture(scope="module")
def linked(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Callable[[str], tuple[float, float]]]:
    """A registry of some thousand people, exported; and what an engine makes of it: precision and recall."""
    folder = tmp_path_factory.mktemp("linkage")
    database = folder / "hub.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    engine = create_hub_engine(f"sqlite:///{database}")
    sessions = session_factory(engine)
    pairs: Pairs = load_doubled_into(sessions, folder, PEOPLE, 0.1, 11)
    with sessions() as session:
        living = set(session.scalars(select(Person.id).where(Person.died_on.is_(None))))
        people = export_parquet(linkage_rows(session, chunk=1_000), folder, lambda _stage, _done: None)
    engine.dispose()
    assert people == len(living)
    truth = {(min(pair), max(pair)) for pair in pairs.items() if set(pair) <= living}

    def measure(name: str) -> tuple[float, float]:
        links = {(one.first_id, one.second_id) for one in link_files(folder, name, people, 10_000) if one.weight >= 6}
        right = len(links & truth)
        precision, recall = right / max(len(links), 1), right / len(truth)
        print(f"{name}: {people} people, {len(truth)} pairs, precision {precision:.4f}, recall {recall:.4f}")
        return precision, recall

    return folder, measure


def test_linkage_on_duckdb_finds_second_records_with_slips(
    linked: tuple[Path, Callable[[str], tuple[float, float]]],
) -> None:
    precision, recall = linked[1]("duckdb")
    assert precision >= 0.93
    assert recall >= 0.95


@pytest.mark.skipif(find_spec("pyspark") is None, reason="the extra linkage-spark is not installed")
@pytest.mark.slow
def test_the_same_settings_run_on_spark(linked: tuple[Path, Callable[[str], tuple[float, float]]]) -> None:
    precision, recall = linked[1]("spark")
    assert precision >= 0.93
    assert recall >= 0.95


def test_a_search_with_linkage_marks_its_pairs(hub: Hub, load_doubled: Load) -> None:
    if hub.engine.dialect.name == "postgresql":
        return  # the engine reads the same files whatever the database: once is enough
    load_doubled(300, 0.3)
    with hub.sessions.begin() as session:
        session.execute(update(Snils).values(number=""))
    search = run_search(hub, asked(hub, "duckdb"))
    assert (search.status, search.stage) == ("done", "linkage")
    with hub.sessions() as session:
        only_linkage = [one for one in session.scalars(select(PersonLink)) if one.reasons == Reason.LINKAGE]
        assert only_linkage
        assert {one.state for one in only_linkage} == {State.UNCONFIRMED}
        assert session.scalars(select(DuplicateSearch.found)).one() > 0
    assert not list(hub.settings.data_dir.glob("linkage-*"))


def test_a_search_is_stopped_while_the_engine_works(hub: Hub, load_doubled: Load) -> None:
    if hub.engine.dialect.name == "postgresql":
        return
    load_doubled(300, 0.3)
    search_id, stopped_at, looks = asked(hub, "duckdb"), 0.0, 0

    def told(stage: str, _done: int, total: int) -> None:
        nonlocal stopped_at, looks
        looks += stage == "linkage"
        if looks == 2:  # the first look is before the engine starts
            stopped_at = time.monotonic()
            with hub.sessions.begin() as session:
                assert stop_search(session, search_id, hub.context.clock.now())

    search = run_search(hub, search_id, told=told)
    assert search.status == "stopped"
    assert 0 < time.monotonic() - stopped_at < 3
    assert not list(hub.settings.data_dir.glob("linkage-*"))


def test_what_ends_the_waiting_ends_the_process(tmp_path: Path) -> None:
    words = dict.fromkeys((name for name in LinkageRow._fields if name not in {"person_id", "sex"}), "слово")
    rows = [LinkageRow(person_id=n, sex=1, **words) for n in range(500)]
    people = export_parquet([rows], tmp_path, lambda _stage, _done: None)
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        link_apart(tmp_path, "duckdb", people, 10, look)
    assert (looks, time.monotonic() - began < 5) == (1, True)
    assert not (tmp_path / RESULT).exists()
