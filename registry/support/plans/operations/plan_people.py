"""Putting people into plans: once for a kind and a year, by the clinic they are attached to (files.md 4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from sqlalchemy import select

from registry.core.changes import Change
from registry.core.checks.mkb import mkb_key
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.work import Work
from registry.insured.operations.districts import known_districts
from registry.insured.queries.survivors import tellers_of
from registry.support.plans.operations.reported_rows import Telling, keep, lock_plans, portions, tellings
from registry.support.plans.rules.steps import FINISHED, ONCE_A_YEAR, kind_of_step
from registry.support.plans.tables import ExecutionFact, PlanRow

Place = tuple[int, int, int]
Tellers = Mapping[int, list[int]]
REFUSE, WARN = "refuse", "warn"


def plan_people(work: Work) -> None:
    """Write every row that is not in force in the same words, or say why the person cannot be planned so."""
    lock_plans(work)
    told = [one for one in tellings(work, PlanRow) if not (one.repeats and _in_force(one.row))]
    for one in told:
        _check_attachment(work, one)
    _check_districts(work, told)
    told = [one for one in told if one.item.is_open]
    tellers = tellers_of(work.session, {one.person_id for one in told} | {one.row.person_id for one in told if one.row})
    _check_executed(work, told, tellers)
    told = [one for one in told if one.item.is_open]
    others = _others(work, told, tellers)
    for one in told:
        _place(work, one, others, tellers)


def _in_force(row: PlanRow | None) -> bool:
    return row is not None and row.withdrawn_at is None


def _is_attached_here(work: Work, one: Telling[PlanRow]) -> bool:
    attached = one.item.identification.attachment
    return attached is not None and attached.clinic_code in {one.record.clinic, *work.sender_codes}


def _check_attachment(work: Work, one: Telling[PlanRow]) -> None:
    """A person attached elsewhere is refused or warned of, as the setting says."""
    mode = work.options["plan_attachment"]
    if mode in (REFUSE, WARN) and not _is_attached_here(work, one):
        level = Level.ERROR if mode == REFUSE else Level.WARNING
        attached = one.item.identification.attachment
        detail = "прикреплено к другой МО" if attached is not None else "прикрепления нет"
        right = attached.clinic_code if attached is not None else ""
        value = one.record.clinic
        one.item.findings.append(
            finding(F.NOT_ATTACHED_HERE, detail, field="clinic", value=value, expected=right, level=level)
        )


def _check_districts(work: Work, told: list[Telling[PlanRow]]) -> None:
    """A section the clinic never told is noted; clinics that told none are not judged (information support, 3.1)."""
    named = [one for one in told if one.record.district and one.record.clinic]
    known = known_districts(work.session, {one.record.clinic for one in named})
    for one in named:
        codes = {code for _, code in known[one.record.clinic]}
        if codes and one.record.district not in codes:
            one.item.findings.append(finding(F.DISTRICT_UNKNOWN, field="district", value=one.record.district))


def _check_executed(work: Work, told: list[Telling[PlanRow]], tellers: Tellers) -> None:
    """A row whose measure is done stays where it is; what a joined record did its survivor did."""
    moved = [(one, one.row) for one in told if one.row is not None and _is_moved(one, one.row, tellers)]
    done: set[Place] = set()
    for some in portions(_records_of({row.person_id for _, row in moved}, tellers)):
        facts = select(ExecutionFact.person_id, ExecutionFact.step, ExecutionFact.executed_on).where(
            ExecutionFact.person_id.in_(some), ExecutionFact.step.in_(FINISHED)
        )
        for person_id, step, day in work.session.execute(facts):
            done |= {(one, kind_of_step(step), day.year) for one in tellers[person_id]}
    for one, row in moved:
        if (row.person_id, row.event_kind, row.year) in done:
            one.item.findings.append(finding(F.ALREADY_EXECUTED, field="event_kind", value=one.record.event_kind))


def _is_moved(one: Telling[PlanRow], row: PlanRow, tellers: Tellers) -> bool:
    record = one.record
    kept = row.event_kind, row.year, row.month
    return one.person_id not in tellers[row.person_id] or (record.event_kind, record.year, record.month) != kept


def _records_of(people: AbstractSet[int], tellers: Tellers) -> list[int]:
    """All records whose rows tell of these people."""
    return [record for record, told in tellers.items() if not people.isdisjoint(told)]


def _others(work: Work, told: list[Telling[PlanRow]], tellers: Tellers) -> dict[Place, list[PlanRow]]:
    """Return the rows in force about the same people, by person, kind and year; those of joined records are theirs."""
    found: defaultdict[Place, list[PlanRow]] = defaultdict(list)
    for some in portions(_records_of({one.person_id for one in told}, tellers)):
        query = select(PlanRow).where(PlanRow.person_id.in_(some), PlanRow.withdrawn_at.is_(None))
        for row in work.session.scalars(query.order_by(PlanRow.id)):
            for one in tellers[row.person_id]:
                found[one, row.event_kind, row.year].append(row)
    return found


def _place(work: Work, one: Telling[PlanRow], others: dict[Place, list[PlanRow]], tellers: Tellers) -> None:
    """Write one row; rows of clinics the person has left give way to the clinic the person is attached to."""
    record = one.record
    mkb = mkb_key(record.mkb) if record.mkb else ""
    place = one.person_id, record.event_kind, record.year
    beside = [row for row in others[place] if row is not one.row and row.mkb == mkb and _collides(row, one)]
    foreign = [row for row in beside if row.clinic_code not in {record.clinic, *work.sender_codes}]
    own = [row for row in beside if row not in foreign]
    if own or (foreign and not _is_attached_here(work, one)):
        _refuse(one, (own or foreign)[0], whose="" if own else "план другой МО")
        return
    for row in foreign:
        _leave(others, row, tellers)
        _withdraw(work, one, row)
    if one.row is not None and _in_force(one.row):
        _leave(others, one.row, tellers)
    columns = {
        "clinic_code": record.clinic,
        "person_id": one.person_id,
        "event_kind": record.event_kind,
        "year": record.year,
        "month": record.month,
        "due_on": date(record.year, record.month, 1),
        "mkb": mkb,
        "withdrawn_at": None,
    }
    others[place].append(keep(work, one, PlanRow, columns))


def _leave(others: dict[Place, list[PlanRow]], row: PlanRow, tellers: Tellers) -> None:
    """The place is free for the records that follow."""
    for one in tellers[row.person_id]:
        rows = others[one, row.event_kind, row.year]
        if row in rows:
            rows.remove(row)


def _collides(row: PlanRow, one: Telling[PlanRow]) -> bool:
    return row.month == one.record.month or row.event_kind in ONCE_A_YEAR


def _refuse(one: Telling[PlanRow], row: PlanRow, whose: str) -> None:
    code = F.TOLD_UNDER_OTHER_NUMBER if row.month == one.record.month else F.ALREADY_PLANNED
    detail = whose or f"запись {row.rid}, {row.month:02d}.{row.year}"
    one.item.findings.append(finding(code, detail, field="event_kind", value=one.record.event_kind))


def _withdraw(work: Work, one: Telling[PlanRow], row: PlanRow) -> None:
    row.withdrawn_at = row.changed_at = work.now
    one.item.changes.append(
        Change("plan_row_withdrawn", row.person_id, row.clinic_code, row.due_on, record_number=str(row.rid))
    )
