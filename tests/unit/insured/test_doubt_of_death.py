"""What a death that is told contradicts, in words (clause 5.1)."""

from __future__ import annotations

from datetime import date

import pytest

from registry.insured.agencies.rules import Life, doubt_of_death

DIED = date(2026, 9, 1)
AFTER = "после даты смерти: начало страхования 02.09.2026; осмотр 03.09.2026"


@pytest.mark.parametrize(
    ("life", "doubt"),
    [
        (Life(), ""),
        (Life(died_on=DIED, applied_on=date(2026, 8, 1)), ""),
        (Life(died_on=date(2026, 8, 1)), "уже зарегистрирована смерть 01.08.2026"),
        (Life(applied_on=date(2026, 10, 1)), "после даты смерти: заявление о прикреплении 01.10.2026"),
        (
            Life(died_on=date(2026, 8, 1), insured_from=date(2026, 9, 2), later_service="осмотр 03.09.2026"),
            f"уже зарегистрирована смерть 01.08.2026; {AFTER}",
        ),
    ],
)
def test_a_doubt_says_what_speaks_against_the_death(life: Life, doubt: str) -> None:
    assert doubt_of_death(DIED, life) == doubt
