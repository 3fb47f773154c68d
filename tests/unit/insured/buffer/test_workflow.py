"""The way of a buffered change: who may move it where, and what stands against it."""

import pytest

from registry.core.errors import ReferenceBroken
from registry.core.workflow import Refusal, Transition, Workflow
from registry.insured.buffer.workflow import (
    OPERATOR,
    SENDER,
    WORKFLOW,
    BufferEvent,
    BufferFacts,
    BufferState,
)

E, S = BufferEvent, BufferState
WHY = BufferFacts(login="anna", reason="паспорт не подтверждён")


def after(state: BufferState, event: BufferEvent, facts: BufferFacts = WHY, role: str = OPERATOR) -> str:
    found = WORKFLOW.move(state, event, [role], facts)
    return found.text if isinstance(found, Refusal) else found.after


@pytest.mark.parametrize(
    ("state", "event", "expected"),
    [
        (S.WAITING, E.ACCEPT, S.ACCEPTED),
        (S.WAITING, E.CORRECT, S.CORRECTED),
        (S.WAITING, E.REJECT, S.REJECTED),
        (S.WAITING, E.WITHDRAW, S.WITHDRAWN),
        (S.ACCEPTED, E.UNDO, S.WAITING),
        (S.CORRECTED, E.UNDO, S.WAITING),
        (S.REJECTED, E.UNDO, S.WAITING),
    ],
)
def test_an_operator_moves_a_change(state: BufferState, event: BufferEvent, expected: BufferState) -> None:
    assert after(state, event) == expected


@pytest.mark.parametrize("state", [S.ACCEPTED, S.CORRECTED, S.REJECTED, S.WITHDRAWN])
@pytest.mark.parametrize("event", [E.ACCEPT, E.REJECT, E.WITHDRAW])
def test_what_is_decided_is_not_decided_again(state: BufferState, event: BufferEvent) -> None:
    assert "состояние" in after(state, event)


def test_a_sender_may_only_withdraw() -> None:
    offered = WORKFLOW.offered(S.WAITING, [SENDER], WHY)
    assert [one.event for one in offered] == [E.WITHDRAW]
    assert after(S.WAITING, E.ACCEPT, role=SENDER) == "Действие недоступно для вашей роли."


def test_a_refusal_needs_a_reason() -> None:
    assert after(S.WAITING, E.REJECT, BufferFacts(login="anna", reason=" ")).startswith("Укажите причину")


def test_a_stale_change_is_accepted_only_knowingly() -> None:
    assert "подтвердите" in after(S.WAITING, E.ACCEPT, BufferFacts(stale=True))
    assert after(S.WAITING, E.ACCEPT, BufferFacts(stale=True, despite=True)) == S.ACCEPTED


def test_two_people_decide_where_the_fund_demands_it() -> None:
    first = BufferFacts(login="anna", two_persons=True)
    assert "двух сотрудников" in after(S.WAITING, E.ACCEPT, first)
    assert after(S.WAITING, E.PROPOSE, first) == S.SECONDED
    same = BufferFacts(login="anna", first_login="anna", two_persons=True)
    other = BufferFacts(login="boris", first_login="anna", two_persons=True)
    assert after(S.SECONDED, E.ACCEPT, same) == "Второе решение принимает другой сотрудник."
    assert after(S.SECONDED, E.ACCEPT, other) == S.ACCEPTED
    assert after(S.SECONDED, E.RETURN, other) == S.WAITING


def test_what_has_changed_since_is_not_taken_back() -> None:
    assert "Фамилия" in after(S.ACCEPTED, E.UNDO, BufferFacts(overtaken=("Фамилия",)))


def test_a_table_with_two_ways_for_one_event_is_refused() -> None:
    one = Transition(frozenset(("a",)), "go", frozenset(("x",)), "b")
    with pytest.raises(ReferenceBroken, match="twice"):
        Workflow("wrong", (one, one), {"a": "А", "b": "Б"})
    with pytest.raises(ReferenceBroken, match="no title"):
        Workflow("wrong", (one,), {"a": "А"})
