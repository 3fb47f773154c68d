"""The life of a card: its states and what each attempt does in each of them (contract of events, clause 6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.core.findings import FindingCode as F


class State(StrEnum):
    """What a card is. ``none`` is a card that was never accepted and is never stored."""

    NONE = "none"
    OPENED = "opened"
    CLOSED = "closed"
    DELETED = "deleted"


class Action(StrEnum):
    """What an attempt does at which end of the card."""

    ADD_OPEN = "add_open"
    ADD_CLOSE = "add_close"
    CHANGE_OPEN = "change_open"
    CHANGE_CLOSE = "change_close"
    DELETE_OPEN = "delete_open"
    DELETE_CLOSE = "delete_close"


ACTIONS = {
    (1, 1): Action.ADD_OPEN,
    (1, 2): Action.ADD_CLOSE,
    (2, 1): Action.CHANGE_OPEN,
    (2, 2): Action.CHANGE_CLOSE,
    (3, 1): Action.DELETE_OPEN,
    (3, 2): Action.DELETE_CLOSE,
}
INSTEAD_OF_ADDING = {Action.ADD_OPEN: Action.CHANGE_OPEN, Action.ADD_CLOSE: Action.CHANGE_CLOSE}
TITLES = {
    State.NONE: "нет",
    State.OPENED: "открыта",
    State.CLOSED: "закрыта",
    State.DELETED: "удалена",
}
ACTION_TITLES = {
    Action.ADD_OPEN: "открытие",
    Action.ADD_CLOSE: "закрытие",
    Action.CHANGE_OPEN: "изменение открытой",
    Action.CHANGE_CLOSE: "изменение закрытой",
    Action.DELETE_OPEN: "удаление карты",
    Action.DELETE_CLOSE: "отмена закрытия",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """What an attempt leads to: a new state, or the finding that refuses it with the parameter it is about."""

    to: State | None = None
    refusal: F | None = None
    field: str = ""
    repeated: bool = False


UNKNOWN = Transition(refusal=F.OBJECT_UNKNOWN, field="event_id")
ALREADY = Transition(refusal=F.CARD_EXISTS, field="action")
NOT_OPEN = Transition(refusal=F.CARD_CLOSED, field="phase")
TO_OPENED, TO_CLOSED, TO_DELETED = (Transition(to=state) for state in (State.OPENED, State.CLOSED, State.DELETED))
AGAIN_DELETED = Transition(to=State.DELETED, repeated=True)

A = Action
TRANSITIONS: dict[State, dict[Action, Transition]] = {
    State.NONE: {
        A.ADD_OPEN: TO_OPENED,
        A.ADD_CLOSE: TO_CLOSED,
        A.CHANGE_OPEN: UNKNOWN,
        A.CHANGE_CLOSE: UNKNOWN,
        A.DELETE_OPEN: UNKNOWN,
        A.DELETE_CLOSE: UNKNOWN,
    },
    State.OPENED: {
        A.ADD_OPEN: ALREADY,
        A.ADD_CLOSE: TO_CLOSED,
        A.CHANGE_OPEN: TO_OPENED,
        A.CHANGE_CLOSE: UNKNOWN,
        A.DELETE_OPEN: TO_DELETED,
        A.DELETE_CLOSE: UNKNOWN,
    },
    State.CLOSED: {
        A.ADD_OPEN: ALREADY,
        A.ADD_CLOSE: ALREADY,
        A.CHANGE_OPEN: NOT_OPEN,
        A.CHANGE_CLOSE: TO_CLOSED,
        A.DELETE_OPEN: TO_DELETED,
        A.DELETE_CLOSE: TO_OPENED,
    },
    State.DELETED: {
        A.ADD_OPEN: TO_OPENED,
        A.ADD_CLOSE: TO_CLOSED,
        A.CHANGE_OPEN: UNKNOWN,
        A.CHANGE_CLOSE: UNKNOWN,
        A.DELETE_OPEN: AGAIN_DELETED,
        A.DELETE_CLOSE: AGAIN_DELETED,
    },
}


def action_of(action: int, phase: int | None) -> Action:
    """Return what an attempt does; operations without phases use the columns of the opening."""
    return ACTIONS[action, phase or 1]
