"""Whether two records may become one, which of them stays, and what must be confirmed first (clause 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.core.errors import Permanent

INSURED, ANNULLED, DEAD = 1, 2, 3


class Refused(Permanent):
    """The operation is not allowed; ``text`` tells an operator why."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the rules need of one record of the pair."""

    id: int
    status: int
    merged_into: int | None
    sex: int
    birth_date: date
    died_on: date | None = None
    snils: str = ""
    confirmed: bool = False
    insured_here: bool = False
    last_event: datetime | None = None
    recorded_at: datetime | None = None

    @property
    def is_living(self) -> bool:
        """True unless a death is known."""
        return self.status != DEAD and self.died_on is None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a join is refused, or what must be confirmed with a reason before it."""

    code: str
    text: str


def choose_main(left: Side, right: Side) -> int:
    """The record that stays when nobody chooses: confirmed by the central segment, else insured here, else the one
    with the more recent event, else the older record.
    """
    return max((left, right), key=_rank).id


def _rank(side: Side) -> tuple[bool, bool, bool, float, float, int]:
    event = side.last_event.timestamp() if side.last_event else 0.0
    age = -side.recorded_at.timestamp() if side.recorded_at else 0.0
    usable = side.merged_into is None and side.status != ANNULLED
    return usable, side.confirmed, side.insured_here, event, age, -side.id


def refusals(main: Side, second: Side) -> list[Objection]:
    """Why these two cannot be joined; empty when they can."""
    if main.id == second.id:
        return [Objection("same", "Запись нельзя объединить саму с собой.")]
    found = [
        Objection("joined", f"Запись {word} уже объединена с другой: действуйте с основной записью.")
        for side, word in ((main, "основного лица"), (second, "второго лица"))
        if side.merged_into is not None
    ]
    if not found and main.status == ANNULLED:
        found.append(Objection("annulled", "Основная запись аннулирована: основной может быть только действующая."))
    if main.sex != second.sex and main.birth_date != second.birth_date:
        found.append(Objection("strangers", "Различаются и пол, и дата рождения: это не одно лицо."))
    return found


def confirmations(main: Side, second: Side) -> list[Objection]:
    """What an operator must confirm with a reason before these two are joined."""
    found = []
    if main.is_living and second.is_living and main.snils and second.snils and main.snils != second.snils:
        found.append(Objection("snils", "У обоих живых лиц есть СНИЛС, и они различаются."))
    if main.is_living != second.is_living:
        found.append(Objection("death", "По одной из записей лицо умерло, по другой – живо."))
    return found


def demand(objections: Sequence[Objection]) -> None:
    """Raise the refusal with all its reasons."""
    if objections:
        raise Refused("JOIN_REFUSED", " ".join(one.text for one in objections))
