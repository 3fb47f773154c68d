"""Every golden case through every channel that can carry it: the same canonical findings, outcomes and changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.exchange.check_book.operations import switch_off
from registry.exchange.context import Remembered
from registry.exchange.options import set_option
from registry.insured.buffer.operations.change_rules import set_rule
from registry.insured.buffer.rules import Condition, Rule
from registry.reference.queries import Shelf
from tests.channels.books import put_book
from tests.channels.carriers import Carrier, Outcome, Place
from tests.channels.carrying.federal import answer_questions
from tests.channels.carrying.table import CARRIERS
from tests.channels.golden_cases import Case, all_cases
from tests.channels.golden_hub import NOW, GoldenHub, golden_hub
from tests.fixtures.databases import postgresql_database

PAIRS = [(case, carrier) for case in all_cases() for carrier in CARRIERS[case.kind.name]]
CARRIED = [(case, carrier) for case, carrier in PAIRS if not case.why_not_through(carrier.name)]


@pytest.fixture(scope="session")
def sqlite_hub(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenHub]:
    folder = tmp_path_factory.mktemp("golden")
    database = folder / "hub.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    with golden_hub(f"sqlite:///{database}", all_cases(), folder) as hub:
        yield hub


@pytest.fixture(scope="session")
def postgresql_hub(migrated_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenHub]:
    with (
        postgresql_database(migrated_postgresql) as url,
        golden_hub(url, all_cases(), tmp_path_factory.mktemp("golden")) as hub,
    ):
        yield hub


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest) -> GoldenHub:
    found: GoldenHub = request.getfixturevalue(f"{request.param}_hub")
    return found


def expected(case: Case) -> list[Outcome]:
    return [
        Outcome(
            told["status"],
            frozenset((one["code"], one["field"], one["level"]) for one in told["findings"]),
            tuple(told["changes"]),
        )
        for told in case.expected["records"]
    ]


@pytest.mark.parametrize(("case", "carrier"), CARRIED, ids=[f"{case.id}-{one.name}" for case, one in CARRIED])
def test_a_golden_case_comes_out_the_same(case: Case, carrier: Carrier, hub: GoldenHub, tmp_path: Path) -> None:
    hub.context.remembered.forget()
    with hub.sessions() as session:
        for name, value in case.settings.items():
            set_option(session, name, value, NOW)
        for sender, field, condition in case.buffer_rules:
            set_rule(session, Rule(sender, field, Condition(condition)), since=NOW.date(), login="golden", now=NOW)
        for kind, code, since in case.checks_off:
            switch_off(session, kind, code, since=date.fromisoformat(since), reason="golden", by="golden", now=NOW)
        for code, lines in case.books.items():
            put_book(session, code, lines, hub.context)
        session.flush()
        context = replace(hub.context, remembered=Remembered(), shelf=Shelf()) if case.books else hub.context
        place = Place(session, context, tmp_path)
        outcomes = carrier.carry(place, case)
        if case.federal:  # what was asked for is answered when it is asked for again
            answer_questions(place, case)
            outcomes = carrier.carry(replace(place, turn=2), case)
        session.rollback()
    assert [str(one) for one in outcomes] == [str(one) for one in expected(case)]
