"""Preparing a mass change: every line gets what it would do, nothing of the registry is touched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import String, Table, select
from sqlalchemy.orm import Session

from registry.insured.mass.rules import Seen, Wanted, look, settle_repeats
from registry.insured.mass.tables import MassChange, MassChangeLine
from registry.insured.mass.workflow import LineState, MassState
from registry.insured.operations.attachment_rows import attachments_of
from registry.insured.queries.survivors import counts_once
from registry.insured.tables import Attachment, District, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows
from registry.store.probe import probe

MOST_LINES = 100_000
COLUMNS = (
    "change_id",
    "line",
    "status",
    "key",
    "person_id",
    "attachment_id",
    "clinic_code",
    "before",
    "after",
    "note",
)


def prepare(session: Session, change: MassChange, lines: Sequence[Wanted]) -> None:
    """Store what every line would do and count the lines; a change without lines is seen as empty."""
    people = _people(session, lines)
    histories = attachments_of(session, {one for found in people.values() for one in found})
    districts = _districts(session, {row.clinic_code for rows in histories.values() for row in rows if row.is_open})
    seen = []
    for wanted in lines:
        found = people.get(wanted.line, set())
        history = histories.get(next(iter(found)), []) if len(found) == 1 else []
        clinic = next((row.clinic_code for row in history if row.is_open and row.area_type == wanted.area_type), "")
        seen.append(look(wanted, found, history, districts.get(clinic)))
    settle_repeats(seen)
    table = cast(Table, MassChangeLine.__table__)
    insert_rows(session, table, COLUMNS, (_row(change.id, one) for one in seen))
    counts = Counter(one.status for one in seen)
    change.total, change.ready, change.wrong = len(seen), counts[LineState.READY], counts[LineState.WRONG]
    change.status, change.content, change.place = MassState.SEEN.value, None, 0


def wanted_of_filter(session: Session, asked: dict[str, Any]) -> Iterator[Wanted]:
    """Yield a line for everybody attached to a district of a clinic, in order of ids."""
    area_type = int(asked.get("area_type") or 1)
    query = (
        select(Person.bdz_id, Person.enp)
        .join(Attachment, Attachment.person_id == Person.id)
        .where(
            Attachment.clinic_code == asked["clinic"],
            Attachment.area_type == area_type,
            Attachment.district_code == asked["from_district"],
            Attachment.valid_to == OPEN_DATE,
            Attachment.retracted_at == OPEN_MOMENT,
            counts_once(OPEN_DATE),
        )
        .order_by(Person.id)
        .limit(MOST_LINES)
    )
    for number, row in enumerate(session.execute(query), 1):
        yield Wanted(number, "", row.bdz_id, asked["clinic"], area_type, dict(asked["section"]))


def _people(session: Session, lines: Sequence[Wanted]) -> dict[int, set[int]]:
    """Find the people of all lines by either number; a joined record stands for its survivor."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    by_enp = _owners(session, Person.enp, {one.enp for one in lines if one.enp})
    by_bdz = _owners(session, Person.bdz_id, {one.bdz_id for one in lines if one.bdz_id})
    for one in lines:
        found[one.line] |= by_enp.get(one.enp, set()) if one.enp else set()
        found[one.line] |= by_bdz.get(one.bdz_id, set()) if one.bdz_id else set()
    return found


def _owners(session: Session, column: Any, values: Iterable[str]) -> dict[str, set[int]]:
    asked = probe(session, [("value", String)], [(one,) for one in values])
    query = select(column, Person.id, Person.merged_into).join(asked, asked.c.value == column)
    owners: defaultdict[str, set[int]] = defaultdict(set)
    for value, person_id, merged_into in session.execute(query):
        owners[value].add(merged_into or person_id)
    return owners


def _districts(session: Session, clinics: Iterable[str]) -> dict[str, frozenset[tuple[int, str]]]:
    query = select(District.clinic_code, District.area_type, District.code).where(
        District.clinic_code.in_(sorted(clinics)), District.closed_on == OPEN_DATE
    )
    found: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    for clinic, area_type, code in session.execute(query):
        found[clinic].add((area_type, code))
    return {clinic: frozenset(codes) for clinic, codes in found.items()}


def _row(change_id: int, one: Seen) -> tuple[Any, ...]:
    current = one.current
    return (
        change_id,
        one.wanted.line,
        one.status.value,
        one.wanted.key[:36],
        one.person_id,
        current.id if current else None,
        (current.clinic_code if current else one.wanted.clinic)[:6],
        one.before,
        one.after,
        one.note[:250],
    )
