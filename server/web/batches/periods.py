"""The period a list is of, and the ones beside it: a day, a week, a month, forwards and back."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum

Period = tuple[date, date]


class Step(StrEnum):
    """How long a period is, as people name it."""

    DAY = "День"
    WEEK = "Неделя"
    MONTH = "Месяц"


def period_of(step: Step, day: date) -> Period:
    """The period of this length that a day lies in."""
    if step is Step.DAY:
        return day, day
    if step is Step.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def step_of(period: Period) -> Step | None:
    """Which length a period has; None for one that somebody wrote by hand."""
    return next((step for step in Step if period_of(step, period[0]) == period), None)


def beside(period: Period) -> tuple[Period, Period]:
    """The periods before and behind; one written by hand is moved by its own length."""
    since, until = period
    step = step_of(period)
    if step is not None:
        return period_of(step, since - timedelta(days=1)), period_of(step, until + timedelta(days=1))
    length = until - since + timedelta(days=1)
    return (since - length, until - length), (since + length, until + length)


def choices(since: date | None, until: date | None, today: date) -> list[tuple[str, Period, bool]]:
    """What the buttons of a list lead to: back, a day, a week, a month, forward; True where one is already there.

    A period that is open on a side counts from or to today; none at all is the present month.
    """
    shown = _shown(since, until, today)
    back, forward = beside(shown)
    middle = shown[0] if not shown[0] <= today <= shown[1] else today
    is_told = since is not None and until is not None
    lengths = [(step.value, period_of(step, middle), is_told and step_of(shown) is step) for step in Step]
    return [("Назад", back, False), *lengths, ("Вперёд", forward, False)]


def _shown(since: date | None, until: date | None, today: date) -> Period:
    month = period_of(Step.MONTH, today)
    if since is None and until is None:
        return month
    first, last = since or min(until or today, month[0]), until or max(since or today, today)
    return (first, last) if first <= last else (last, first)
