"""Booking of a place as programs of 2017 do it: one record a packet, a status to be asked for by its guid."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.kinds.discharge import DischargeRecord
from registry.support.hospital.kinds.hospital_case import CASE_CODES
from registry.support.hospital.kinds.hospitalisation import HospitalisationRecord, hospitalisation_day
from registry.support.hospital.kinds.referral import ReferralRecord, referral_day
from registry.support.hospital.kinds.referral_cancellation import REFERRAL_CANCELLATION, ReferralCancellationRecord
from registry.support.hospital.operations import answer_bookings, book_beds
from registry.support.hospital.rules.booking_checks import BOOKING_CHECKS, QUESTION_CHECKS
from registry.support.hospital.rules.case_checks import (
    CANCELLATION_CHECKS,
    DISCHARGE_CHECKS,
    EMERGENCY_CHECKS,
    REFERRAL_CHECKS,
)
from registry.support.hospital.rules.people import judge_emergency, judge_patient


class BookingRecord(Record):
    """What became of a request for a place: asked for by the guid of its packet, answered by its id."""

    booking_id = FieldSpec(int, "Номер заявки")
    packet_guid = FieldSpec(str, "GUID пакета")
    status = FieldSpec(int, "Состояние заявки")
    hospitalised_on = FieldSpec(date, "Дата госпитализации", wrong=F.DATE_WRONG)


class BookingQuestionRecord(Record):
    """Packets whose requests for a place are asked about."""

    packet_guids = FieldSpec(list, "GUID пакетов", of=str)


BED_BOOKING = MessageKind(
    "bed_booking",
    "Бронирование койки",
    ReferralRecord,
    unit=Unit.PACKET,
    checks=REFERRAL_CHECKS,
    effect=book_beds.book_beds,
    period=referral_day,
    judge=judge_patient,
    codes=CASE_CODES,
)
EMERGENCY_BOOKING = MessageKind(
    "emergency_booking",
    "Экстренное занятие койки",
    HospitalisationRecord,
    unit=Unit.PACKET,
    checks=EMERGENCY_CHECKS,
    effect=book_beds.book_urgently,
    period=hospitalisation_day,
    judge=judge_emergency,
    codes=CASE_CODES,
)
BED_RELEASE = MessageKind(
    "bed_release",
    "Освобождение койки",
    DischargeRecord,
    unit=Unit.PACKET,
    checks=DISCHARGE_CHECKS,
    effect=book_beds.release_beds,
    period=hospitalisation_day,
    judge=judge_patient,
    codes=CASE_CODES,
)
BOOKING_CANCELLATION = MessageKind(
    "booking_cancellation",
    "Аннулирование брони",
    ReferralCancellationRecord,
    unit=Unit.PACKET,
    checks=CANCELLATION_CHECKS,
    effect=book_beds.cancel_bookings,
    codes=REFERRAL_CANCELLATION.codes,
)
BOOKING_ANSWER = MessageKind(
    "booking_answer",
    "Ответ стационара на заявку",
    BookingRecord,
    unit=Unit.PACKET,
    checks=BOOKING_CHECKS,
    effect=answer_bookings.answer_bookings,
    codes=frozenset(
        (
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.DATE_WRONG,
            F.NUMBER_REPEATED,
            F.REJECTED_WITH_PACKET,
            F.BOOKING_UNKNOWN,
        )
    ),
)
BOOKING_QUESTION = MessageKind(
    "booking_question",
    "Запрос состояния заявок",
    BookingQuestionRecord,
    unit=Unit.PACKET,
    checks=QUESTION_CHECKS,
    effect=answer_bookings.tell_bookings,
    changes_state=False,
    codes=frozenset((F.VALUE_ABSENT, F.VALUE_MALFORMED)),
)
BOOKING_KINDS = (
    BED_BOOKING,
    EMERGENCY_BOOKING,
    BED_RELEASE,
    BOOKING_CANCELLATION,
    BOOKING_ANSWER,
    BOOKING_QUESTION,
)
