"""How far two values agree, what that weighs, and how the weights are learnt (clause 9.4)."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.insured.scoring import PEOPLE, Forms, Level, Model, packaged_model, packaged_weights, read_weights, score
from registry.insured.scoring.estimate import chances, expect_and_maximise, patterns_of, random_pairs, train
from registry.insured.scoring.layouts import in_other_layout
from registry.insured.scoring.levels import compare_dates, compare_numbers, compare_places, compare_sexes
from registry.insured.scoring.people import NAMES

L = Level


@pytest.mark.parametrize(
    ("given", "known", "level"),
    [
        ("ИВАНОВ", "ИВАНОВ", L.EQUAL),
        ("НАТАЛЬЯ", "НАТАЛЯ", L.LOOSE),
        ("КИРИЛЛОВ", "КИРИЛОВ", L.LOOSE),
        ("ПЕТРОВ-ИВАНОВ", "ПЕТРОВ ИВАНОВ", L.LOOSE),
        ("1111АПОВАЛОВ", "ПАПОВАЛОВ", L.DIFFERENT),
        ("111ИШКИН", "ШИШКИН", L.LOOSE),
        ("ИВАНОВ", "ИВОНОВ", L.EDIT),
        ("ИВАНОВ", "ИВНАОВ", L.EDIT),
        ("ИВАНОВ", "ИВАНОВА", L.EDIT),
        ("АЛЕКСАНДРОВИЧ", "АЛЕКСАНДРИЧ", L.SIMILAR),
        ("МАМИНА", "МАМИНА-СИБИРЯК", L.PART),
        ("МАМИНА-СИБИРЯК", "СИБИРЯК", L.PART),
        ("А.", "АЛЕКСЕЙ", L.INITIAL),
        ("АЛЕКСЕЙ", "А", L.INITIAL),
        ("Б", "АЛЕКСЕЙ", L.DIFFERENT),
        ("ИВАНОВ", "СМИРНОВ", L.DIFFERENT),
    ],
)
def test_names_are_graded(given: str, known: str, level: Level) -> None:
    assert NAMES.compare(given, known) is level
    assert NAMES.compare(known, given) is level


@pytest.mark.parametrize(
    ("given", "known", "level"),
    [
        ("19840305", "19840305", L.EQUAL),
        ("19840305", "19840503", L.SWAPPED),
        ("19840305", "19840315", L.DIGIT),
        ("19840305", "19940305", L.DIGIT),
        ("19840229", "19840301", L.NEXT_DAY),
        ("19991231", "20000101", L.NEXT_DAY),
        ("19990305", "20000305", L.YEAR),
        ("19990305", "20090305", L.YEAR),
        ("19840305", "19840328", L.MONTH),
        ("19840305", "19710928", L.DIFFERENT),
        ("19840231", "19840230", L.DIGIT),
    ],
)
def test_dates_are_graded(given: str, known: str, level: Level) -> None:
    assert compare_dates(given, known) is level
    assert compare_dates(known, given) is level


@pytest.mark.parametrize(
    ("given", "known", "level"),
    [
        ("15678901211", "15678901211", L.EQUAL),
        ("15678901211", "15678901212", L.NEAR),
        ("15678901211", "15678902111", L.NEAR),
        ("15678901211", "1567890121", L.DIFFERENT),
        ("15678901211", "15678901122", L.DIFFERENT),
    ],
)
def test_numbers_are_graded(given: str, known: str, level: Level) -> None:
    assert compare_numbers(given, known) is level
    assert compare_numbers(known, given) is level


def test_places_agree_by_half_of_their_words_and_sexes_leave_unisex_names_open() -> None:
    assert compare_places("Г.САМАРА", "Г.САМАРА") is L.EQUAL
    assert compare_places("Г.САМАРА", "САМАРА") is L.OVERLAP
    assert compare_places("Г.САМАРА", "Г.ПЕНЗА,УЛ.МИРА") is L.DIFFERENT
    assert [compare_sexes(*pair) for pair in (("1", "1"), ("1", "2"), ("0", "2"))] == [L.EQUAL, L.DIFFERENT, L.EITHER]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Bdfyjd", "ИВАНОВ"),
        ("Cthuttdyf", "СЕРГЕЕВНА"),
        ("A`ljhjd", "ФЁДОРОВ"),
        ("Иванов", ""),
        ("Ивaнов", ""),
        ("", ""),
    ],
)
def test_the_forgotten_layout_is_read(typed: str, meant: str) -> None:
    assert in_other_layout(typed) == meant


def forms(**told: str | tuple[str, ...]) -> Forms:
    values = {name: (value,) if isinstance(value, str) else value for name, value in told.items()}
    return tuple(values.get(one.name, ()) for one in PEOPLE)


ANNA = forms(surname="ЛЕДНЕВА", first_name="АННА", patronymic="ИГОРЕВНА", birth_date="19840305", sex="2")


def test_a_rare_surname_weighs_more_than_a_common_one() -> None:
    model = packaged_model()
    common, rare = (forms(surname=name, birth_date="19840305") for name in ("ИВАНОВА", "ЯСТРЕБИНСКАЯ"))
    assert score(model, rare, rare).total > score(model, common, common).total + 2


def test_names_in_each_others_place_are_told_and_weigh_in_favour() -> None:
    crosswise = forms(surname="АННА", first_name="ЛЕДНЕВА", patronymic="ИГОРЕВНА", birth_date="19840305", sex="2")
    scored = score(packaged_model(), crosswise, ANNA)
    assert (scored.level("surname"), scored.level("first_name")) == (L.SWAPPED, L.SWAPPED)
    assert scored.total > 20


def test_what_one_side_lacks_weighs_nothing() -> None:
    alone = forms(surname="ЛЕДНЕВА")
    graded = score(packaged_model(), alone, ANNA).grades
    assert [grade.name for grade in graded if grade.weight] == ["surname"]


NAME = st.sampled_from(["ИВАНОВ", "ИВАНОВА", "АННА", "ЛЕДНЕВА", "ЛЕДНЁВА-САХАРОВА", "А.", "АЛЕКСЕЙ", "АЛЕКСЕИ"])
DAY = st.sampled_from(["19840305", "19840503", "19840304", "19940305", "20000101", "19991231"])
NUMBER = st.text("012", min_size=4, max_size=5)


def several(one: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(one, max_size=3, unique=True).map(tuple)


PERSON = st.tuples(
    *(several(NAME) for _ in range(3)),
    several(DAY),
    several(st.sampled_from("012")),
    *(several(NUMBER) for _ in range(5)),
)


@given(PERSON, PERSON)
def test_the_score_is_the_same_from_either_side_and_in_any_order(one: Forms, other: Forms) -> None:
    model = packaged_model()
    total = score(model, one, other).total
    assert score(model, other, one).total == pytest.approx(total)
    turned = tuple(tuple(reversed(values)) for values in other)
    assert score(model, one, turned) == score(model, one, other)


def test_swapped_names_of_unlike_frequency_weigh_the_same_from_either_side() -> None:
    model = packaged_model()
    empty = tuple(() for _ in range(len(model.fields) - 2))
    typed, known = (("ИВАН",), ("ЗАБАВИН",), *empty), (("ЗАБАВИН",), ("ИВАН",), *empty)
    assert score(model, typed, known).level("surname") is Level.SWAPPED
    assert score(model, typed, known).total == pytest.approx(score(model, known, typed).total)


@given(PERSON)
def test_nobody_agrees_better_than_a_person_with_himself(one: Forms) -> None:
    graded = score(packaged_model(), one, one).grades
    assert {grade.level for grade in graded} <= {L.EQUAL, L.EITHER, L.ABSENT}


def test_the_packaged_weights_order_the_grades_and_can_be_written_and_read() -> None:
    weights = packaged_weights()
    assert read_weights(json.dumps(weights.told())) == weights
    for table in Model(PEOPLE, weights).tables:
        assert table[L.EQUAL] > 0 > table[L.DIFFERENT]


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"name": 1, "valid_from": "2026-01-01", "fields": {"surname": {"m": {"equal": 2}, "u": {}}}}']
)
def test_a_file_that_is_no_set_of_weights_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"весов|вероятность"):
        read_weights(text)


def test_chances_of_a_property_sum_up_to_one_and_absence_counts_nothing() -> None:
    found = chances(PEOPLE, patterns_of(PEOPLE, [(ANNA, ANNA)] * 9 + [(forms(surname="ИВАНОВА"), ANNA)]))
    assert all(sum(levels.values()) == pytest.approx(1) for levels in found.values())
    assert found["birth_date"]["equal"] > found["surname"]["equal"]


def test_expectation_and_maximisation_finds_the_matches_among_strangers() -> None:
    same = tuple(L.EQUAL for _ in PEOPLE)
    slip = (L.EDIT, *same[1:])
    stranger = tuple(one.comparison.levels[-1] for one in PEOPLE)
    seen = Counter({same: 80, slip: 20, stranger: 900})
    u = chances(PEOPLE, Counter({stranger: 10_000, same: 1}))
    m, share = expect_and_maximise(PEOPLE, seen, u)
    assert share == pytest.approx(0.1, abs=0.01)
    assert m["surname"]["edit"] == pytest.approx(0.2, abs=0.02)


def test_training_learns_frequencies_and_is_the_same_for_one_seed() -> None:
    people = [forms(surname="ИВАНОВ" if place % 2 else f"РЕДКИЙ{place}", birth_date="19840305") for place in range(60)]
    strangers = random_pairs(people, people, 500, 3)
    assert strangers == random_pairs(people, people, 500, 3)
    trained = train(
        PEOPLE, [(one, one) for one in people], strangers, people, name="t", valid_from="2026-11-28", source="test"
    )
    assert trained.frequencies["surname"]["ИВАНОВ"] == pytest.approx(0.5)
    assert replace(trained, source="") != trained
