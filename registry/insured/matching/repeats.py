"""Equal requests of one batch: looked for once, each answered for itself (registry model, clause 9.9)."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import fields
from operator import attrgetter

from registry.insured.matching.outcomes import Identification
from registry.insured.matching.requests import SearchRequest

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
