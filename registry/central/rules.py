"""What decides in the exchange with the central segment: which acts it is told of, what its answers mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.central.words import (
    CONCERNS,
    DECIDED,
    ERRORS,
    FILE_ERRORS,
    OF_EVENT,
    SOURCE,
    WITHOUT_EFFECT,
    State,
    Trigger,
)

FIRST, SECOND = 1, 2
#: Verdict → level of the answer: transport (uprak1) or application (uprak2).
VERDICTS: Mapping[str, int] = {"CA": FIRST, "CE": FIRST, "CR": FIRST, "AA": SECOND, "AE": SECOND, "AR": SECOND}
WARNING = "W"
LONGEST_TEXT = 2_000


class Effect(StrEnum):
    """What an answer does to what was known."""

    NEW = "new"
    REPEATED = "repeated"
    DIFFERS = "differs"


def trigger_of(act: str, event: str, aspects: Iterable[str], source: str) -> Trigger | None:
    """The message the central segment is told an act by; ``None`` when the act does not concern it.

    It is not told what it told itself, nor what changed nothing, nor what it does not keep (contacts, attachment).
    """
    if source == SOURCE or act in WITHOUT_EFFECT or not CONCERNS.intersection(aspects):
        return None
    return OF_EVENT.get(event)


@dataclass(frozen=True, slots=True)
class ErrorTold:
    """One error of an answer, as it is judged and shown."""

    code: str = ""
    text: str = ""
    severity: str = ""
    own_code: str = ""
    own_text: str = ""
    segment: str = ""
    explanation: tuple[str, ...] = ()


def state_after(verdict: str, errors: Iterable[ErrorTold]) -> State:
    """The state of a message after an answer to it; AE with warnings alone is an acceptance."""
    if verdict == "CA":
        return State.TAKEN
    if verdict == "AA":
        return State.ACCEPTED
    told = list(errors)
    only_warnings = bool(told) and all(one.severity == WARNING for one in told)
    return State.ACCEPTED if verdict == "AE" and only_warnings else State.REFUSED


def effect_of(verdict: str, first: str, final: str) -> Effect:
    """What a verdict does beside the first acknowledgement and the final answer a sending has had (empty: none)."""
    if VERDICTS[verdict] == FIRST and first:
        return Effect.REPEATED if first == verdict else Effect.DIFFERS
    if VERDICTS[verdict] == SECOND and final:
        return Effect.REPEATED if final == verdict else Effect.DIFFERS
    return Effect.NEW


def moved(present: State, wanted: State) -> State:
    """The state after an answer, whatever order answers come in: what is decided stays, and nothing goes back."""
    if present in DECIDED and not (present is State.REFUSED and wanted is State.ACCEPTED):
        return present
    return wanted


def code_of(verdict: str, errors: Iterable[ErrorTold]) -> str:
    """The code a refused message is listed under: the first of an error, else that of a warning, else the verdict."""
    told = sorted(errors, key=lambda one: one.severity == WARNING)
    return next((one.own_code or one.code for one in told if one.own_code or one.code), "") or (
        "" if verdict in ("AA", "CA") else verdict
    )


def words_of(errors: Iterable[ErrorTold]) -> str:
    """What was wrong in words: known codes explained, unknown ones as they came."""
    return "; ".join(filter(None, (_words(one) for one in errors)))[:LONGEST_TEXT]


def _words(one: ErrorTold) -> str:
    code = one.own_code or one.code
    known = FILE_ERRORS.get(one.own_code, "") or ERRORS.get(one.code, "")
    text = one.own_text or one.text or known
    place = f" [{one.segment}]" if one.segment else ""
    return " ".join(filter(None, (code, text, *one.explanation))) + place
