"""What is known of a person looked for, as any channel brings it; equal requests of a batch are looked for once."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any

from registry.insured.matching.outcomes import Identification


@dataclass(slots=True)
class SearchRequest:
    """Everything a record may say about a person (registry model, clause 9.1) and the date it asks about.

    ``sole_identifier`` is set by contracts that by their form ask with one identifier: they may search by ЕНП,
    policy or the fund's own number alone, and everything given must agree. With ``newborn`` (NOVOR) everything else is
    of the representative of the child asked about; ``representatives`` are those told beside the data of the person.
    """

    on: date
    until: date | None = None
    surname: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: date | None = None
    sex: int | None = None
    birth_place: str = ""
    snils: str = ""
    enp: str = ""
    document_type: int | None = None
    document_series: str = ""
    document_number: str = ""
    policy_type: str = ""
    policy_series: str = ""
    policy_number: str = ""
    bdz_id: str = ""
    oip: str = ""
    newborn: str = ""
    representatives: Sequence[Any] = ()
    sole_identifier: bool = False


_PERSON_FIELDS = tuple(
    field.name for field in fields(SearchRequest) if field.name not in {"on", "until", "sole_identifier"}
)


def request_of(record: Any, on: date, until: date | None = None, sole: bool = False) -> SearchRequest:
    """The request a record makes; properties its kind does not have, and absent ones, stay empty."""
    told = record.__dict__
    values = {name: told[name] for name in _PERSON_FIELDS if told.get(name) is not None}
    return SearchRequest(on=on, until=until, sole_identifier=sole, **values)


# Requests of one batch that are equal are looked for once, each is answered for itself (registry model, clause 9.9).
_everything = attrgetter(*(field.name for field in fields(SearchRequest) if field.name != "representatives"))
_LISTS = tuple(field.name for field in fields(Identification) if field.type.startswith("list["))
_PARTS = ("insurance", "attachment", "person", "newborn", "scored")


def asked_once(requests: Sequence[SearchRequest]) -> tuple[list[SearchRequest], list[int]]:
    """The different requests in their order, and for every request the place of its equal among them.

    A request that tells representatives is nobody's equal: they are records of their own.
    """
    known: dict[object, int] = {}
    asked: list[SearchRequest] = []
    places = []
    for request in requests:
        said = request if request.representatives else _everything(request)
        key = id(said) if said is request else said
        place = known.setdefault(key, len(asked))
        if place == len(asked):
            asked.append(request)
        places.append(place)
    return asked, places


def answers_of_each(answers: Sequence[Identification], places: Sequence[int]) -> list[Identification]:
    """The answers in the order of ``places``; the stages write into answers, so no two share anything that changes."""
    found = []
    used: set[int] = set()
    for place in places:
        answer = answers[place]
        found.append(_own(answer) if place in used else answer)
        used.add(place)
    return found


def _own(answer: Identification) -> Identification:
    own = copy(answer)
    for name in _LISTS:
        setattr(own, name, list(getattr(answer, name)))
    for name in _PARTS:
        setattr(own, name, copy(getattr(answer, name)))
    return own
