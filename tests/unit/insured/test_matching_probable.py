"""What a score may decide and what only an operator may (clauses 9.4 and 9.6)."""

from datetime import date
from typing import Any

import pytest

from registry.insured.matching import limits
from registry.insured.matching.blocking import (
    birth_of_enp,
    enp_misreadings,
    snils_misreadings,
    swapped_day_and_month,
)
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.evidence import evidence_of
from registry.insured.matching.outcomes import Identification
from registry.insured.matching.probable import decide, packaged_scoring, rate
from registry.insured.matching.wanted import prepare
from tests.unit.insured.test_matching_rules import (
    DAY,
    DOCUMENT,
    ENP_A,
    ENP_B,
    OKATO,
    SNILS_A,
    SNILS_B,
    TODAY,
    TWIN,
    O,
    married,
    person,
    request,
)

SPOILT_ENP = "1497899771000135"
SPOILT_SNILS = "156-789-013 11"
STRANGE = {"enp": ENP_B, "snils": SNILS_B}


def judged(given: dict[str, Any], *known: Candidate) -> Identification:
    wanted = prepare(request(**given), TODAY)
    scoring = packaged_scoring()
    found = decide(wanted, rate(wanted, known, scoring), scoring, today=TODAY, fund_okato=OKATO)
    assert found == decide(
        wanted, rate(wanted, list(reversed(known)), scoring), scoring, today=TODAY, fund_okato=OKATO
    ), "order must not matter"
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"enp": SPOILT_ENP, "surname": "Сахорова"},
        {"enp": SPOILT_ENP, "birth_date": date(2001, 2, 18)},
        {"enp": SPOILT_ENP, "surname": "Яна", "first_name": "Сахарова"},
        {"enp": SPOILT_ENP, "surname": "Cf[fhjdf", "first_name": "Zyf", "patronymic": "Bujhtdyf"},
        {"snils": SPOILT_SNILS, "first_name": "Я.", "patronymic": "И."},
        {"snils": SPOILT_SNILS, "patronymic": ""},
        {"snils": SNILS_A, "surname": "Сахорова", "birth_date": date(2001, 2, 18)},
        DOCUMENT | {"surname": "Сахоров", "birth_date": date(2001, 2, 27)},
    ],
)
def test_one_person_is_found_by_all_signs_together(given: dict[str, Any]) -> None:
    found = judged(given, person(), person(2, first_name="ОЛЬГА", surname="ДРУГАЯ", **STRANGE))
    assert (found.outcome, found.person_id, found.trust, found.stage) == (O.FOUND_DIFF, 1, "В", 3)
    assert found.insurance is not None
    assert found.scored is not None
    assert found.scored.score >= found.scored.threshold
    told = evidence_of(found)
    assert told["rule_set"] == packaged_scoring().model.weights.valid_from
    assert told["differs"]


def test_differences_tell_their_grade() -> None:
    told = evidence_of(judged({"enp": SPOILT_ENP, "surname": "Сахорова"}, person()))
    assert told["differs"] == [
        "фамилия: указано «Сахорова», в регистре «САХАРОВА» — отличается одной буквой",
        f"ЕНП: указано «{SPOILT_ENP}», в регистре «{ENP_A}» — отличается одной цифрой",
    ]
    assert "САХАРОВА" not in " ".join(told["grades"])


@pytest.mark.parametrize(
    ("given", "known", "doubt"),
    [
        ({"sex": 1, "enp": SPOILT_ENP, "surname": "Сахорова"}, person(), limits.OTHER_SEX),
        ({"snils": SNILS_B}, person(), limits.OTHER_NUMBERS),
        ({"birth_date": date(2011, 2, 28), "snils": SPOILT_SNILS, "enp": SPOILT_ENP}, person(), limits.OTHER_YEARS),
        ({"first_name": "Инна", "enp": SPOILT_ENP}, person(first_name="АННА"), limits.TWINS),
        ({"first_name": "Алина", "enp": SPOILT_ENP}, person(first_name="АРИНА"), limits.TWINS),
        (
            {"birth_date": date(2001, 1, 1), "patronymic": "И."},
            person(birth_date=date(2001, 1, 1)),
            limits.FIRST_OF_JANUARY,
        ),
    ],
)
def test_the_hard_limits_leave_the_decision_to_an_operator(given: dict[str, Any], known: Candidate, doubt: str) -> None:
    found = judged(given, known)
    assert (found.outcome, found.person_id, found.insurance) == (O.HELD, None, None)
    assert found.scored is not None
    assert found.scored.doubt == doubt
    assert [one.person_id for one in found.possible] == [1]


def test_two_people_alike_are_several_and_nobody_is_chosen() -> None:
    found = judged({"surname": "Сахорова", "enp": ""}, person(), person(2, **STRANGE))
    assert (found.outcome, found.candidates, found.possible) == (O.SEVERAL, 2, [])


def test_the_twin_whose_name_is_given_is_found_and_the_other_is_not_in_the_way() -> None:
    found = judged({"enp": SPOILT_ENP, "patronymic": "И."}, person(), person(2, **TWIN))
    assert (found.outcome, found.person_id) == (O.FOUND_DIFF, 1)


def test_a_stranger_of_another_birth_date_is_nobody() -> None:
    assert judged({"birth_date": date(1962, 4, 15), "snils": SPOILT_SNILS}, person()).outcome is O.NOT_FOUND
    assert judged({"birth_date": date(2001, 2, 18), "snils": SNILS_B}, person()).outcome is O.NOT_FOUND
    assert judged({"surname": "Другая", "first_name": "Ольга"}, person()).outcome is O.NOT_FOUND
    assert judged({}).outcome is O.NOT_FOUND


def test_a_former_surname_with_another_slip_is_found() -> None:
    found = judged({"surname": "Леднёва", "snils": SPOILT_SNILS, "patronymic": "Игоривна"}, married())
    assert (found.outcome, found.person_id) == (O.FOUND_DIFF, 1)


def test_an_annulled_record_is_no_candidate() -> None:
    assert judged({"enp": SPOILT_ENP, "surname": "Сахорова"}, person(status=2)).outcome is O.NOT_FOUND


def test_a_day_and_a_month_that_cannot_change_places_stay() -> None:
    assert swapped_day_and_month(date(1984, 3, 5)) == date(1984, 5, 3)
    assert swapped_day_and_month(date(1984, 3, 25)) is None
    assert swapped_day_and_month(date(1984, 3, 3)) is None


@pytest.mark.parametrize(
    ("enp", "born"),
    [(ENP_A, date(2001, 2, 28)), ("1467050868000018", date(1949, 12, 31)), ("0" * 16, None), ("14978", None)],
)
def test_the_facet_of_an_enp_tells_the_birth_date(enp: str, born: date | None) -> None:
    assert birth_of_enp(enp) == born


def test_misreadings_hold_the_right_number_and_only_numbers_that_may_exist() -> None:
    assert ENP_A in set(enp_misreadings(SPOILT_ENP))
    assert len(list(enp_misreadings(SPOILT_ENP))) < 40
    assert SNILS_A in set(snils_misreadings("15678901311"))
    assert list(enp_misreadings("123")) == list(snils_misreadings("")) == []


def test_an_interval_is_answered_by_a_score_as_by_a_key() -> None:
    given = {"enp": SPOILT_ENP, "surname": "Сахорова", "until": date(2026, 12, 1)}
    found = judged(given, person(insured_to=date(2026, 10, 20)))
    assert found.changed_insurance == [date(2026, 10, 21)]
    assert judged(given | {"on": date(2026, 11, 1)}, person(insured_to=DAY)).outcome is O.NOT_INSURED
