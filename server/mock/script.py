"""The scenario at work: which step a call has met, counted once for each call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.core.plain import plain
from server.mock.scenario import Step


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step is compared with: where a record came from, its kind, its values."""

    channel: str
    operation: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Script:
    """The steps of now; the first that fits wins, one that has served its times lets others through."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._lock = threading.Lock()
        self._steps: list[Step] = []
        self._served: dict[int, set[object]] = {}
        self.replace(steps)

    def replace(self, steps: Iterable[Step]) -> None:
        """Play another scenario from its beginning."""
        with self._lock:
            self._steps = list(steps)
            self._served = {step.number: set() for step in self._steps}

    def step_for(self, call: object, seen: Seen, among: Callable[[Step], bool] = lambda _: True) -> Step | None:
        """The step for a record of a call; all records of one call count as one turn."""
        with self._lock:
            for step in self._steps:
                served = self._served[step.number]
                if among(step) and fits(step, seen) and (not step.times or call in served or len(served) < step.times):
                    served.add(call)
                    return step
        return None

    def step_of(self, call: object) -> Step | None:
        """The first step a call has met."""
        with self._lock:
            return next((step for step in self._steps if call in self._served[step.number]), None)


def fits(step: Step, seen: Seen) -> bool:
    """True when a record is one the step is for."""
    for wanted, given in ((step.channel, seen.channel), (step.kind, seen.kind), (step.operation, seen.operation)):
        if wanted and wanted != given:
            return False
    return all(_text(seen.values.get(name)) == wanted for name, wanted in step.where.items())


def _text(value: Any) -> str:
    return "" if value is None else str(plain(value)).strip().casefold()
