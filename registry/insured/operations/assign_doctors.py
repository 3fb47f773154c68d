"""Assigning medical workers to sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import insert, select

from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.tables import District, DistrictDoctor
from registry.store.base import OPEN_DATE
from registry.store.locks import advisory_lock

if TYPE_CHECKING:
    from registry.insured.kinds.doctor_section import DoctorSection

Place = tuple[str, str]
Serving = tuple[int, str]


def assign_doctors(work: Work) -> None:
    """Create missing sections and let every worker of the packet serve theirs.

    A repetition changes nothing; another position, day, name or speciality of a worker of the section corrects them.
    """
    advisory_lock(work.session, "sections")  # two packages of one clinic may name the same new section at one moment
    records = [(item, cast("DoctorSection", item.record)) for item in work.items if item.is_open]
    places = {_place(record) for _, record in records}
    known = _districts(work, places)
    missing = sorted(places - known.keys())
    if missing:
        rows = [
            {"clinic_code": clinic, "code": code, "opened_on": work.today, "source": work.source}
            for clinic, code in missing
        ]
        work.session.execute(insert(District), rows)
        known = _districts(work, places)
    serving = _serving(work, set(known.values()))
    _serve(work, records, known, serving)


def _place(record: DoctorSection) -> Place:
    return record.clinic or record.reporting_clinic or "", record.district or ""


def _districts(work: Work, places: set[Place]) -> dict[Place, int]:
    rows = work.session.execute(
        select(District.clinic_code, District.code, District.id)
        .where(District.clinic_code.in_({clinic for clinic, _ in places}), District.area_type == 1)
        .order_by(District.id.desc())
    )
    return {(row.clinic_code, row.code): row.id for row in rows if (row.clinic_code, row.code) in places}


def _serving(work: Work, district_ids: set[int]) -> dict[Serving, DistrictDoctor]:
    rows = work.session.scalars(
        select(DistrictDoctor).where(DistrictDoctor.district_id.in_(district_ids), DistrictDoctor.until == OPEN_DATE)
    )
    return {(row.district_id, row.snils): row for row in rows}


def _serve(
    work: Work,
    records: list[tuple[Item, DoctorSection]],
    known: dict[Place, int],
    serving: dict[Serving, DistrictDoctor],
) -> None:
    for _, record in records:
        key = known[_place(record)], "".join(filter(str.isdigit, record.doctor_snils or ""))
        since = record.district_from or record.doctor_from
        row = serving.get(key)
        if row is None:
            row = DistrictDoctor(
                district_id=key[0], snils=key[1], category=record.doctor_category or 1, since=since or work.today
            )
            work.session.add(row)
            serving[key] = row
        else:
            row.category = record.doctor_category or row.category
            row.since = since or row.since
        _describe(row, record)
    work.session.flush()


def _describe(row: DistrictDoctor, record: DoctorSection) -> None:
    """Keep who the worker is; what a record leaves out stays as it was told before."""
    row.surname = record.surname or row.surname or ""
    row.first_name = record.first_name or row.first_name or ""
    row.patronymic = record.patronymic or row.patronymic or ""
    row.birth_date = record.birth_date or row.birth_date
    row.speciality = record.speciality or row.speciality
