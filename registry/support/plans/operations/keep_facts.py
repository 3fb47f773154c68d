"""Keeping facts: whom an insurer told, and which steps people took in a clinic."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlalchemy import select

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.work import Work
from registry.insured.queries.survivors import tellers_of
from registry.support.plans.operations.reported_rows import Telling, keep, lock_plans, portions, tellings
from registry.support.plans.tables import ExecutionFact, InformingFact

R = TypeVar("R", InformingFact, ExecutionFact)
Told = tuple[int, int, int, date]
Step = tuple[int, int, int, int]


def keep_informing(work: Work) -> None:
    """Write every informing that is not known in the same words; the same one under another number is refused."""
    lock_plans(work)
    told = [one for one in tellings(work, InformingFact) if not one.repeats]
    known: dict[Told, InformingFact] = {}
    tellers = tellers_of(work.session, [one.person_id for one in told])
    for some in portions(tellers):
        for row in work.session.scalars(select(InformingFact).where(InformingFact.person_id.in_(some))):
            known |= {(one, row.step, row.method, row.informed_on): row for one in tellers[row.person_id]}
    for one in told:
        record = one.record
        if not work.by_fund and _insured_elsewhere(one):
            continue
        key = one.person_id, record.inform_step, record.inform_method, record.informed_on
        if _is_told(one, known.get(key), "inform_step"):
            continue
        attached = one.item.identification.attachment
        columns = {
            "insurer_code": record.informer,
            "clinic_code": record.clinic or (attached.clinic_code if attached else ""),
            "person_id": one.person_id,
            "informed_on": record.informed_on,
            "method": record.inform_method,
            "step": record.inform_step,
        }
        known[key] = keep(work, one, InformingFact, columns)


def keep_executions(work: Work) -> None:
    """Write every step that is not known in the same words; a person takes a step once in a month.

    A step the hub learnt from a card of an event becomes the sender's own.
    """
    lock_plans(work)
    told = [one for one in tellings(work, ExecutionFact) if not one.repeats]
    known = steps_of(work, [one.person_id for one in told])
    for one in told:
        record = one.record
        key = step_key(one.person_id, record.execution_step, record.executed_on)
        other = known.get(key)
        card_id = None
        if other is not None and other.rid is None:
            card_id, other = _from_card(work, other)
        if _is_told(one, other, "execution_step"):
            continue
        columns = {
            "clinic_code": record.clinic,
            "person_id": one.person_id,
            "executed_on": record.executed_on,
            "step": record.execution_step,
        }
        if card_id is not None:
            columns["card_id"] = card_id
        known[key] = keep(work, one, ExecutionFact, columns)


def steps_of(work: Work, person_ids: list[int]) -> dict[Step, ExecutionFact]:
    """Return the steps these people took, by person, step, year and month; a joined record took its survivor's."""
    known: dict[Step, ExecutionFact] = {}
    tellers = tellers_of(work.session, person_ids)
    for some in portions(tellers):
        for row in work.session.scalars(select(ExecutionFact).where(ExecutionFact.person_id.in_(some))):
            known |= {step_key(one, row.step, row.executed_on): row for one in tellers[row.person_id]}
    return known


def step_key(person_id: int, step: int, on: date) -> Step:
    """Return what makes a step one: whose it is, which one, and its month."""
    return person_id, step, on.year, on.month


def _from_card(work: Work, other: ExecutionFact) -> tuple[int | None, None]:
    """Take a row learnt from a card away, that the sender's own may stand for it, and tell the card."""
    card_id = other.card_id
    work.session.delete(other)
    work.session.flush()
    return card_id, None


def _insured_elsewhere(one: Telling[InformingFact]) -> bool:
    """Refuse the informing of a person whom another insurer insured on that day: it is theirs to tell of."""
    insured = one.item.identification.insurance
    code = insured.insurer_code if insured is not None else ""
    if not code or code == one.record.informer:
        return False
    detail = "лицо в этот день застраховано в другой СМО"
    one.item.findings.append(finding(F.FOREIGN_ORGANISATION, detail, field="informer", value=one.record.informer))
    return True


def _is_told(one: Telling[R], other: R | None, field: str) -> bool:
    """Refuse a record whose fact is known under another number."""
    if other is None or other is one.row:
        return False
    value = one.record.__dict__[field]
    detail = f"запись {other.rid}" if other.sender_id == one.sender_id else ""
    one.item.findings.append(finding(F.TOLD_UNDER_OTHER_NUMBER, detail, field=field, value=value))
    return True
