"""The number of people attached to clinics by insurer, on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from registry.core.findings import FindingCode as F
from registry.core.queries import Asked, Query, Told
from registry.insured.kinds.attached_total import AttachedTotal
from registry.insured.queries.survivors import counts_once, in_force
from registry.insured.tables import Attachment, Insurance, Person

THERAPEUTIC = 1


def attached_totals(asked: Asked) -> Told:
    """Return the totals of the day asked about: a clinic sees its own, an insurer its insured, the fund all."""
    on = asked.parameters.__dict__.get("on")
    if on is None:
        return Told(refusal=F.PARAMETERS_WRONG)
    totals = Counter({(clinic, insurer or ""): people for clinic, insurer, people in _counted(asked, on)})
    for clinic, insurer in _insured_by_kin(asked, on):
        totals[clinic, ""] -= 1
        totals[clinic, insurer] += 1
    visible = asked.codes if asked.kind == "insurer" else None
    return Told(
        rows=[
            AttachedTotal(number=clinic, clinic=clinic, insurer=insurer or None, people=people)
            for (clinic, insurer), people in sorted(totals.items())
            if people and (visible is None or insurer in visible)
        ]
    )


def _counted(asked: Asked, on: date) -> Sequence[Any]:
    """The attached of a day by clinic and by the insurer of the very record."""
    query = (
        select(Attachment.clinic_code, Insurance.insurer_code, func.count(Attachment.person_id.distinct()))
        .outerjoin(Insurance, and_(Insurance.person_id == Attachment.person_id, *in_force(Insurance, on)))
        .where(*_attached(asked, on))
        .group_by(Attachment.clinic_code, Insurance.insurer_code)
    )
    return asked.session.execute(query).all()


def _insured_by_kin(asked: Asked, on: date) -> Sequence[Any]:
    """Clinic and insurer of the attached whose record has no insurance that day, but another of the same human has.

    The query begins at the joined records, which are few.
    """
    joined, me, kin = aliased(Person), aliased(Person), aliased(Person)
    human = func.coalesce(me.merged_into, me.id)
    own = exists().where(Insurance.person_id == Attachment.person_id, *in_force(Insurance, on))
    theirs = aliased(Insurance)
    query = (
        select(Attachment.clinic_code, func.min(theirs.insurer_code))
        .select_from(joined)
        .join(me, or_(me.id == joined.id, me.id == joined.merged_into))
        .join(Attachment, Attachment.person_id == me.id)
        .join(kin, or_(kin.id == human, kin.merged_into == human))
        .join(theirs, and_(theirs.person_id == kin.id, *in_force(theirs, on)))
        .where(joined.merged_into.is_not(None), ~own.correlate(Attachment), *_attached(asked, on))
        .group_by(Attachment.id, Attachment.clinic_code)
    )
    return asked.session.execute(query).all()


def _attached(asked: Asked, on: date) -> list[ColumnElement[bool]]:
    conditions = [Attachment.area_type == THERAPEUTIC, *in_force(Attachment, on), counts_once(on)]
    if asked.kind == "clinic":
        conditions.append(Attachment.clinic_code.in_(sorted(asked.codes)))
    return conditions


QUERIES = (Query("attached_totals", "Численность прикреплённых по МО и СМО", attached_totals),)
