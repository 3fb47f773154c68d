"""A referral for hospitalisation, issued by a clinic to a hospital."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.kinds.hospital_case import CASE_BOOKS, CASE_CODES, HospitalCase
from registry.support.hospital.operations.register_referrals import register_referrals
from registry.support.hospital.rules.case_checks import REFERRAL_CHECKS
from registry.support.hospital.rules.people import judge_patient


class ReferralRecord(HospitalCase):
    """What a clinic says when it sends a person to a hospital; ``doctor`` is the code or the СНИЛС of who sends."""

    doctor = FieldSpec(str, "Код медработника", personal=True)
    planned_on = FieldSpec(date, "Плановая дата госпитализации", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    booked_on = FieldSpec(date, "Забронированная дата", wrong=F.DATE_WRONG)


def referral_day(record: ReferralRecord, as_of: date) -> tuple[date, date | None]:
    """Return the day of the referral: on it the insurer answers for the person."""
    return record.referral_on or as_of, None


REFERRAL = MessageKind(
    "referral",
    "Направление на госпитализацию",
    ReferralRecord,
    unit=Unit.PACKET,
    checks=REFERRAL_CHECKS,
    effect=register_referrals,
    period=referral_day,
    judge=judge_patient,
    object_class="referral",
    codes=CASE_CODES,
    books=CASE_BOOKS,
)
