"""Registering, changing and closing districts of clinics."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, update

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.insured.tables import Attachment, District, DistrictDoctor
from registry.store.base import OPEN_DATE, OPEN_MOMENT

if TYPE_CHECKING:
    from registry.insured.kinds.district import DistrictRecord

DAY = timedelta(days=1)
DEPENDANTS = "dependants"


def register_districts(work: Work) -> None:
    """Create or change the district of every open item and start a period of its doctor (amqp.md 5.5).

    Packets about districts carry one district each, so they are applied one by one.
    """
    for item in work.items:
        if not item.is_open:
            continue
        if item.operation is Operation.DELETE:
            _close(work, item)
        else:
            _register(work, item, cast("DistrictRecord", item.record))


def _register(work: Work, item: Item, record: DistrictRecord) -> None:
    district = _known(work, item, record)
    if district is None:
        district = District(
            clinic_code=record.clinic or "", area_type=record.area_type or 1, code=record.district or ""
        )
        work.session.add(district)
    district.code = record.district or district.code
    district.area_type = record.area_type or district.area_type
    district.department = record.department or ""
    district.building = record.building or ""
    district.opened_on = record.opened_on
    district.closed_on = record.closed_on or OPEN_DATE
    district.source = work.source
    work.session.flush()
    item.answer["target_id"] = district.id
    if record.doctor_snils:
        _serve(work, district.id, record)
    item.changes.append(
        Change(
            "district_registered", None, district.clinic_code, work.today, record.number or "", {"code": district.code}
        )
    )


def _known(work: Work, item: Item, record: DistrictRecord) -> District | None:
    if item.object and item.object.target_id:
        return work.session.get(District, item.object.target_id)
    return work.session.scalars(
        select(District).where(
            District.clinic_code == (record.clinic or ""),
            District.area_type == (record.area_type or 1),
            District.code == (record.district or ""),
            District.building.in_((record.building or "", "")),
        )
    ).first()


def _serve(work: Work, district_id: int, record: DistrictRecord) -> None:
    """Start a period of the doctor; the former one of the same category ends the day before."""
    snils = "".join(filter(str.isdigit, record.doctor_snils or ""))
    since: date = record.doctor_from or work.today
    category = record.doctor_category or 1
    serving = work.session.scalars(
        select(DistrictDoctor).where(
            DistrictDoctor.district_id == district_id,
            DistrictDoctor.category == category,
            DistrictDoctor.until == OPEN_DATE,
        )
    ).all()
    if any(row.snils == snils for row in serving):
        return
    for row in serving:
        row.until = max(row.since, since - DAY)
    work.session.add(DistrictDoctor(district_id=district_id, snils=snils, category=category, since=since))


def _close(work: Work, item: Item) -> None:
    """Close a district nobody is attached to; with people attached it waits for their deletion (RESULT_CODE 205)."""
    target = item.object.target_id if item.object else None
    district = work.session.get(District, target) if target else None
    if district is None:
        return
    attached = work.session.scalar(
        select(Attachment.id)
        .where(
            Attachment.clinic_code == district.clinic_code,
            Attachment.district_code == district.code,
            Attachment.valid_to == OPEN_DATE,
            Attachment.retracted_at == OPEN_MOMENT,
        )
        .limit(1)
    )
    if attached and work.may_hold:
        item.held_for = f"{DEPENDANTS}:{district.code}"
        return
    if attached:
        item.findings.append(finding(F.HAS_DEPENDANTS, f"участок {district.code}", field="district"))
        return
    work.session.execute(update(District).where(District.id == district.id).values(closed_on=work.today))
