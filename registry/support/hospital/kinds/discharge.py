"""The discharge of a patient, which ends a stay."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.kinds.hospital_case import CASE_BOOKS, CASE_CODES, HospitalCase
from registry.support.hospital.kinds.hospitalisation import hospitalisation_day
from registry.support.hospital.operations.close_stays import close_stays
from registry.support.hospital.rules.case_checks import DISCHARGE_CHECKS
from registry.support.hospital.rules.people import judge_patient


class DischargeRecord(HospitalCase):
    """What a hospital says when a patient leaves; ``discharged_time`` is local, hh:mm:ss."""

    discharged_on = FieldSpec(date, "Дата выписки", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    discharged_time = FieldSpec(str, "Время выписки")
    outcome = FieldSpec(str, "Исход")


DISCHARGE = MessageKind(
    "discharge",
    "Выписка",
    DischargeRecord,
    unit=Unit.PACKET,
    checks=DISCHARGE_CHECKS,
    effect=close_stays,
    period=hospitalisation_day,
    judge=judge_patient,
    object_class="discharge",
    codes=CASE_CODES,
    books=CASE_BOOKS,
)
