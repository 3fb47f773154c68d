"""The page of one pair: both records with all facts, what a join would make of them, what was done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from registry.exchange.queries import organisation_names
from registry.insured import queries
from registry.insured.queries import Card
from registry.insured.tables import Person
from registry.insured.twins import Operation, Verdict
from registry.insured.twins.operations.split_person import last_split
from registry.insured.twins.queries.pairs import PairLine, cluster_lines, next_pair, steps_of_pair
from registry.insured.twins.queries.sides import family_ids, open_codes, sides
from registry.insured.twins.rules.evidence import Level
from registry.insured.twins.rules.joining import Objection, Side, choose_main, confirmations, refusals
from registry.insured.twins.rules.preview import Preview, preview
from registry.insured.twins.rules.words import OPERATION_TITLES
from registry.reference.territories import okato_of_fund
from server.web.current import hub, now, session, today
from server.web.insured import story
from server.web.twins import wording

LEVELS = {
    Level.EQUAL: "equal",
    Level.FORMER: "former",
    Level.CLOSE: "close",
    Level.DIFFERENT: "different",
    Level.ABSENT: "absent",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One compared field: both values, the level, the bits, and whose value stays."""

    title: str
    main: str
    second: str
    level: str
    bits: float
    stays: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a join brings: why it cannot be, what must be confirmed, who is told."""

    refusals: Sequence[Objection]
    doubts: Sequence[Objection]
    insurers: Sequence[str]
    clinics: Sequence[str]


def pair_page(line: PairLine, *, main: int = 0, revealed: bool = False, given: Mapping[str, str] | None = None) -> str:
    """The page with one of the records as the main one; ``given`` is a form that came back."""
    link = line.link
    joined = link.verdict == Verdict.JOINED
    both = sides(session(), (link.first_id, link.second_id), today(), okato_of_fund(hub().settings.fund_code))
    main_id = _main(line, both, main)
    ours, theirs = (line.first, line.second) if main_id == line.first.id else (line.second, line.first)
    result = preview(ours, theirs)
    cards = [_card(one.id) for one in (ours, theirs)]
    consequences = Consequences((), (), (), ()) if joined else _consequences(both, ours.id, theirs.id)
    codes = [code for card in cards for row in card.insurance for code in (row.insurer_code,)]
    codes += [row.clinic_code for card in cards for row in card.attachments]
    following = next_pair(session(), link)
    return render_template(
        "pair.html",
        line=line,
        link=link,
        joined=joined,
        main=ours,
        second=theirs,
        cards=cards,
        rows=_rows(line, result, main_first=main_id == line.first.id, revealed=revealed),
        result=result,
        consequences=consequences,
        steps=[(step, OPERATION_TITLES[Operation(step.operation)]) for step in steps_of_pair(session(), link.id)],
        cluster=cluster_lines(session(), link, now()) if line.size > 2 else [],
        following=following,
        split=last_split(session(), link.id),
        organisations=organisation_names(session(), codes),
        revealed=revealed,
        given=given or {},
        wording=wording,
        words=story,
    )


def _main(line: PairLine, both: Mapping[int, Side], asked: int) -> int:
    """The record shown as the main one: that of a join, the one asked for, else the one the rule chooses."""
    ids = (line.link.first_id, line.link.second_id)
    if line.link.joined_id is not None:
        return ids[0] if line.link.joined_id == ids[1] else ids[1]
    if asked in ids:
        return asked
    return choose_main(both[ids[0]], both[ids[1]])


def _card(person_id: int) -> Card:
    found = queries.card(session(), person_id)
    if found is None:
        raise LookupError(f"person {person_id}")
    return found


def _consequences(both: Mapping[int, Side], main_id: int, second_id: int) -> Consequences:
    main, second = both[main_id], both[second_id]
    refused = refusals(main, second)
    ours, theirs = (sorted(family_ids(session(), [one])) for one in (main_id, second_id))
    for guard in hub().context.catalog.guards:
        refused += [Objection("guard", text) for text in guard(session(), ours, theirs)]
    insurers, clinics = open_codes(session(), theirs, today())
    return Consequences(refused, confirmations(main, second), insurers, clinics)


def _rows(line: PairLine, result: Preview, *, main_first: bool, revealed: bool) -> list[Row]:
    left, right = ("left", "right") if main_first else ("right", "left")
    rows = []
    for one in line.evidence:
        values: list[Any] = [wording.value(one, side, revealed=revealed) for side in (left, right)]
        stays = values[0] or (values[1] if one.name in _FILLED else "")
        former = result.former.get(one.name, [])
        if one.level in {Level.DIFFERENT, Level.CLOSE} and one.name in _FILLED and values[0] and former:
            stays = f"{stays} (второе останется прежним)"
        title = wording.FIELD_TITLES[one.name]
        rows.append(Row(title, values[0], values[1], LEVELS[one.level], one.bits, stays))
    return rows


_FILLED = frozenset(("snils", "document", "policy", "enp"))


def person_of(person_id: int) -> Person | None:
    """A record by number, whether joined or not."""
    return session().get(Person, person_id)
