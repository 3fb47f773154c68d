"""The cancellation of a referral: by the clinic, by the hospital, by an insurer for the patient, or by the fund."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.operations.cancel_referrals import cancel_referrals
from registry.support.hospital.rules.case_checks import CANCELLATION_CHECKS


class ReferralCancellationRecord(Record):
    """Which referral ends unused, who says so and why; kinds of parties and reasons are kept as sent."""

    referral_number = FieldSpec(str, "Номер направления")
    referral_on = FieldSpec(date, "Дата направления", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    referring_clinic = FieldSpec(
        str, "Направившая МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    hospital = FieldSpec(
        str, "МО госпитализации", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    branch = FieldSpec(str, "Подразделение")
    canceller_kind = FieldSpec(int, "Вид стороны, аннулировавшей направление")
    canceller = FieldSpec(
        str, "Код стороны, аннулировавшей направление", book="F032", absent=F.VALUE_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    cancel_reason = FieldSpec(int, "Причина аннулирования")
    cancel_type = FieldSpec(int, "Что аннулируется")
    cancelled_on = FieldSpec(date, "Дата аннулирования", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    description = FieldSpec(str, "Пояснение")
    planned_on = FieldSpec(date, "Плановая дата госпитализации", wrong=F.DATE_WRONG)
    bed_profile = FieldSpec(str, "Профиль койки", book="V020")
    sender_person_id = FieldSpec(str, "Идентификатор пациента в МИС")
    guid = FieldSpec(str, "Служебный идентификатор записи")


REFERRAL_CANCELLATION = MessageKind(
    "referral_cancellation",
    "Аннулирование направления",
    ReferralCancellationRecord,
    unit=Unit.PACKET,
    checks=CANCELLATION_CHECKS,
    effect=cancel_referrals,
    object_class="referral_cancellation",
    books=frozenset(("V020",)),
    codes=frozenset(
        (
            F.BOOK_VALUE_UNKNOWN,
            F.BOOK_VALUE_CLOSED,
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.VALUE_TOO_LONG,
            F.NUMBER_REPEATED,
            F.REJECTED_WITH_PACKET,
            F.DUPLICATE_IN_PACKET,
            F.DATE_ABSENT,
            F.DATE_WRONG,
            F.DATE_IN_FUTURE,
            F.DATE_ORDER,
            F.ORGANISATION_ABSENT,
            F.ORGANISATION_WRONG,
            F.ORGANISATION_UNKNOWN,
            F.FOREIGN_ORGANISATION,
            F.REFERRAL_UNKNOWN,
            F.REFERRAL_CANCELLED,
            F.REFERRAL_USED,
        )
    ),
)
