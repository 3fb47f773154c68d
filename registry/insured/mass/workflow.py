"""The way of a mass change: prepared, seen, run, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.core.workflow import Transition, Workflow


class MassState(StrEnum):
    """Where a mass change is. Never change a value, only add."""

    PREPARING = "preparing"
    SEEN = "seen"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"


class MassEvent(StrEnum):
    """What moves a mass change on; the last three are ends of work, not wishes of people."""

    RUN = "run"
    UNDO = "undo"
    DROP = "drop"
    READ = "read"
    FINISH = "finish"
    RESTORE = "restore"


class LineState(StrEnum):
    """What became of a line. Never change a value, only add."""

    READY = "ready"
    SAME = "same"
    WRONG = "wrong"
    DONE = "done"
    LEFT_OUT = "left_out"
    UNDONE = "undone"
    KEPT = "kept"


S, E = MassState, MassEvent
OPERATOR, WORKER = "operator", "worker"
TITLES = {
    S.PREPARING: "Готовится просмотр",
    S.SEEN: "Ждёт выполнения",
    S.RUNNING: "Выполняется",
    S.DONE: "Выполнена",
    S.UNDOING: "Отменяется",
    S.UNDONE: "Отменена",
    S.DROPPED: "Не выполнялась",
}
WORKING = frozenset((S.PREPARING, S.RUNNING, S.UNDOING))


@dataclass(frozen=True, slots=True)
class MassFacts:
    """What the guards look at: how many lines may be changed, and how many were."""

    ready: int = 0
    done: int = 0


def something_ready(facts: MassFacts) -> str:
    """There is something to change."""
    return "" if facts.ready else "Менять нечего: ни одной строки без ошибок."


def something_done(facts: MassFacts) -> str:
    """There is something to take back."""
    return "" if facts.done else "Отменять нечего."


PEOPLE, MACHINE = frozenset((OPERATOR,)), frozenset((WORKER,))
WORKFLOW = Workflow(
    "mass_change",
    (
        Transition(frozenset((S.PREPARING,)), E.READ, MACHINE, S.SEEN),
        Transition(frozenset((S.SEEN,)), E.RUN, PEOPLE, S.RUNNING, "Выполнить", something_ready),
        Transition(frozenset((S.SEEN,)), E.DROP, PEOPLE, S.DROPPED, "Не выполнять"),
        Transition(frozenset((S.RUNNING,)), E.FINISH, MACHINE, S.DONE),
        Transition(frozenset((S.DONE,)), E.UNDO, PEOPLE, S.UNDOING, "Отменить выполненное", something_done),
        Transition(frozenset((S.UNDOING,)), E.RESTORE, MACHINE, S.UNDONE),
    ),
    {state.value: title for state, title in TITLES.items()},
)
