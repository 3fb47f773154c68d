"""Which statements may leave a record, and which rows must be re-derived on both sides afterwards (clause 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.insured.twins.rules.joining import Refused
from registry.store.base import OPEN_DATE

NOUNS = ("version", "document", "snils", "policy", "attachment")
#: Of these one is current: when the current one leaves, the last that stays is current again.
CONTINUED = ("version", "document", "snils")


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated row of a record that an operator may choose; insurance goes with its policy."""

    noun: str
    id: int
    valid_from: date
    valid_to: date

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.noun}:{self.id}"

    @property
    def is_open(self) -> bool:
        """True while it holds without an end."""
        return self.valid_to == OPEN_DATE


@dataclass(frozen=True, slots=True)
class Division:
    """What leaves, and the rows that become the open ones: of those that stay, and of those that leave."""

    leaves: tuple[Statement, ...]
    reopened: tuple[Statement, ...]
    opened: tuple[Statement, ...]


def divide(statements: Sequence[Statement], chosen: Iterable[str], *, into_new: bool) -> Division:
    """Divide the statements of a record; refuses what would leave one of the two without a name."""
    by_name = {one.name: one for one in statements}
    names = set(chosen)
    if not names:
        raise Refused("NOTHING_CHOSEN", "Отметьте сведения, которые принадлежат другому лицу.")
    if names - by_name.keys():
        raise Refused(
            "STATEMENT_UNKNOWN", "Часть отмеченных сведений изменилась или уже перенесена: обновите страницу."
        )
    leaves = [one for one in statements if one.name in names]
    stays = [one for one in statements if one.name not in names]
    if not any(one.noun == "version" for one in stays):
        raise Refused("NOTHING_LEFT", "У записи должна остаться хотя бы одна строка с ФИО.")
    if into_new and not any(one.noun == "version" for one in leaves):
        raise Refused("NO_NAME", "Новой записи нужна хотя бы одна строка с ФИО: отметьте её.")
    reopened = [_last(stays, noun) for noun in CONTINUED if _loses_current(leaves, stays, noun)]
    opened = [_last(leaves, noun) for noun in CONTINUED if into_new and _has_no_current(leaves, noun)]
    return Division(tuple(leaves), tuple(reopened), tuple(opened))


def _of(statements: Sequence[Statement], noun: str) -> list[Statement]:
    return [one for one in statements if one.noun == noun]


def _loses_current(leaves: Sequence[Statement], stays: Sequence[Statement], noun: str) -> bool:
    return any(one.is_open for one in _of(leaves, noun)) and _has_no_current(stays, noun)


def _has_no_current(statements: Sequence[Statement], noun: str) -> bool:
    rows = _of(statements, noun)
    return bool(rows) and not any(one.is_open for one in rows)


def _last(statements: Sequence[Statement], noun: str) -> Statement:
    return max(_of(statements, noun), key=lambda one: (one.valid_to, one.valid_from, one.id))
