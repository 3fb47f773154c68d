"""What acts do to the dated rows of a person: order of telling must not matter where it cannot."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.insured.rules.timelines import OPEN_DATE, Act, Row, Timeline, begin, correct, put, undo

DAYS = st.dates(date(2000, 1, 1), date(2020, 1, 1))
NAMES = {"surname": "", "first_name": "", "place": ""}


def act(on: date) -> Act:
    return Act("test", on)


def told(line: Timeline) -> list[tuple[date, str]]:
    return [(row.since, row.values["surname"]) for row in line.rows]


@given(st.lists(st.tuples(DAYS, st.sampled_from("АБВ")), min_size=1, max_size=8))
def test_rows_follow_each_other_without_gap_and_overlap_whatever_the_order(acts: list[tuple[date, str]]) -> None:
    line = Timeline(NAMES)
    for on, name in acts:
        put(line, {"surname": name}, on, act(on))
    assert all(later.since == earlier.until + timedelta(days=1) for earlier, later in pairwise(line.rows))
    assert line.rows[-1].until == OPEN_DATE
    assert line.rows[0].since == min(on for on, _ in acts)


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), st.randoms())
def test_different_values_on_different_days_give_one_history_in_any_order(on_days: list[date], chance: object) -> None:
    acts = {on: str(number) for number, on in enumerate(on_days)}
    in_order, shuffled = Timeline(NAMES), Timeline(NAMES)
    for on in sorted(acts):
        put(in_order, {"surname": acts[on]}, on, act(on))
    days = list(acts)
    chance.shuffle(days)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    for on in days:
        put(shuffled, {"surname": acts[on]}, on, act(on))
    for on in acts:
        assert shuffled.at(on).values["surname"] == in_order.at(on).values["surname"]  # type: ignore[union-attr]


def test_a_value_inserted_into_history_goes_on_until_it_was_changed_anew() -> None:
    line = Timeline(NAMES, carries=True)
    for year, values in (
        (2010, {"surname": "А", "place": "Ижма"}),
        (2015, {"surname": "Б"}),
        (2020, {"place": "Инта"}),
    ):
        put(line, values, date(year, 1, 1), act(date(year, 1, 1)))
    put(line, {"place": "Печора"}, date(2012, 1, 1), act(date(2012, 1, 1)))
    assert [(row.since.year, row.values["surname"], row.values["place"]) for row in line.rows] == [
        (2010, "А", "Ижма"),
        (2012, "А", "Печора"),
        (2015, "Б", "Печора"),
        (2020, "Б", "Инта"),
    ]


def test_what_holds_already_changes_nothing() -> None:
    line = Timeline(NAMES)
    put(line, {"surname": "А"}, date(2010, 1, 1), act(date(2010, 1, 1)))
    assert put(line, {"surname": "А"}, date(2015, 1, 1), act(date(2015, 1, 1))) is None
    assert len(line.rows) == 1


def test_a_later_row_that_says_the_same_becomes_part_of_the_inserted_one() -> None:
    line = Timeline(NAMES)
    for year, name in ((2010, "А"), (2020, "Б")):
        put(line, {"surname": name}, date(year, 1, 1), act(date(year, 1, 1)))
    put(line, {"surname": "Б"}, date(2015, 1, 1), act(date(2015, 1, 1)))
    assert told(line) == [(date(2010, 1, 1), "А"), (date(2015, 1, 1), "Б")]


def test_a_correction_keeps_the_days_and_the_wrong_row() -> None:
    wrong = Row({**NAMES, "surname": "А"}, date(2010, 1, 1), id=7)
    line = Timeline(NAMES, rows=[wrong])
    correct(line, wrong, {"surname": "Б"}, act(date(2020, 1, 1)))
    assert told(line) == [(date(2010, 1, 1), "Б")]
    assert [row.id for row, _ in line.gone] == [7]


def test_a_row_that_begins_ends_the_one_it_meets_with_a_reason() -> None:
    held = Row({"end_reason": ""}, date(2010, 1, 1), id=1)
    line = Timeline({"end_reason": ""}, rows=[held, Row({"end_reason": ""}, date(2022, 1, 1), id=2)])
    held.until = date(2021, 12, 31)
    row = begin(line, {}, date(2015, 1, 1), act(date(2015, 1, 1)), "П021")
    assert (line.rows[0].until, line.rows[0].values["end_reason"]) == (date(2014, 12, 31), "П021")
    assert row.until == date(2021, 12, 31)


def test_an_act_others_stand_on_is_not_undone() -> None:
    built_upon = Row({}, date(2010, 1, 1), id=1, history_id=5, gone_by=6)
    line = Timeline({}, rows=[Row({}, date(2015, 1, 1), id=2, history_id=6)], past=[built_upon])
    assert not undo([line], 5, act(date(2020, 1, 1)))
    assert undo([line], 6, act(date(2020, 1, 1)))
    assert [row.since for row in line.rows] == [date(2010, 1, 1)]
