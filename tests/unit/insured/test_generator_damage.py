"""Damaged requests are about the person they say, and damaged in the way they say."""

from collections import Counter

import pytest

from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.normalisation import name_key
from registry.insured.generator.damage import REQUEST_FIELDS, Damage, Request, damaged_requests
from registry.insured.generator.dice import Dice
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import generate_people
from registry.insured.generator.typing_errors import digit_changed, latinised, mistyped, yo_changed

Asked = tuple[Request, str, Damage]


@pytest.fixture(scope="module")
def histories() -> dict[str, list[PersonLine]]:
    found: dict[str, list[PersonLine]] = {}
    for line in generate_people(5000, 11):
        found.setdefault(line.person_key, []).append(line)
    return found


@pytest.fixture(scope="module")
def asked(histories: dict[str, list[PersonLine]]) -> list[Asked]:
    lines = (line for history in histories.values() for line in history)
    return list(damaged_requests(lines, 4000, 0.5, 3))


def differing(request: Request, line: PersonLine) -> set[str]:
    known = line._asdict()
    return {name for name in REQUEST_FIELDS if request[name] and request[name] != known[name]}


def test_the_asked_number_and_share_come_out(asked: list[Asked]) -> None:
    kinds = Counter(damage for _, _, damage in asked)
    assert len(asked) == 4000
    assert 0.45 < 1 - kinds[Damage.NONE] / len(asked) < 0.55
    assert set(kinds) == set(Damage)


def test_every_request_names_the_person_and_gives_an_identifier(asked: list[Asked]) -> None:
    for request, _, damage in asked:
        assert tuple(request) == REQUEST_FIELDS
        assert all(request[name] for name in ("surname", "first_name", "birth_date", "sex"))
        assert request["snils"] or request["doc_number"] or request["policy_number"], damage


def test_the_truth_is_the_person_whose_data_were_damaged(
    asked: list[Asked], histories: dict[str, list[PersonLine]]
) -> None:
    allowed = {
        Damage.NONE: set(),
        Damage.SURNAME_TYPO: {"surname"},
        Damage.FIRST_NAME_TYPO: {"first_name"},
        Damage.PATRONYMIC_TYPO: {"patronymic"},
        Damage.SWAPPED_DAY_MONTH: {"birth_date"},
        Damage.BIRTH_DATE_DIGIT: {"birth_date"},
        Damage.FORMER_SURNAME: {"surname"},
        Damage.MISSING_SNILS: set(),
        Damage.MISSING_PATRONYMIC: set(),
    }
    for request, key, damage in asked:
        if damage in allowed:
            assert differing(request, histories[key][-1]) == allowed[damage]


def test_former_values_are_those_of_the_history(asked: list[Asked], histories: dict[str, list[PersonLine]]) -> None:
    for request, key, damage in asked:
        former, current = histories[key][0], histories[key][-1]
        if damage is Damage.FORMER_SURNAME:
            assert request["surname"] == former.surname != current.surname
        if damage is Damage.FORMER_DOCUMENT:
            assert request["doc_number"] == former.doc_number
            assert (former.doc_series, former.doc_number) != (current.doc_series, current.doc_number)


def test_yo_and_latin_letters_leave_the_key_form_as_it_was(
    asked: list[Asked], histories: dict[str, list[PersonLine]]
) -> None:
    for request, key, damage in asked:
        if damage in {Damage.YO, Damage.LATIN}:
            current = histories[key][-1]
            assert differing(request, current)
            assert name_key(request["surname"]) == name_key(current.surname)
            assert name_key(request["first_name"]) == name_key(current.first_name)


def test_a_wrong_enp_fails_its_check_digit(asked: list[Asked]) -> None:
    for request, _, damage in asked:
        if damage in {Damage.WRONG_ENP, Damage.TWIN}:
            assert enp_verdict(request["enp"]) is EnpVerdict.CHECK_DIGIT


def test_only_a_first_name_tells_a_twin_from_the_other(
    asked: list[Asked], histories: dict[str, list[PersonLine]]
) -> None:
    twins = [(request, key) for request, key, damage in asked if damage is Damage.TWIN]
    assert twins
    for request, key in twins:
        others = [
            history[-1]
            for other, history in histories.items()
            if other != key and history[-1].birth_date == request["birth_date"]
        ]
        assert any(line.first_name != request["first_name"] for line in others)
        assert not request["snils"]
        assert not request["doc_number"]


def test_one_seed_gives_the_same_requests_and_another_seed_others() -> None:
    people = list(generate_people(200, 2))
    first = list(damaged_requests(people, 100, 0.3, 1))
    assert first == list(damaged_requests(people, 100, 0.3, 1))
    assert first != list(damaged_requests(people, 100, 0.3, 2))


def test_more_requests_than_people_ask_again_and_no_people_ask_nothing() -> None:
    assert len(list(damaged_requests(generate_people(10, 2), 25, 0.0, 1))) == 25
    assert list(damaged_requests([], 25, 0.5, 1)) == []


def test_mistakes_of_typing_change_what_can_be_changed() -> None:
    dice = Dice(1)
    for word in ("ИВАНОВ", "АННА", "ЛИ", "ПЕТРОВА-СИДОРОВА"):
        assert all(mistyped(word, dice) != word for _ in range(200))
        assert all(mistyped(word, dice) for _ in range(200))
    assert mistyped("А", dice) == "А"
    assert mistyped("", dice) == ""
    assert latinised("ЛИЛИЯ", dice) == "ЛИЛИЯ"
    assert latinised("АНЯ", dice) != "АНЯ"
    assert (yo_changed("АРТЁМ"), yo_changed("ПЕТЕР"), yo_changed("ИВАН")) == ("АРТЕМ", "ПЕТЁР", "ИВАН")
    assert all(digit_changed("12", dice) != "12" for _ in range(50))
    assert digit_changed("", dice) == ""
