"""Whom the blocks of the probabilistic stage point at: few statements for all requests that are still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from heapq import nsmallest
from typing import Protocol

from sqlalchemy.orm import Session

from registry.insured.keys import pieces
from registry.insured.keys.hashing import KeyHasher
from registry.insured.keys.kinds import KeyKind
from registry.insured.matching.blocking import (
    birth_of_enp,
    enp_misreadings,
    snils_misreadings,
    swapped_day_and_month,
)
from registry.insured.matching.forms import (
    NAMES,
    given_document,
    given_enp,
    given_forms,
    given_snils,
    name_as_meant,
    suspect_forms,
)
from registry.insured.matching.probable import Scoring
from registry.insured.matching.queries import (
    BlockProbe,
    DateProbe,
    Suspect,
    people_by_blocks,
    people_by_keys,
    people_by_numbers,
)
from registry.insured.matching.queries.former import Former, bearers_now, former_blocks, former_numbers, suspects_now
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.score import likeness
from registry.insured.tables.blocks import ENDING

LOOKED_AT = 12  # of everybody a block gives, so many with the best names and births are read whole
LEAST_PROMISING = 6.0


class Searching(Protocol):
    """What a search brings: the registry as of a moment, the hasher of keys, the weights."""

    session: Session
    hasher: KeyHasher
    today: date
    scoring: Scoring


def suspects(search: Searching, wanted: Sequence[Wanted]) -> list[tuple[int, int]]:
    """Pairs (place of the request, person) that share a block; the most promising of each request only."""
    dates, blocks, numbers, keys = [], [], [], []
    for rec, one in enumerate(wanted):
        dates += list(_near_days(rec, one))
        blocks.append(BlockProbe(rec, one.birth_date, *_meant(one), given_snils(one), _told_apart(given_document(one))))
        numbers += list(_numbers(rec, one))
        if not one.enp:
            meant = (pieces.enp_text(enp) for enp in enp_misreadings(given_enp(one)))
            keys += [(rec, *key) for text in meant for key in search.hasher.everywhere(KeyKind.K1, text)]
    pairs = people_by_keys(search.session, keys)
    if search.hasher.is_changing:
        former = Former(search.session, search.hasher, wanted)
        held = people_by_numbers(search.session, former_numbers(former, numbers))
        pairs += bearers_now(search.session, numbers, held)
        asked = (dates, blocks)
        alike = suspects_now(search.session, asked, people_by_blocks(search.session, *former_blocks(former, asked)))
    else:
        pairs += people_by_numbers(search.session, numbers)
        alike = people_by_blocks(search.session, dates, blocks)
    pairs += _promising(search, wanted, alike)
    return pairs


def _told_apart(document: str) -> str:
    """A document whose end is its own: one figure over and over is written for want of a number."""
    ending = document[-ENDING:]
    return document if len(ending) == ENDING and len(set(ending)) > 1 else ""


def _near_days(rec: int, wanted: Wanted) -> Iterator[DateProbe]:
    born = wanted.birth_date
    if born is None:
        return
    names = _meant(wanted)
    for day in {born, swapped_day_and_month(born), birth_of_enp(given_enp(wanted))} - {None}:
        if day is not None:
            yield DateProbe(rec, day, *names)


def _meant(wanted: Wanted) -> tuple[str, str, str]:
    surname, first_name, patronymic = (name_as_meant(wanted, name) for name in NAMES)
    return surname, first_name, patronymic


def _numbers(rec: int, wanted: Wanted) -> Iterator[tuple[int, str, str]]:
    if wanted.snils:
        yield rec, "snils", wanted.snils
    else:
        for number in snils_misreadings(given_snils(wanted)):
            yield rec, "snils", number
    if wanted.document:
        yield rec, "document", wanted.document
    if wanted.policy:
        yield rec, "policy", wanted.policy


def _promising(search: Searching, wanted: Sequence[Wanted], found: Sequence[Suspect]) -> Iterator[tuple[int, int]]:
    """Of each request the people with the best names, birth and sex; whoever agrees in little is not read at all."""
    by_request: dict[int, list[Suspect]] = {}
    for suspect in dict.fromkeys(found):  # more than one block may give the same version
        by_request.setdefault(suspect.rec, []).append(suspect)
    model = search.scoring.model
    for rec, several in by_request.items():
        given = given_forms(wanted[rec])
        rated = [(-likeness(model, given, suspect_forms(one)), one.person_id) for one in several]
        for total, person_id in nsmallest(LOOKED_AT, rated):
            if -total >= LEAST_PROMISING:
                yield rec, person_id
