"""Loading people from the people CSV into an empty registry or into one that already knows people."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.core.collector import collector_paused
from registry.insured.keys import KeyHasher, refresh_keys
from registry.insured.loading.further import Further, apply_further, known_people
from registry.insured.loading.history import history_of
from registry.insured.loading.lines import LineProblem
from registry.insured.loading.making import (
    Made,
    Raw,
    districts_of,
    make,
    make_bodies,
    read_people,
    rows_of,
    start_worker,
)
from registry.insured.loading.people_file import BLOCK, PeopleFile
from registry.insured.loading.rows import SOURCE, PortionRows, constants_of, table_of
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

WORTH_WORKERS = 16 * 1024 * 1024  # a smaller file is loaded before two processes have started
MOST_WORKERS = 4
AHEAD = 30_000
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
    is_empty = session.execute(select(Person.id).limit(1)).first() is None and not KeyHasher(secret).is_changing
    freed = without_indexes(session, [table_of(model) for model in FREED], without_key=[table_of(PersonKey)])
    with PeopleFile(path) as file, collector_paused():
        load = _Load(session, report, secret, clock.now(), file, progress or (lambda _done, _total: None))
        with freed if is_empty else nullcontext(), PortionWriter(session) as writer:
            if not is_empty:
                load.merge_all(writer)
            elif writer.copies and file.total_bytes >= WORTH_WORKERS:
                load.add_all_with_workers(writer)
            else:
                load.add_all(writer)
        load.add_districts()
    return report


@dataclass(slots=True)
class _Load:
    """What all portions of one file share."""

    session: Session
    report: LoadReport
    secret: bytes
    recorded_at: datetime
    file: PeopleFile
    progress: Progress
    waiting_ids: dict[str, list[int]] = field(default_factory=dict)
    districts: set[tuple[str, str]] = field(default_factory=set)

    def add_all(self, writer: PortionWriter) -> None:
        """Write everybody as new, in this process."""
        hasher = KeyHasher(self.secret)
        for raw in self._portions(writer):
            self._take(make(raw, hasher), writer)

    def add_all_with_workers(self, writer: PortionWriter) -> None:
        """Write everybody as new; other processes make the rows, this one reads the file and feeds the database."""
        forms = {
            table.name: writer.form(table, columns, constants_of(table, self.recorded_at))
            for table, columns, _ in PortionRows().by_table
        }
        workers = min(MOST_WORKERS, os.cpu_count() or 1)
        started: deque[Future[Made]] = deque()
        context = get_context("spawn")  # a fork would share the connection to the database
        with ProcessPoolExecutor(workers, context, start_worker, (self.secret, forms)) as pool:
            for raw in self._portions(writer):
                started.append(pool.submit(make_bodies, raw))
                if len(started) > workers + 1:
                    self._take(started.popleft().result(), writer)
            while started:
                self._take(started.popleft().result(), writer)

    def merge_all(self, writer: PortionWriter) -> None:
        """Write new people, and of known ones what continues their history."""
        hasher = KeyHasher(self.secret)
        for raw in self._portions(writer):
            problems: list[LineProblem] = []
            told = [(history_of(lines), lines[0].number) for lines in read_people(raw.block, problems)]
            self._note(len(told), problems, districts_of(history for history, _ in told))
            writer.settle()
            known = known_people(self.session, [history.person_key for history, _ in told])
            new = [history for history, _ in told if history.person_key not in known]
            self._write(rows_of(new, raw.person_ids, raw.policy_ids, hasher), writer)
            self.report.added += len(new)
            if hasher.is_changing:  # keys by the former rules too are made of the rows
                writer.settle()
                refresh_keys(self.session, raw.person_ids[: len(new)], self.secret)
            old = [(history, number) for history, number in told if history.person_key in known]
            if old:
                writer.settle()
                self._extend(apply_further(self.session, known, old, self.recorded_at))

    def _portions(self, writer: PortionWriter) -> Iterator[Raw]:
        for block in self.file.blocks(BLOCK):
            self.report.lines += block.lines
            for number, key in block.come_back.items():
                self.report.refuse(LineProblem(number, "person_key", key, "строки одного лица подряд"))
            person_ids = self._ids(writer, table_of(Person), block.people)
            yield Raw(block, person_ids, self._ids(writer, table_of(Policy), block.lines))
            self.progress(self.file.done_bytes, self.file.total_bytes)

    def _ids(self, writer: PortionWriter, table: Table, count: int) -> list[int]:
        """Ids nobody else will use; reserved in advance, so that making a portion seldom waits for the database."""
        waiting = self.waiting_ids.setdefault(table.name, [])
        if len(waiting) < count:
            writer.settle()
            waiting.extend(reserve_ids(self.session, table, max(count, AHEAD if waiting else count)))
        taken = waiting[:count]
        del waiting[:count]
        return taken

    def _take(self, made: Made, writer: PortionWriter) -> None:
        self._note(made.people, made.problems, made.districts)
        self.report.added += made.people
        self.report.count_rows(made.counts)
        for statement, body in made.bodies:
            writer.send(statement, body)
        if made.rows is not None:
            self._send(made.rows, writer)

    def _write(self, rows: PortionRows, writer: PortionWriter) -> None:
        self.report.count_rows(rows.counts)
        self._send(rows, writer)

    def _send(self, rows: PortionRows, writer: PortionWriter) -> None:
        for table, columns, values in rows.by_table:
            writer.write(table, columns, values, constants_of(table, self.recorded_at))

    def _note(self, people: int, problems: Sequence[LineProblem], districts: set[tuple[str, str]]) -> None:
        self.report.people += people
        self.districts |= districts
        for problem in problems:
            self.report.refuse(problem)

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
        rows = [(clinic, THERAPEUTIC, code, SOURCE) for clinic, code in sorted(self.districts - known)]
        columns = ("clinic_code", "area_type", "code", "source")
        self.report.districts = insert_rows(self.session, table_of(District), columns, rows)
