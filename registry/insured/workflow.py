"""The life of an application to an insurer (registry model, clause 1.6): 1 new … 7 done, 4 cancelled, 5 refused."""

from __future__ import annotations

from enum import IntEnum

from registry.core.workflow import Transition, Workflow


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
HUB = frozenset(("hub",))


def _step(before: ApplicationStatus, event: str, after: ApplicationStatus) -> Transition:
    return Transition(frozenset((before.name,)), event, HUB, after.name)


APPLICATION = Workflow(
    "application",
    (
        _step(S.NEW, "check", S.CHECKED),
        _step(S.CHECKED, "allow", S.TO_BE_DONE),
        _step(S.CHECKED, "cancel", S.CANCELLED),
        _step(S.CHECKED, "refuse", S.REFUSED),
        _step(S.TO_BE_DONE, "begin", S.IN_WORK),
        _step(S.IN_WORK, "finish", S.DONE),
    ),
    {
        S.NEW.name: "Новое",
        S.CHECKED.name: "Проверка правомерности",
        S.TO_BE_DONE.name: "Подлежит исполнению",
        S.CANCELLED.name: "Отменено",
        S.REFUSED.name: "Отклонено",
        S.IN_WORK.name: "Исполняется",
        S.DONE.name: "Исполнено",
    },
)
WHOLE_WAY = ("check", "allow", "begin", "finish")


def follow(status: ApplicationStatus, *events: str) -> ApplicationStatus:
    """The status these events lead to one after the other; an event out of its turn is a mistake of the house."""
    for event in events:
        step = APPLICATION.move(status.name, event, HUB, None)
        if not isinstance(step, Transition):
            raise ValueError(step.text)
        status = ApplicationStatus[step.after]
    return status


def reached(*, acts_on_later: bool) -> ApplicationStatus:
    """Where a lawful application stands once the file that brought it was processed."""
    return follow(S.NEW, *(WHOLE_WAY[:2] if acts_on_later else WHOLE_WAY))
