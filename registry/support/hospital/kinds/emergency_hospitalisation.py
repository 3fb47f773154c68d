"""The fact of an emergency hospitalisation, which needs no referral and may be of a person nobody knows yet."""

from __future__ import annotations

from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.kinds.hospital_case import CASE_BOOKS, CASE_CODES
from registry.support.hospital.kinds.hospitalisation import HospitalisationRecord, hospitalisation_day
from registry.support.hospital.operations.open_stays import open_urgent_stays
from registry.support.hospital.rules.case_checks import EMERGENCY_CHECKS
from registry.support.hospital.rules.people import judge_emergency

EMERGENCY_HOSPITALISATION = MessageKind(
    "emergency_hospitalisation",
    "Экстренная госпитализация",
    HospitalisationRecord,
    unit=Unit.PACKET,
    checks=EMERGENCY_CHECKS,
    effect=open_urgent_stays,
    period=hospitalisation_day,
    judge=judge_emergency,
    object_class="hospitalisation",
    codes=CASE_CODES,
    books=CASE_BOOKS,
)
