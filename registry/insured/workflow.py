"""The life of an application to an insurer (registry model, clause 1.6): which status may follow which."""

from __future__ import annotations

from enum import IntEnum


class ApplicationStatus(IntEnum):
    """Statuses of an application. Never change a number, only add."""

    NEW = 1
    CHECKED = 2
    TO_BE_DONE = 3
    CANCELLED = 4
    REFUSED = 5
    IN_WORK = 6
    DONE = 7


S = ApplicationStatus
FOLLOWS: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    S.NEW: frozenset((S.CHECKED,)),
    S.CHECKED: frozenset((S.TO_BE_DONE, S.CANCELLED, S.REFUSED)),
    S.TO_BE_DONE: frozenset((S.IN_WORK,)),
    S.IN_WORK: frozenset((S.DONE,)),
    S.CANCELLED: frozenset(),
    S.REFUSED: frozenset(),
    S.DONE: frozenset(),
}


def may_follow(before: ApplicationStatus, after: ApplicationStatus) -> bool:
    """True when an application may go from one status to the other in one step."""
    return after in FOLLOWS[before]


def reached(*, lawful: bool, acts_on_later: bool) -> ApplicationStatus:
    """Where an application stands once a file that brought it was processed: every step before was made on the way."""
    if not lawful:
        return S.REFUSED
    return S.TO_BE_DONE if acts_on_later else S.DONE
