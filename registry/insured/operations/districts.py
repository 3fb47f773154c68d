"""Districts (участки) and their doctors: known ones are checked, unknown ones are created, warned of or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.insured.tables import District, DistrictDoctor

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment

# built once: making a statement costs more than running it for one record
AMONG_CLINICS = District.clinic_code.in_(bindparam("clinics", expanding=True))
DISTRICTS = select(District.clinic_code, District.area_type, District.code).where(AMONG_CLINICS)
DOCTORS = (
    select(District.clinic_code, DistrictDoctor.snils)
    .join(DistrictDoctor, DistrictDoctor.district_id == District.id)
    .where(AMONG_CLINICS, DistrictDoctor.since <= bindparam("today"), DistrictDoctor.until >= bindparam("today"))
)
LEVELS = {"warn": Level.WARNING, "refuse": Level.ERROR}


def settle_districts(work: Work) -> None:
    """Check district and doctor of every open item; the setting ``unknown_district`` says what an unknown one does."""
    items = [item for item in work.items if item.is_open and item.operation is not Operation.DELETE]
    clinics = {clinic for item in items if (clinic := cast("Attachment", item.record).clinic)}
    districts = known_districts(work.session, clinics if _any(items, "district") else set())
    doctors = _known_doctors(work.session, clinics if _any(items, "doctor_snils") else set(), work.today)
    missing: dict[tuple[str, int, str, str], Attachment] = {}
    for item in items:
        record = cast("Attachment", item.record)
        clinic = record.clinic or ""
        if record.district and (record.area_type or 1, record.district) not in districts[clinic]:
            _unknown_district(item, record, str(work.options.get("unknown_district", "warn")), missing)
        digits = "".join(filter(str.isdigit, record.doctor_snils or ""))
        if digits and doctors[clinic] and digits not in doctors[clinic]:
            item.findings.append(finding(F.DOCTOR_UNKNOWN, field="doctor_snils", value=record.doctor_snils))
    if missing:
        work.session.execute(insert(District), [_row(record, work.today) for record in missing.values()])


def _any(items: Sequence[Item], field: str) -> bool:
    """True when a record names one at all: most packets do not, and need not be asked for."""
    return any(item.record.__dict__.get(field) for item in items)


def resolve_districts(work: Work) -> None:
    """Replace the sender's section ids by district, department and building of the districts they stand for."""
    wanted = {target for item in work.items for target in item.related.values()}
    if not wanted:
        return
    rows = select(District.id, District.code, District.department, District.building).where(District.id.in_(wanted))
    known = {row.id: row for row in work.session.execute(rows)}
    for item in work.items:
        record = cast("Attachment", item.record)
        for field, target in item.related.items():
            if field == "section_id" and target in known:
                row = known[target]
                values = {"district": row.code, "department": row.department, "building": row.building}
                record.__dict__.update({name: value for name, value in values.items() if value})


def _unknown_district(
    item: Item, record: Attachment, effect: str, missing: dict[tuple[str, int, str, str], Attachment]
) -> None:
    if effect == "create":
        key = (record.clinic or "", record.area_type or 1, record.district or "", record.building or "")
        missing.setdefault(key, record)
    else:
        item.findings.append(finding(F.DISTRICT_UNKNOWN, field="district", value=record.district, level=LEVELS[effect]))


def _row(record: Attachment, today: date) -> dict[str, object]:
    return {
        "clinic_code": record.clinic,
        "area_type": record.area_type or 1,
        "code": record.district,
        "department": record.department or "",
        "building": record.building or "",
        "opened_on": today,
        "source": "attachment",
    }


def known_districts(session: Session, clinics: set[str]) -> defaultdict[str, set[tuple[int, str]]]:
    """Return the sections of clinics: area type and code; a clinic that never told its own has none."""
    known: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
    if not clinics:
        return known
    for clinic, area_type, code in session.connection().execute(DISTRICTS, {"clinics": sorted(clinics)}):
        known[clinic].add((area_type, code))
    return known


def _known_doctors(session: Session, clinics: set[str], today: date) -> defaultdict[str, set[str]]:
    """Doctors by clinic; a clinic that never told its doctors is not judged by them."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    if not clinics:
        return known
    for clinic, snils in session.connection().execute(DOCTORS, {"clinics": sorted(clinics), "today": today}):
        known[clinic].add(snils)
    return known
