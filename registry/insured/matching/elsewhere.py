"""Asking about people who are nobody's here (registry model, clause 9.5): the question as matching puts it.

Whoever can answer stands above the registry and is found through the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from registry.insured.matching.outcomes import Identification
from registry.insured.matching.requests import SearchRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Stranger:
    """A request nobody was found for, with the record of a packet that made it."""

    place: int
    request: SearchRequest
    packet_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for elsewhere, when, under which settings; ``secret`` hashes what is known of a person."""

    session: Session
    strangers: Sequence[Stranger]
    now: datetime
    options: Mapping[str, Any]
    secret: bytes
    fund_code: str


@dataclass(frozen=True, slots=True)
class KnownElsewhere:
    """What is known elsewhere of one stranger: an answer, the ЕНП in force there, or in words what is being done.

    ``source`` is the register that tells it; when it cannot tell anything it ``passes_on``: the next one is asked.
    """

    identification: Identification | None = None
    main_enp: str = ""
    searched: str = ""
    passes_on: bool = False
    source: str = ""


Elsewhere = Callable[[Search], Mapping[int, KnownElsewhere]]
