"""Weights learnt from labelled requests find people, and Splink grades pairs as we do (clause 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.lookalikes import Likeness, lookalikes
from registry.insured.generator.population import generate_people, write_people_csv
from registry.insured.loading import load_people
from registry.insured.matching import Identification, SearchRequest, identify
from registry.insured.matching.forms import given_forms
from registry.insured.matching.probable import Scoring
from registry.insured.matching.wanted import prepare
from registry.insured.scoring import PEOPLE, Level, Model
from registry.insured.scoring.model import read_weights, written_weights
from registry.insured.scoring.score import compare
from registry.insured.training.curve import error_curve
from registry.insured.training.labelled import Labelled, read_labelled, request_of_columns, write_labelled
from registry.insured.training.splink_model import comparison_of, order_of, row_of
from registry.insured.training.supervised import train_supervised
from server.cli.weights import requests as requests_command

SECRET = b"k" * 32
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ON = date(2026, 10, 5)
PEOPLE_COUNT = 300
# a likeness of exactly 0.92 falls on either side, and names crosswise are asked for by Splink before likeness
UNSURE = {Level.SWAPPED, Level.SIMILAR}


def labelled(count: int, seed: int) -> list[Labelled]:
    lines = list(generate_people(PEOPLE_COUNT, 11))
    return [
        Labelled(request_of_columns(given, ON), key) for given, key, _ in damaged_requests(lines, count, 0.5, seed, 0.3)
    ]


def test_weights_learnt_from_requests_find_people_and_tell_their_errors(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    write_people_csv(path, PEOPLE_COUNT, 11)
    with sessions.begin() as session:
        load_people(session, path, secret=SECRET, clock=FixedClock(NOW))
    with sessions() as session:
        weights = train_supervised(session, labelled(300, 1), moment=NOW, name="test", strangers=20_000)
        assert read_weights(written_weights(weights)) == weights
        table = dict(zip([one.name for one in PEOPLE], Model(PEOPLE, weights).tables, strict=True))
        assert table["enp"][Level.EQUAL] > table["enp"][Level.NEAR] > 0 > table["enp"][Level.DIFFERENT]

        def search(asked: Sequence[SearchRequest], scoring: Scoring) -> list[Identification]:
            return identify(session, asked, recorded_at=NOW, fund_okato="", secret=SECRET, scoring=scoring)

        curve = error_curve(labelled(200, 2), Scoring(Model(PEOPLE, weights)), search)
    assert [row["threshold"] for row in curve] == sorted(row["threshold"] for row in curve)
    assert curve[0]["recall"] >= curve[-1]["recall"] > 0.8
    assert {row["precision"] for row in curve} == {1.0}


def test_labelled_requests_are_written_and_read_again(tmp_path: Path) -> None:
    people, path = tmp_path / "people.csv", tmp_path / "requests.csv"
    write_people_csv(people, 50, 3)
    told = CliRunner().invoke(requests_command, [str(people), "40", str(path), "--seed", "5"])
    assert told.exit_code == 0, told.output
    rows = list(read_labelled(path, ON))
    assert len(rows) == 40
    assert all(row.person_key and row.request.surname and row.request.birth_date for row in rows)
    path.write_text("а;б\n1;2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="нет колонок"):
        list(read_labelled(path, ON))
    assert write_labelled(path, []) == 0


def test_lookalikes_have_numbers_of_their_own() -> None:
    lines = list(generate_people(200, 4))
    found = list(lookalikes(lines, 9))
    assert {way for _, way in found} == set(Likeness)
    assert not {line.enp for line in lines} & {like.enp for like, _ in found}
    for line, (like, way) in zip(lines, found, strict=True):
        assert like.surname == line.surname
        if way is Likeness.TWIN:
            assert (like.birth_date, like.enp[2:10]) == (line.birth_date, line.enp[2:10])
            assert like.first_name != line.first_name


def test_the_conditions_of_splink_grade_pairs_as_we_do() -> None:
    duckdb = pytest.importorskip("duckdb")
    asked = labelled(150, 3)
    forms = [given_forms(prepare(one.request, NOW.date())) for one in asked]
    pairs = [*pairwise(forms[:40]), *pairwise(sorted(forms, key=str)[:60])]
    names = ("surname", "first_name", "patronymic")
    with duckdb.connect() as memory:
        for place, one in enumerate(PEOPLE):
            levels = order_of(one.comparison)
            for mine, other in pairs:
                if not mine[place] or not other[place] or len(mine[place]) > 1:
                    continue
                met = compare(PEOPLE, [side[:1] for side in mine], [side[:1] for side in other])[place].level
                left, right = row_of(PEOPLE, mine, 1), row_of(PEOPLE, other, 2)
                values = {f"{name}_l": value for name, value in left.items()}
                values |= {f"{name}_r": value for name, value in right.items()}
                conditions = comparison_of(one)["comparison_levels"][1:-1]
                holds = _first(memory, conditions, values)
                found = levels[holds] if holds is not None else Level.DIFFERENT
                same = found is met or (one.name in names and {found, met} & UNSURE)
                assert same, (one.name, mine[place], other[place], found, met)


def _first(memory: object, conditions: Sequence[dict[str, str]], values: dict[str, object]) -> int | None:
    """The place of the first condition that holds."""
    cases = " ".join(f"WHEN {one['sql_condition']} THEN {place}" for place, one in enumerate(conditions))
    columns = ", ".join(f"${name} AS {name}" for name in values)
    row = memory.execute(f"SELECT CASE {cases} END FROM (SELECT {columns})", values).fetchone()  # type: ignore[attr-defined]
    return row[0]  # type: ignore[no-any-return]
