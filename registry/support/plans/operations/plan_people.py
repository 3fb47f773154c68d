"""Putting people into plans: once for a kind and a year, by the clinic they are attached to (files.md 4.3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from registry.core.changes import Change
from registry.core.checks.mkb import mkb_key
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.work import Work
from registry.insured.operations.districts import known_districts
from registry.support.plans.operations.reported_rows import Telling, keep, lock_plans, portions, tellings
from registry.support.plans.rules.steps import FINISHED, ONCE_A_YEAR, kind_of_step
from registry.support.plans.tables import ExecutionFact, PlanRow

Place = tuple[int, int, int]
REFUSE, WARN = "refuse", "warn"


def plan_people(work: Work) -> None:
    """Write every row that is not in force in the same words, or say why the person cannot be planned so."""
    lock_plans(work)
    told = [one for one in tellings(work, PlanRow) if not (one.repeats and _in_force(one.row))]
    for one in told:
        _check_attachment(work, one)
    _check_districts(work, told)
    _check_executed(work, [one for one in told if one.item.is_open])
    told = [one for one in told if one.item.is_open]
    others = _others(work, told)
    for one in told:
        _place(work, one, others)


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


def _check_executed(work: Work, told: list[Telling[PlanRow]]) -> None:
    """A row whose measure is done stays where it is."""
    moved = [(one, one.row) for one in told if one.row is not None and _place_of(one) != _kept_place(one.row)]
    done: set[Place] = set()
    for some in portions([row.person_id for _, row in moved]):
        facts = select(ExecutionFact.person_id, ExecutionFact.step, ExecutionFact.executed_on).where(
            ExecutionFact.person_id.in_(some), ExecutionFact.step.in_(FINISHED)
        )
        for person_id, step, day in work.session.execute(facts):
            done.add((person_id, kind_of_step(step), day.year))
    for one, row in moved:
        if (row.person_id, row.event_kind, row.year) in done:
            one.item.findings.append(finding(F.ALREADY_EXECUTED, field="event_kind", value=one.record.event_kind))


def _place_of(one: Telling[PlanRow]) -> tuple[int, int, int, int]:
    return one.person_id, one.record.event_kind, one.record.year, one.record.month


def _kept_place(row: PlanRow) -> tuple[int, int, int, int]:
    return row.person_id, row.event_kind, row.year, row.month


def _others(work: Work, told: list[Telling[PlanRow]]) -> dict[Place, list[PlanRow]]:
    """Return the rows in force about the same people, by person, kind and year."""
    found: defaultdict[Place, list[PlanRow]] = defaultdict(list)
    for some in portions([one.person_id for one in told]):
        query = select(PlanRow).where(PlanRow.person_id.in_(some), PlanRow.withdrawn_at.is_(None))
        for row in work.session.scalars(query.order_by(PlanRow.id)):
            found[row.person_id, row.event_kind, row.year].append(row)
    return found


def _place(work: Work, one: Telling[PlanRow], others: dict[Place, list[PlanRow]]) -> None:
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
        others[place].remove(row)
        _withdraw(work, one, row)
    if one.row is not None and _in_force(one.row):
        others[_kept_place(one.row)[:3]].remove(one.row)
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
