"""The number of people attached to clinics by insurer, on a day."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from registry.core.findings import FindingCode as F
from registry.core.queries import Asked, Query, Told
from registry.insured.kinds.attached_total import AttachedTotal
from registry.insured.queries.survivors import counts_once
from registry.insured.tables import Attachment, Insurance
from registry.store.base import OPEN_MOMENT

THERAPEUTIC = 1


def attached_totals(asked: Asked) -> Told:
    """Return the totals of the day asked about: a clinic sees its own, an insurer its insured, the fund all."""
    on = asked.parameters.__dict__.get("on")
    if on is None:
        return Told(refusal=F.PARAMETERS_WRONG)
    insured = and_(
        Insurance.person_id == Attachment.person_id,
        Insurance.valid_from <= on,
        Insurance.valid_to >= on,
        Insurance.retracted_at == OPEN_MOMENT,
    )
    query = (
        select(Attachment.clinic_code, Insurance.insurer_code, func.count(Attachment.person_id.distinct()))
        .outerjoin(Insurance, insured)
        .where(
            Attachment.area_type == THERAPEUTIC,
            Attachment.valid_from <= on,
            Attachment.valid_to >= on,
            Attachment.retracted_at == OPEN_MOMENT,
            counts_once(on),
        )
        .group_by(Attachment.clinic_code, Insurance.insurer_code)
        .order_by(Attachment.clinic_code, Insurance.insurer_code)
    )
    if asked.kind == "clinic":
        query = query.where(Attachment.clinic_code.in_(sorted(asked.codes)))
    elif asked.kind == "insurer":
        query = query.where(Insurance.insurer_code.in_(sorted(asked.codes)))
    return Told(
        rows=[
            AttachedTotal(number=clinic, clinic=clinic, insurer=insurer or None, people=people)
            for clinic, insurer, people in asked.session.execute(query)
        ]
    )


QUERIES = (Query("attached_totals", "Численность прикреплённых по МО и СМО", attached_totals),)
