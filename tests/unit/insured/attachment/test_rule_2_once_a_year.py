"""Rule 2: once in a calendar year by application, with seven exceptions; the year may roll where the region says so."""

import pytest

from registry.insured.kinds.methods import Ground, Method
from registry.insured.rules.attachment import AttachmentPolicy, Circumstances, is_second_of_a_year
from tests.unit.insured.attachment.states import CALENDAR, HERE, THERE, asks, attached, codes, day, decide

ROLLING = AttachmentPolicy(rolling_year=True)
MARCH = [attached(THERE, "2026-03-01")]
TWICE = [("TWICE_IN_A_YEAR", "attached_on")]


def test_a_second_application_of_the_calendar_year_is_refused() -> None:
    assert codes(decide(MARCH, asks())) == TWICE


def test_an_application_of_last_december_does_not_bind_in_january() -> None:
    assert codes(decide([attached(THERE, "2025-12-20")], asks(on="2026-01-11"))) == []


def test_it_binds_where_the_year_rolls() -> None:
    assert codes(decide([attached(THERE, "2025-12-20")], asks(on="2026-01-11"), ROLLING)) == TWICE
    assert codes(decide([attached(THERE, "2025-01-10")], asks(on="2026-01-11"), ROLLING)) == []


@pytest.mark.parametrize(
    ("first", "last_refused", "allowed"),
    [
        ("2023-01-10", "2024-01-09", "2024-01-10"),
        ("2024-01-10", "2025-01-09", "2025-01-10"),  # of a leap year the 365th day is not yet the anniversary
        ("2024-02-29", "2025-02-28", "2025-03-01"),
    ],
)
def test_a_year_that_rolls_ends_with_the_same_day(first: str, last_refused: str, allowed: str) -> None:
    history = [attached(THERE, first)]
    assert codes(decide(history, asks(on=last_refused), ROLLING)) == TWICE
    assert codes(decide(history, asks(on=allowed), ROLLING)) == []


def test_coming_back_to_the_clinic_left_this_year_is_told_apart() -> None:
    left = [attached(HERE, "2026-03-01", "2026-06-30", end_reason=4)]
    assert codes(decide(left, asks())) == [("TWICE_IN_A_YEAR", "clinic")]


@pytest.mark.parametrize("ground", list(Ground))
def test_each_of_the_seven_reasons_lets_the_person_choose_again(ground: Ground) -> None:
    decision = decide(MARCH, asks(ground=ground))
    assert codes(decision) == []
    assert decision.opened
    assert decision.opened.ground == ground.value


def test_an_application_after_a_move_is_kept_with_its_reason() -> None:
    decision = decide(MARCH, asks(method=Method.APPLICATION_MOVED))
    assert decision.opened
    assert decision.opened.ground == "residence"


def test_the_registry_itself_knows_that_the_clinic_was_closed() -> None:
    assert codes(decide([attached(THERE, "2026-03-01", "2026-08-01", end_reason=5)], asks())) == []


@pytest.mark.parametrize("method", [Method.CONDITIONAL, Method.TERRITORIAL, Method.AUTHORITY])
def test_an_attachment_without_an_application_does_not_bind(method: Method) -> None:
    assert codes(decide([attached(THERE, "2026-03-01", method=method.value)], asks())) == []


def test_the_registry_itself_knows_of_the_return_from_military_service() -> None:
    assert codes(decide(MARCH, asks(), known=Circumstances(returned_on=day("2026-10-01")))) == []
    assert codes(decide(MARCH, asks(), known=Circumstances(returned_on=day("2026-02-01")))) == TWICE
    assert codes(decide(MARCH, asks(), known=Circumstances(returned_on=day("2026-11-30")))) == TWICE


def test_the_attachment_of_a_newborn_does_not_bind() -> None:
    assert codes(decide(MARCH, asks(), known=Circumstances(born_on=day("2026-02-20")))) == []
    assert codes(decide(MARCH, asks(), known=Circumstances(born_on=day("2020-02-20")))) == TWICE


def test_area_types_have_years_of_their_own() -> None:
    assert codes(decide([attached(THERE, "2026-03-01", area_type=3)], asks())) == []
    assert codes(decide([attached(THERE, "2026-03-01", area_type=3)], asks(area_type=3))) == TWICE


def test_only_a_second_choice_asks_what_the_registry_knows() -> None:
    assert is_second_of_a_year(MARCH, asks(), 1, CALENDAR)
    assert not is_second_of_a_year(MARCH, asks(method=Method.TERRITORIAL), 1, CALENDAR)
    assert not is_second_of_a_year([], asks(), 1, CALENDAR)


def test_a_child_is_a_newborn_until_its_first_birthday() -> None:
    known = Circumstances(born_on=day("2024-01-10"))
    for attached_on, expected in (("2025-01-09", []), ("2025-01-10", TWICE)):
        history = [attached(THERE, attached_on)]
        assert codes(decide(history, asks(on="2025-11-02"), known=known)) == expected
