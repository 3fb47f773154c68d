"""Districts of clinics in figures: people attached now, workers, load against the norm; and the people behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from registry.insured.queries.survivors import counts_once, survivors
from registry.insured.tables import Attachment, District, DistrictDoctor, Person, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT


@dataclass(frozen=True, slots=True)
class Worker:
    """A medical worker as the clinic told them; ``name`` is empty when only the СНИЛС is known."""

    snils: str
    category: int
    name: str = ""
    speciality: int | None = None


@dataclass(slots=True)
class DistrictLine:
    """A district, or a medical worker, of a clinic with the number of people attached on a day.

    ``registered`` is False for codes that only attachments know; ``norm`` 0 stands for none.
    """

    clinic: str
    area_type: int
    code: str
    attached: int = 0
    norm: int = 0
    workers: list[Worker] = field(default_factory=list)
    districts: list[str] = field(default_factory=list)
    department: str = ""
    building: str = ""
    opened_on: date | None = None
    closed_on: date | None = None
    registered: bool = True

    @property
    def key(self) -> str:
        """What the next page continues from."""
        return f"{self.clinic}|{self.area_type}|{self.code}"

    @property
    def load(self) -> str:
        """How the number attached stands to the norm."""
        if not self.norm:
            return "none"
        return "over" if self.attached > self.norm else "within"

    @property
    def share(self) -> int:
        """The number attached as a percentage of the norm."""
        return round(100 * self.attached / self.norm) if self.norm else 0


@dataclass(frozen=True, slots=True)
class AttachedLine:
    """One person attached to a district or a worker."""

    attachment: Attachment
    person: Person
    version: PersonVersion

    @property
    def key(self) -> str:
        """What the next page continues from."""
        return f"{self.version.surname_key}|{self.version.first_name_key}|{self.attachment.id}"


def district_lines(
    session: Session, clinics: Collection[str], on: date, norms: Mapping[str, int]
) -> list[DistrictLine]:
    """Every district of these clinics with its figures of a day, and codes without a district beside them."""
    found: dict[tuple[str, int, str], DistrictLine] = {}
    ids: dict[int, DistrictLine] = {}
    for row in session.scalars(select(District).where(District.clinic_code.in_(sorted(clinics)))):
        closed = None if row.closed_on == OPEN_DATE else row.closed_on
        line = found.setdefault(
            (row.clinic_code, row.area_type, row.code), DistrictLine(row.clinic_code, row.area_type, row.code)
        )
        line.department, line.building = row.department, row.building
        line.opened_on, line.closed_on = row.opened_on, closed
        ids[row.id] = line
    _add_workers(session, ids, on)
    counted = (
        select(Attachment.clinic_code, Attachment.area_type, Attachment.district_code, func.count())
        .where(*_attached(clinics, on))
        .group_by(Attachment.clinic_code, Attachment.area_type, Attachment.district_code)
    )
    for clinic, area_type, code, count in session.execute(counted):
        line = found.setdefault((clinic, area_type, code), DistrictLine(clinic, area_type, code, registered=False))
        line.attached = count
    for line in found.values():
        line.norm = int(norms.get(str(line.area_type), 0)) if line.code else 0
    return [found[key] for key in sorted(found)]


def worker_lines(session: Session, clinics: Collection[str], on: date, norms: Mapping[str, int]) -> list[DistrictLine]:
    """Every medical worker people of these clinics are attached to, with the districts they stand in."""
    found: dict[tuple[str, int, str], DistrictLine] = {}
    for column in (Attachment.doctor_snils, Attachment.second_doctor_snils):
        counted = (
            select(Attachment.clinic_code, Attachment.area_type, column, Attachment.district_code, func.count())
            .where(*_attached(clinics, on), column != "")
            .group_by(Attachment.clinic_code, Attachment.area_type, column, Attachment.district_code)
        )
        for clinic, area_type, snils, district, count in session.execute(counted):
            line = found.setdefault((clinic, area_type, snils), DistrictLine(clinic, area_type, snils))
            line.attached += count
            if district and district not in line.districts:
                line.districts.append(district)
    known = _known_workers(session, clinics, on)
    for line in found.values():
        line.norm = int(norms.get(str(line.area_type), 0))
        worker = known.get((line.clinic, line.code))
        line.workers = [worker] if worker is not None else []
    return [found[key] for key in sorted(found)]


def _known_workers(session: Session, clinics: Collection[str], on: date) -> dict[tuple[str, str], Worker]:
    """Who the workers of clinics are, as told last before the day or on it."""
    serving = (
        select(District.clinic_code, DistrictDoctor)
        .join(DistrictDoctor, DistrictDoctor.district_id == District.id)
        .where(District.clinic_code.in_(sorted(clinics)), DistrictDoctor.since <= on)
        .order_by(DistrictDoctor.since, DistrictDoctor.id)
    )
    return {(clinic, row.snils): _worker(row) for clinic, row in session.execute(serving)}


def _worker(row: DistrictDoctor) -> Worker:
    name = " ".join(filter(None, (row.surname, row.first_name, row.patronymic)))
    return Worker(row.snils, row.category, name, row.speciality)


def _add_workers(session: Session, ids: Mapping[int, DistrictLine], on: date) -> None:
    serving = select(DistrictDoctor).where(
        DistrictDoctor.district_id.in_(list(ids)), DistrictDoctor.since <= on, DistrictDoctor.until >= on
    )
    by_district: defaultdict[int, list[Worker]] = defaultdict(list)
    for row in session.scalars(serving.order_by(DistrictDoctor.category, DistrictDoctor.since)):
        by_district[row.district_id].append(_worker(row))
    for district_id, workers in by_district.items():
        ids[district_id].workers += workers


def _attached(clinics: Collection[str], on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Attachment.clinic_code.in_(sorted(clinics)),
        Attachment.valid_from <= on,
        Attachment.valid_to >= on,
        Attachment.retracted_at == OPEN_MOMENT,
        counts_once(on),
    )


@dataclass(frozen=True, kw_only=True)
class AttachedFilter:
    """Whose people are listed: of a clinic, of an area type, of a district (empty text: of none), of a worker."""

    clinic: str
    area_type: int = 1
    district: str | None = None
    worker: str = ""


def attached_people(
    session: Session, wanted: AttachedFilter, on: date, *, after: Sequence[str] = (), limit: int = 50
) -> list[AttachedLine]:
    """People attached on a day by names; going on behind the key ``after`` of the last line."""
    names = (PersonVersion.surname_key, PersonVersion.first_name_key, Attachment.id)
    query = (
        select(Attachment, Person, PersonVersion)
        .join(Person, Person.id == Attachment.person_id)
        .join(
            PersonVersion,
            (PersonVersion.person_id == Person.id)
            & (PersonVersion.valid_from <= on)
            & (PersonVersion.valid_to >= on)
            & (PersonVersion.retracted_at == OPEN_MOMENT),
        )
        .where(*_attached([wanted.clinic], on), Attachment.area_type == wanted.area_type)
    )
    if wanted.district is not None:
        query = query.where(Attachment.district_code == wanted.district)
    if wanted.worker:
        query = query.where(
            or_(Attachment.doctor_snils == wanted.worker, Attachment.second_doctor_snils == wanted.worker)
        )
    if len(after) == len(names) and after[-1].isdecimal():
        query = query.where(tuple_(*names) > tuple_(after[0], after[1], int(after[2])))
    rows = [AttachedLine(*row) for row in session.execute(query.order_by(*names).limit(limit))]
    leads = survivors(session, [one.person for one in rows])
    return [replace(one, person=leads.get(one.person.id, one.person)) for one in rows]
