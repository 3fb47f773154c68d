"""Further history of people the registry already knows: added where it is safe, refused where it contradicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, Table, bindparam, select, update
from sqlalchemy.orm import Session

from registry.insured.keys.rules import DOCUMENT_FORMS, PERSON_FORMS, POLICY_FORMS, StoredForm, present_forms
from registry.insured.loading.history import (
    DAY,
    ClinicValue,
    DocumentValue,
    InsuranceValue,
    NamesValue,
    Period,
    PersonHistory,
    PolicyValue,
    planned_end,
)
from registry.insured.loading.lines import LineProblem
from registry.insured.loading.rows import DEAD, SOURCE, table_of
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows, reserve_ids
from registry.store.probe import probe

CONTRADICTION = "сведения, которые продолжают историю лица в регистре, а не противоречат ей"


class KnownRow(NamedTuple):
    """A row of the registry with its value in the form of histories."""

    id: int
    value: Any
    since: date
    until: date


@dataclass(slots=True)
class KnownPerson:
    """What the registry holds about a person now, by table."""

    id: int
    enp: str
    died_on: date | None
    rows: dict[str, list[KnownRow]] = field(default_factory=dict)


@dataclass(slots=True)
class Merge:
    """How one sort of rows goes on: rows that end on a day, and rows that are new."""

    ends: list[tuple[KnownRow, date, Any]] = field(default_factory=list)
    new: list[Period] = field(default_factory=list)


@dataclass(slots=True)
class Further:
    """What became of people already known."""

    changed_ids: list[int] = field(default_factory=list)
    unchanged: int = 0
    refused: list[LineProblem] = field(default_factory=list)


class _Aspect(NamedTuple):
    name: str
    model: Any
    value: Callable[[Any], Any]
    told: Callable[[PersonHistory], list[Period]]


def _value(kind: Any, row: Any, forms: Sequence[StoredForm]) -> Any:
    """What a row holds; its compared forms by the present rules, whichever they are stored by."""
    values = {name: getattr(row, name) for name in kind._fields}
    return kind(**values | present_forms(forms, values))


_ASPECTS = (
    _Aspect(
        "versions",
        PersonVersion,
        lambda row: _value(NamesValue, row, PERSON_FORMS),
        lambda history: history.versions,
    ),
    _Aspect(
        "documents",
        IdentityDocument,
        lambda row: _value(DocumentValue, row, DOCUMENT_FORMS),
        lambda history: history.documents,
    ),
    _Aspect("snils", Snils, lambda row: row.number, lambda history: history.snils),
    _Aspect(
        "policies",
        Policy,
        lambda row: _value(PolicyValue, row, POLICY_FORMS),
        lambda history: history.policies,
    ),
    _Aspect(
        "insurance",
        Insurance,
        lambda row: (row.policy_id, row.insurer_code),
        lambda history: history.insurance,
    ),
    _Aspect(
        "attachments",
        Attachment,
        lambda row: ClinicValue._make(getattr(row, name) for name in ClinicValue._fields),
        lambda history: history.attachments,
    ),
)


def known_people(session: Session, person_keys: Sequence[str]) -> dict[str, int]:
    """Ids of the people the registry knows by these keys."""
    asked = probe(session, [("bdz_id", String)], [(key,) for key in person_keys])
    query = select(Person.bdz_id, Person.id).join(asked, asked.c.bdz_id == Person.bdz_id)
    return {row.bdz_id: row.id for row in session.execute(query)}


def apply_further(
    session: Session, known: Mapping[str, int], told: Sequence[tuple[PersonHistory, int]], now: datetime
) -> Further:
    """Apply what the histories say beyond the rows of these people; a person is applied as a whole or refused."""
    further = Further()
    people = _read(session, [known[history.person_key] for history, _ in told])
    writer = _Writer(session, now)
    for history, line in told:
        person = people[known[history.person_key]]
        merges = plan(person, history)
        if merges is None:
            further.refused.append(LineProblem(line, "person_key", history.person_key, CONTRADICTION))
        elif any(merge.ends or merge.new for merge in merges.values()) or _told_more(person, history):
            writer.take(person, history, merges)
            further.changed_ids.append(person.id)
        else:
            further.unchanged += 1
    writer.write()
    return further


def plan(person: KnownPerson, history: PersonHistory) -> dict[str, Merge] | None:
    """How each sort of rows goes on, or ``None`` when something told contradicts what is known."""
    if person.died_on is not None and history.died_on not in (None, person.died_on):
        return None
    merges = {}
    for aspect in _ASPECTS:
        merge = merged(person.rows.get(aspect.name, []), aspect.told(history))
        if merge is None:
            return None
        merges[aspect.name] = merge
    return merges


def merged(known: Sequence[KnownRow], told: Sequence[Period]) -> Merge | None:
    """Rows that end and rows that begin so that the known ones are followed by those told.

    A value known on the day it is told from is not new; a known open row may be given its end; a new value must begin
    after every known one. Everything else is a contradiction.
    """
    merge = Merge()
    latest = max((row.since for row in known), default=date.min)
    ended: set[int] = set()
    for period in told:
        same = [row for row in known if row.value == period.value and row.since <= period.since <= row.until]
        if same:
            row = same[-1]
            if row.until == OPEN_DATE and period.until != OPEN_DATE:
                merge.ends.append((row, period.until, period.end_reason))
                ended.add(row.id)
            elif OPEN_DATE not in (row.until, period.until) and period.until > row.until:
                return None
            continue
        if period.since <= latest:
            return None
        merge.new.append(period)
    if merge.new:
        begin = min(period.since for period in merge.new)
        merge.ends += [(row, begin - DAY, None) for row in known if row.until >= begin and row.id not in ended]
    return merge


def _told_more(person: KnownPerson, history: PersonHistory) -> bool:
    new_enp = bool(history.enp) and history.enp != person.enp
    return new_enp or (history.died_on is not None and person.died_on is None)


def _read(session: Session, ids: Sequence[int]) -> dict[int, KnownPerson]:
    asked = probe(session, [("id", BigInteger)], [(one,) for one in ids])
    query = select(Person.id, Person.enp, Person.died_on).join(asked, asked.c.id == Person.id)
    people = {row.id: KnownPerson(row.id, row.enp, row.died_on) for row in session.execute(query)}
    policies: dict[int, PolicyValue] = {}
    for aspect in _ASPECTS:
        table = table_of(aspect.model)
        for row in session.execute(select(table).join(asked, asked.c.id == table.c.person_id)):
            value = aspect.value(row)
            if aspect.name == "policies":
                policies[row.id] = value  # retracted ones too: insurance goes on pointing at them
            if row.retracted_at != OPEN_MOMENT:
                continue
            if aspect.name == "insurance":
                policy = policies.get(row.policy_id)
                value = InsuranceValue(policy, row.insurer_code) if policy is not None else value
            found = people[row.person_id].rows.setdefault(aspect.name, [])
            found.append(KnownRow(row.id, value, row.valid_from, row.valid_to))
    return people


@dataclass(slots=True)
class _Writer:
    """Gathers the changes of a portion and writes them at once; ended rows are retracted and written anew."""

    session: Session
    now: datetime
    retracted: dict[str, list[tuple[int, date, Any]]] = field(default_factory=dict)
    new: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)

    def take(self, person: KnownPerson, history: PersonHistory, merges: Mapping[str, Merge]) -> None:
        """Gather the changes of one person."""
        ids = {row.value: row.id for row in person.rows.get("policies", [])}
        for name, merge in merges.items():
            self.retracted.setdefault(name, []).extend((row.id, until, reason) for row, until, reason in merge.ends)
            rows = self.new.setdefault(name, [])
            for period in merge.new:
                rows.append(self._row(name, person.id, period, ids, history))
        died_on = history.died_on or person.died_on
        self.people.append({"one": person.id, "new_enp": history.enp or person.enp, "died": died_on})

    def _row(
        self, name: str, person_id: int, period: Period, ids: dict[PolicyValue, int], history: PersonHistory
    ) -> tuple[Any, ...]:
        dates = (period.since, period.until)
        if name == "policies":
            ids[period.value] = reserve_ids(self.session, table_of(Policy), 1)[0]
            return (ids[period.value], person_id, *period.value, planned_end(period.value, history.insurance), *dates)
        if name == "insurance":
            value = period.value
            return (person_id, ids[value.policy], value.insurer_code, period.end_reason or "", *dates)
        if name == "attachments":
            return (person_id, *period.value, period.end_reason, *dates)
        return (person_id, *((period.value,) if name == "snils" else period.value), *dates)

    def write(self) -> None:
        """Write what was gathered: ends first, so that one row of a sort is open at any time."""
        for aspect in _ASPECTS:
            self._end(table_of(aspect.model), self.retracted.get(aspect.name, []))
            columns = (*_COLUMNS[aspect.name], "recorded_at", "source")
            rows = ((*row, self.now, SOURCE) for row in self.new.get(aspect.name, []))
            insert_rows(self.session, table_of(aspect.model), columns, rows)
        people = table_of(Person)
        for values in self.people:
            dead = {"status": DEAD, "died_on": values["died"], "death_source": SOURCE} if values["died"] else {}
            self.session.execute(
                update(people).where(people.c.id == values["one"]).values(enp=values["new_enp"], **dead)
            )

    def _end(self, table: Table, ends: Iterable[tuple[int, date, Any]]) -> None:
        """Retract rows and write them again with their end: what was known before stays readable."""
        ended = {row_id: (until, reason) for row_id, until, reason in ends}
        if not ended:
            return
        columns = [column for column in table.columns if column.name != "id"]
        names = [column.name for column in columns]
        asked = probe(self.session, [("id", BigInteger)], [(row_id,) for row_id in ended])
        rows = self.session.execute(select(table.c.id, *columns).join(asked, asked.c.id == table.c.id)).all()
        retract = update(table).where(table.c.id == bindparam("row_id")).values(retracted_at=self.now)
        self.session.connection().execute(retract, [{"row_id": row_id} for row_id in ended])
        copies = []
        for row in rows:
            until, reason = ended[row[0]]
            values = dict(zip(names, row[1:], strict=True))
            values.update(valid_to=until, recorded_at=self.now, source=SOURCE)
            if reason is not None:
                values["end_reason"] = reason
            copies.append(tuple(values[name] for name in names))
        insert_rows(self.session, table, names, copies)


_COLUMNS: dict[str, tuple[str, ...]] = {
    "versions": ("person_id", *NamesValue._fields, "valid_from", "valid_to"),
    "documents": ("person_id", *DocumentValue._fields, "valid_from", "valid_to"),
    "snils": ("person_id", "number", "valid_from", "valid_to"),
    "policies": ("id", "person_id", *PolicyValue._fields, "ends_on", "valid_from", "valid_to"),
    "insurance": ("person_id", "policy_id", "insurer_code", "end_reason", "valid_from", "valid_to"),
    "attachments": ("person_id", *ClinicValue._fields, "end_reason", "valid_from", "valid_to"),
}
