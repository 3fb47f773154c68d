"""Loading people from the people CSV into an empty registry or into one that already knows people."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.insured.keys import KeyHasher, refresh_keys
from registry.insured.loading.further import Further, apply_further, known_people
from registry.insured.loading.history import PersonHistory, history_of
from registry.insured.loading.lines import Line, LineProblem, LineReader, PeopleFile
from registry.insured.loading.rows import PortionRows, table_of
from registry.insured.tables import (
    Attachment,
    District,
    IdentityDocument,
    Insurance,
    Person,
    PersonKey,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.bulk import insert_rows, reserve_ids
from registry.store.portions import PortionWriter, without_indexes

PORTION = 5_000
AHEAD = 100_000
MOST_PROBLEMS = 1_000
THERAPEUTIC = 1
FREED = (Person, PersonVersion, IdentityDocument, Snils, Policy, Insurance, Attachment)

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class LoadReport:
    """What became of a file of people; ``problems`` names the first thousand of the lines left out."""

    lines: int = 0
    people: int = 0
    added: int = 0
    extended: int = 0
    unchanged: int = 0
    refused_people: int = 0
    bad_lines: int = 0
    districts: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[LineProblem] = field(default_factory=list)

    def refuse(self, problem: LineProblem) -> None:
        """Count a line left out and remember why."""
        self.bad_lines += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def count_rows(self, counts: dict[str, int]) -> None:
        """Add numbers of rows by table."""
        for name, count in counts.items():
            self.rows[name] = self.rows.get(name, 0) + count


def load_people(
    session: Session, path: Path, *, secret: bytes, clock: Clock, progress: Progress | None = None
) -> LoadReport:
    """Load every good line of a people CSV in the caller's transaction; bad lines are reported and left out.

    New people get all rows and keys. Of people already known the same content is passed over, further history is
    added, and what contradicts the registry is refused with its line. ``progress(done_bytes, total_bytes)`` is called
    after each portion.
    """
    report = LoadReport()
    load = _Load(session, report, KeyHasher(secret), secret, clock.now())
    is_empty = session.execute(select(Person.id).limit(1)).first() is None
    freed = without_indexes(session, [table_of(model) for model in FREED], without_key=[table_of(PersonKey)])
    with PeopleFile(path) as file, freed if is_empty else nullcontext(), _without_collector():
        people = _people(file, report)
        with PortionWriter(session) as writer:
            ids = _Ids(writer, session)
            while portion := list(islice(people, PORTION)):
                if is_empty:
                    load.add([history_of(lines) for lines in portion], ids)
                else:
                    load.merge(portion, ids)
                if progress is not None:
                    progress(file.done_bytes, file.total_bytes)
        load.add_districts()
    return report


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the collector of cycles: a portion is half a million tuples without any, and it would walk them all."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(slots=True)
class _Ids:
    """Ids reserved in advance, so that making a portion seldom waits for the database."""

    writer: PortionWriter
    session: Session
    waiting: dict[str, list[int]] = field(default_factory=dict)

    def take(self, table: Table, count: int) -> list[int]:
        """Ids nobody else will use."""
        waiting = self.waiting.setdefault(table.name, [])
        if len(waiting) < count:
            self.writer.settle()
            waiting.extend(reserve_ids(self.session, table, max(count, AHEAD if waiting else count)))
        taken = waiting[:count]
        del waiting[:count]
        return taken


@dataclass(slots=True)
class _Load:
    """What all portions of one file share."""

    session: Session
    report: LoadReport
    hasher: KeyHasher
    secret: bytes
    recorded_at: datetime
    districts: set[tuple[str, str]] = field(default_factory=set)

    def merge(self, portion: Sequence[Sequence[Line]], ids: _Ids) -> None:
        """Write one portion of people some of whom may be known."""
        told = [(history_of(lines), lines[0].number) for lines in portion]
        ids.writer.settle()
        known = known_people(self.session, [history.person_key for history, _ in told])
        self.add([history for history, _ in told if history.person_key not in known], ids)
        old = [(history, number) for history, number in told if history.person_key in known]
        if old:
            ids.writer.settle()
            self._remember_districts([history for history, _ in old])
            self._extend(apply_further(self.session, known, old, self.recorded_at))

    def add(self, histories: Sequence[PersonHistory], ids: _Ids) -> None:
        """Write all rows of new people."""
        rows = PortionRows()
        person_ids = ids.take(table_of(Person), len(histories))
        policy_ids = iter(ids.take(table_of(Policy), sum(len(history.policies) for history in histories)))
        for history, person_id in zip(histories, person_ids, strict=True):
            rows.add(history, person_id, list(islice(policy_ids, len(history.policies))), self.hasher)
        rows.write(ids.writer, self.recorded_at)
        self._remember_districts(histories)
        self.report.added += len(histories)
        self.report.count_rows(rows.counts)

    def _remember_districts(self, histories: Sequence[PersonHistory]) -> None:
        for history in histories:
            for one in history.attachments:
                if one.value.district_code:
                    self.districts.add((one.value.clinic_code, one.value.district_code))

    def _extend(self, further: Further) -> None:
        self.report.unchanged += further.unchanged
        self.report.extended += len(further.changed_ids)
        self.report.refused_people += len(further.refused)
        for problem in further.refused:
            self.report.refuse(problem)
        if further.changed_ids:
            refresh_keys(self.session, further.changed_ids, self.secret)

    def add_districts(self) -> None:
        """Districts met in attachments and not known yet, marked by their source."""
        known = {
            (clinic, code)
            for clinic, code in self.session.execute(
                select(District.clinic_code, District.code).where(District.area_type == THERAPEUTIC)
            )
        }
        rows = [(clinic, THERAPEUTIC, code, "load") for clinic, code in sorted(self.districts - known)]
        columns = ("clinic_code", "area_type", "code", "source")
        self.report.districts = insert_rows(self.session, table_of(District), columns, rows)


def _people(file: PeopleFile, report: LoadReport) -> Iterator[list[Line]]:
    """The good lines of each person together; a person who comes back later in the file is refused."""
    reader = LineReader()
    seen: set[int] = set()
    gathered: list[Line] = []
    for number, row in file.rows():
        report.lines += 1
        line = reader.read(number, row)
        if isinstance(line, LineProblem):
            report.refuse(line)
            continue
        if gathered and gathered[0].person_key == line.person_key:
            gathered.append(line)
            continue
        if hash(line.person_key) in seen:
            report.refuse(LineProblem(number, "person_key", line.person_key, "строки одного лица подряд"))
            continue
        if gathered:
            yield gathered
        seen.add(hash(line.person_key))
        report.people += 1
        gathered = [line]
    if gathered:
        yield gathered
