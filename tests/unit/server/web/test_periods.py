from __future__ import annotations

from datetime import date

import pytest

from server.web.batches.periods import Step, beside, choices, period_of, step_of

TODAY = date(2026, 11, 29)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("step", "period"),
    [
        (Step.DAY, (TODAY, TODAY)),
        (Step.WEEK, (date(2026, 11, 23), date(2026, 11, 29))),
        (Step.MONTH, NOVEMBER),
    ],
)
def test_a_period_holds_the_day_and_is_known_by_its_length(step: Step, period: tuple[date, date]) -> None:
    assert period_of(step, TODAY) == period
    assert step_of(period) is step


@pytest.mark.parametrize(
    ("period", "back", "forward"),
    [
        ((TODAY, TODAY), (date(2026, 11, 28),) * 2, (date(2026, 11, 30),) * 2),
        (NOVEMBER, (date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 12, 1), date(2026, 12, 31))),
        (
            (date(2026, 3, 3), date(2026, 3, 5)),
            (date(2026, 2, 28), date(2026, 3, 2)),
            (date(2026, 3, 6), date(2026, 3, 8)),
        ),
    ],
)
def test_the_periods_beside_follow_without_a_gap(
    period: tuple[date, date], back: tuple[date, date], forward: tuple[date, date]
) -> None:
    assert beside(period) == (back, forward)


def test_buttons_lead_from_the_period_shown() -> None:
    told = {name: (period, there) for name, period, there in choices(None, None, TODAY)}
    assert list(told) == ["Назад", "День", "Неделя", "Месяц", "Вперёд"]
    assert told["День"] == ((TODAY, TODAY), False)
    assert told["Назад"][0] == (date(2026, 10, 1), date(2026, 10, 31))
    earlier = {name: (period, there) for name, period, there in choices(date(2026, 3, 1), date(2026, 3, 31), TODAY)}
    assert earlier["Месяц"] == ((date(2026, 3, 1), date(2026, 3, 31)), True)
    assert earlier["День"][0] == (date(2026, 3, 1), date(2026, 3, 1))
    assert choices(date(2026, 3, 9), date(2026, 3, 1), TODAY) == choices(date(2026, 3, 1), date(2026, 3, 9), TODAY)
    assert choices(date(2026, 12, 5), None, TODAY)[0][1] == (date(2026, 12, 4), date(2026, 12, 4))
