"""Making rows of new people out of text: the part of a load that other processors can share."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter

from registry.insured.keys import KeyHasher
from registry.insured.loading.history import PersonHistory, history_of
from registry.insured.loading.lines import Line, LineProblem, read_lines
from registry.insured.loading.people_file import Block
from registry.insured.loading.rows import PortionRows
from registry.store.portions import CopyForm


@dataclass(slots=True)
class Raw:
    """A block of people as it stands in the file, with ids for every person and, at most, every line."""

    block: Block
    person_ids: Sequence[int] = ()
    policy_ids: Sequence[int] = ()


@dataclass(slots=True)
class Made:
    """What a portion became: rows, or their COPY text when it was made elsewhere."""

    people: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    districts: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    rows: PortionRows | None = None
    bodies: list[tuple[str, bytes]] = field(default_factory=list)


def read_people(block: Block, problems: list[LineProblem]) -> list[list[Line]]:
    """The good lines of each person; the others become problems, people without a good line are left out."""
    lines = read_lines(block.rows(), problems)
    return [list(told) for _, told in groupby(lines, attrgetter("person_key"))]


def make(raw: Raw, hasher: KeyHasher) -> Made:
    """All rows of a portion of new people."""
    made = Made()
    histories = [history_of(lines) for lines in read_people(raw.block, made.problems)]
    made.people = len(histories)
    made.rows = rows_of(histories, raw.person_ids, raw.policy_ids, hasher)
    made.districts = districts_of(histories)
    made.counts = made.rows.counts
    return made


def rows_of(
    histories: Sequence[PersonHistory], person_ids: Sequence[int], policy_ids: Sequence[int], hasher: KeyHasher
) -> PortionRows:
    """Rows of these people with these ids."""
    rows = PortionRows()
    policies = iter(policy_ids)
    for history, person_id in zip(histories, person_ids, strict=False):
        rows.add(history, person_id, list(islice(policies, len(history.policies))), hasher)
    return rows


def districts_of(histories: Iterable[PersonHistory]) -> set[tuple[str, str]]:
    """Clinic and code of every district people were attached to."""
    return {
        (one.value.clinic_code, one.value.district_code)
        for history in histories
        for one in history.attachments
        if one.value.district_code
    }


class _Worker:
    """State of a worker process."""

    hasher: KeyHasher
    forms: dict[str, CopyForm]


def start_worker(secret: bytes, forms: dict[str, CopyForm]) -> None:
    """Prepare this process for ``make_bodies``."""
    gc.disable()  # portions are tuples without cycles, and the collector would walk them all
    _Worker.hasher = KeyHasher(secret)
    _Worker.forms = forms


def make_bodies(raw: Raw) -> Made:
    """What ``make`` returns, as COPY text, which is cheaper to send back than rows."""
    made = make(raw, _Worker.hasher)
    rows, made.rows = made.rows, None
    if rows is not None:
        for table, _, values in rows.by_table:
            if values:
                form = _Worker.forms[table.name]
                made.bodies.append((form.statement, form.body(values)))
    return made
