"""The fact of a hospitalisation by referral."""

from __future__ import annotations

from datetime import date

from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.kinds.hospital_case import CASE_BOOKS, CASE_CODES, HospitalCase
from registry.support.hospital.operations.open_stays import open_stays
from registry.support.hospital.rules.case_checks import HOSPITALISATION_CHECKS
from registry.support.hospital.rules.people import judge_patient


class HospitalisationRecord(HospitalCase):
    """What a hospital says when it takes a patient in; for an emergency there may be no referral."""


def hospitalisation_day(record: HospitalCase, as_of: date) -> tuple[date, date | None]:
    """Return the day the patient was taken in."""
    return record.hospitalised_on or as_of, None


HOSPITALISATION = MessageKind(
    "hospitalisation",
    "Госпитализация по направлению",
    HospitalisationRecord,
    unit=Unit.PACKET,
    checks=HOSPITALISATION_CHECKS,
    effect=open_stays,
    period=hospitalisation_day,
    judge=judge_patient,
    object_class="hospitalisation",
    codes=CASE_CODES,
    books=CASE_BOOKS,
)
