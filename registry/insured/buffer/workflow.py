"""The way of a buffered change: its states, who may move it on, what stands against it (registry model, clause 14)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.core.workflow import Transition, Workflow


class BufferState(StrEnum):
    """What a buffered change is. Never change a value, only add."""

    WAITING = "waiting"
    SECONDED = "seconded"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class BufferEvent(StrEnum):
    """What moves a buffered change on."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    PROPOSE = "propose"
    RETURN = "return"
    WITHDRAW = "withdraw"
    UNDO = "undo"


S, E = BufferState, BufferEvent
OPERATOR, SENDER = "operator", "sender"
TITLES = {
    S.WAITING: "Буферная",
    S.SECONDED: "Ждёт второго решения",
    S.ACCEPTED: "Принята",
    S.CORRECTED: "Принята с правкой",
    S.REJECTED: "Отклонена",
    S.WITHDRAWN: "Отозвана",
}
EVENT_TITLES = {
    E.ACCEPT: "Принять",
    E.CORRECT: "Принять с правкой",
    E.REJECT: "Отклонить",
    E.PROPOSE: "Предложить решение",
    E.RETURN: "Вернуть на рассмотрение",
    E.WITHDRAW: "Отозвать",
    E.UNDO: "Отменить решение",
}
OPEN = frozenset((S.WAITING, S.SECONDED))
WRITTEN = frozenset((S.ACCEPTED, S.CORRECTED))


@dataclass(frozen=True, slots=True)
class BufferFacts:
    """What the guards look at: who decides and who decided first, the reason given, and whether the item is stale.

    ``despite`` confirms that a stale item is meant all the same; ``overtaken`` names fields that have changed since
    the item was written.
    """

    login: str = ""
    first_login: str = ""
    two_persons: bool = False
    reason: str = ""
    stale: bool = False
    despite: bool = False
    overtaken: tuple[str, ...] = ()


def may_write(facts: BufferFacts) -> str:
    """A stale change is accepted only by somebody who says so, and by two people where the fund demands it."""
    if facts.stale and not facts.despite:
        return "Сведения в регистре изменились после этого предложения: подтвердите, что оно всё ещё верно."
    return second_is_another(facts)


def second_is_another(facts: BufferFacts) -> str:
    """With the rule of two people, the second decision is not of the one who made the first."""
    if not facts.two_persons:
        return ""
    if not facts.first_login:
        return "Нужны решения двух сотрудников: сначала предложите решение."
    if facts.first_login == facts.login:
        return "Второе решение принимает другой сотрудник."
    return ""


def has_reason(facts: BufferFacts) -> str:
    """A refusal says why."""
    return "" if facts.reason.strip() else "Укажите причину отказа: её получит отправитель."


def may_refuse(facts: BufferFacts) -> str:
    """A refusal needs a reason, and the second person where the fund demands it."""
    return has_reason(facts) or second_is_another(facts)


def nothing_since(facts: BufferFacts) -> str:
    """A decision is taken back only while its values are still those in force."""
    if facts.overtaken:
        return f"Отменить нельзя: после решения изменились поля: {', '.join(facts.overtaken)}."
    return ""


def demands_two(facts: BufferFacts) -> str:
    """A first decision is proposed only where two are demanded."""
    return "" if facts.two_persons else "Второе решение не требуется."


BY_OPERATOR, BY_SENDER = frozenset((OPERATOR,)), frozenset((OPERATOR, SENDER))
WORKFLOW = Workflow(
    "buffer",
    (
        Transition(OPEN, E.ACCEPT, BY_OPERATOR, S.ACCEPTED, EVENT_TITLES[E.ACCEPT], may_write),
        Transition(OPEN, E.CORRECT, BY_OPERATOR, S.CORRECTED, EVENT_TITLES[E.CORRECT], may_write),
        Transition(OPEN, E.REJECT, BY_OPERATOR, S.REJECTED, EVENT_TITLES[E.REJECT], may_refuse),
        Transition(frozenset((S.WAITING,)), E.PROPOSE, BY_OPERATOR, S.SECONDED, EVENT_TITLES[E.PROPOSE], demands_two),
        Transition(frozenset((S.SECONDED,)), E.RETURN, BY_OPERATOR, S.WAITING, EVENT_TITLES[E.RETURN]),
        Transition(OPEN, E.WITHDRAW, BY_SENDER, S.WITHDRAWN, EVENT_TITLES[E.WITHDRAW]),
        Transition(WRITTEN, E.UNDO, BY_OPERATOR, S.WAITING, EVENT_TITLES[E.UNDO], nothing_since),
        Transition(frozenset((S.REJECTED,)), E.UNDO, BY_OPERATOR, S.WAITING, EVENT_TITLES[E.UNDO]),
    ),
    {state.value: title for state, title in TITLES.items()},
)
