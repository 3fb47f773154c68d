"""The two roots of everything that stops a packet: final refusals and passing troubles."""

from __future__ import annotations

from typing import Any


class Permanent(Exception):
    """What will not get better by trying again; it is refused with a text its sender can act on."""

    def __init__(self, code: str, text: str, *, place: str = "", value: str = "", expected: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.place = place
        self.value = value
        self.expected = expected

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal crosses the border of a process whole."""
        return _refusal, (self.code, self.text, self.place, self.value, self.expected)


def _refusal(code: str, text: str, place: str, value: str, expected: str) -> Permanent:
    return Permanent(code, text, place=place, value=value, expected=expected)


class Retryable(Exception):
    """What may pass by itself (a peer or the database is away); it is tried again, with a limit."""


class ReferenceBroken(Exception):
    """A description points at something that does not exist; raised while the catalogue is collected, never later."""
