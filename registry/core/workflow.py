"""What lives for weeks: states and a table of transitions; screens draw their buttons from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.core.errors import ReferenceBroken

Guard = Callable[[Any], str]
"""Says in Russian why a transition may not happen now; an empty text lets it through."""


def unguarded(_facts: Any) -> str:
    """Lets a transition through whatever the facts are."""
    return ""


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of the states, by this event of one of these roles, to a state, unless the guard is against it."""

    before: frozenset[str]
    event: str
    roles: frozenset[str]
    after: str
    title: str = ""
    guard: Guard = unguarded


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event may not happen: in this state, by this role, or because of the facts."""

    text: str


class Workflow:
    """A closed table of transitions; a state has one transition for an event, or the table is refused."""

    def __init__(self, name: str, transitions: Sequence[Transition], titles: dict[str, str]) -> None:
        self.name = name
        self.titles = titles
        self._by_event: dict[tuple[str, str], Transition] = {}
        for one in transitions:
            for state in one.before:
                if (state, one.event) in self._by_event:
                    raise ReferenceBroken(f"{name}: «{one.event}» leaves «{state}» twice")
                self._by_event[state, one.event] = one
            unknown = {*one.before, one.after} - titles.keys()
            if unknown:
                raise ReferenceBroken(f"{name}: the state «{min(unknown)}» has no title")

    def move(self, state: str, event: str, roles: Collection[str], facts: Any) -> Transition | Refusal:
        """Return the transition an event causes, or why it may not happen."""
        found = self._by_event.get((state, event))
        if found is None:
            return Refusal(f"Действие недоступно: состояние «{self.titles.get(state, state)}».")
        if not found.roles & set(roles):
            return Refusal("Действие недоступно для вашей роли.")
        reason = found.guard(facts)
        return Refusal(reason) if reason else found

    def offered(self, state: str, roles: Iterable[str], facts: Any) -> list[Transition]:
        """Return what these roles may do now, in the order of the table."""
        have = set(roles)
        found = [one for (before, _), one in self._by_event.items() if before == state]
        return [one for one in found if one.roles & have and not one.guard(facts)]
