"""The head every event has, and what all kinds of events share (contract of events, clause 5.1).

Titles are the labels the contract prints in its texts, so they are written as it writes them.
"""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.insured.kinds.person import Person
from registry.support.kinds.service import Service

ADD, CHANGE, DELETE = 1, 2, 3
OPEN, CLOSE = 1, 2


class Event(Person):
    """One attempt to tell the hub about one card of a МИС."""

    service = FieldSpec(Service, "сервис")
    message_id = FieldSpec(str, "идентификатор сообщения")
    action = FieldSpec(int, "тип действия")
    phase = FieldSpec(int, "признак открытия/закрытия карты")
    clinic = FieldSpec(str, "код МО", book="F032", wrong=F.ORGANISATION_WRONG)
    insurer = FieldSpec(str, "код СМО", book="F002")
    subdivision = FieldSpec(str, "код подразделения")
    event_id = FieldSpec(str, "идентификатор карты")
    card_number = FieldSpec(str, "номер карты")
    policy_type = FieldSpec(str, "тип документа ОМС", book="F008", wrong=F.POLICY_TYPE_WRONG)
    policy_series = FieldSpec(str, "серия и номер документа", personal=True, wrong=F.POLICY_NUMBER_WRONG)
    policy_number = FieldSpec(str, "серия и номер документа", personal=True, wrong=F.POLICY_NUMBER_WRONG)
    enp = FieldSpec(str, "единый номер полиса", personal=True, wrong=F.ENP_WRONG)
    surname = FieldSpec(str, "фамилия", personal=True, absent=F.NAME_ABSENT, wrong=F.NAME_CHARACTERS)
    first_name = FieldSpec(str, "имя", personal=True, absent=F.NAME_ABSENT, wrong=F.NAME_CHARACTERS)
    patronymic = FieldSpec(str, "отчество", personal=True, wrong=F.NAME_CHARACTERS)
    birth_date = FieldSpec(date, "дата рождения", personal=True, absent=F.BIRTH_DATE_ABSENT, wrong=F.BIRTH_DATE_WRONG)
    sex = FieldSpec(int, "пол", book="V005", absent=F.SEX_WRONG, wrong=F.SEX_WRONG)
    snils = FieldSpec(str, "СНИЛС", personal=True, wrong=F.SNILS_WRONG)


#: The books every event is checked by, where they are loaded (clause 11).
HEAD_BOOKS = frozenset(("F008", "M001", "V005"))
#: Findings any event may raise: its form, its sender, its person and the life of its card.
CODES = frozenset(
    (
        F.ELEMENT_UNKNOWN,
        F.VALUE_ABSENT,
        F.VALUE_MALFORMED,
        F.VALUE_FORBIDDEN,
        F.NAME_ABSENT,
        F.NAME_CHARACTERS,
        F.NAME_PLACEHOLDER,
        F.BIRTH_DATE_ABSENT,
        F.BIRTH_DATE_WRONG,
        F.SEX_WRONG,
        F.ENP_WRONG,
        F.SNILS_WRONG,
        F.SNILS_CHECK_DIGIT,
        F.POLICY_TYPE_WRONG,
        F.POLICY_NUMBER_WRONG,
        F.ORGANISATION_WRONG,
        F.ORGANISATION_UNKNOWN,
        F.FOREIGN_ORGANISATION,
        F.BOOK_VALUE_UNKNOWN,
        F.BOOK_VALUE_CLOSED,
        F.VALUES_CONTRADICT,
        F.DOCTOR_SNILS_WRONG,
        F.DATE_WRONG,
        F.DATE_IN_FUTURE,
        F.DATE_ORDER,
        F.EVENT_TOO_OLD,
        F.EVENT_LATE,
        F.PERSON_NOT_FOUND,
        F.PERSON_ANNULLED,
        F.SEVERAL_CANDIDATES,
        F.PERSON_UNDER_REVIEW,
        F.IDENTITY_CONFLICT,
        F.NOT_INSURED,
        F.INSURED_ELSEWHERE,
        F.PERSON_DEAD,
        F.FOUND_WITH_DIFFERENCES,
        F.OBJECT_UNKNOWN,
        F.CARD_EXISTS,
        F.CARD_CLOSED,
        F.OTHER_CARD_EXISTS,
        F.RELATED_OBJECT_UNKNOWN,
    )
)
