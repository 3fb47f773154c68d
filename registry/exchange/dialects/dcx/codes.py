"""Package and record codes of DCExchangeSrv (contract, clause 6); numbers from 7000 up are the hub's own."""

from __future__ import annotations

from registry.core.findings import FindingCode as F

OK, RECORD_ERRORS, PACKET_ERRORS = 2000, 1001, 1000

PACKET_TEXTS = {
    1000: "Критические ошибки в пакете, пакет отклонён",
    1001: "Есть ошибки в записях, остальные данные обработаны",
    1002: "Пакет отклонён: неверны имя пользователя или пароль",
    1003: "Неизвестная ошибка при обработке пакета",
    1004: "Есть ошибки, пакет отклонён",
    1005: "Пакет отклонён: неверный GUID пакета",
    1006: "Пакет отклонён: владелец пакета не совпадает с отправителем",
    1007: "Не задан IP-адрес медицинской организации",
    1008: "По запросу данных нет",
    1009: "Пакет отклонён: приём пакетов разрешён с 20:00 до 9:00",
    1010: "Ошибка формирования строки параметров",
    1011: "Ошибка открытия сокета",
    1012: "Неверный тип пакета, метод устарел",
    1013: "Неверно заданы входные параметры",
    1014: "За период акты сверки ещё не созданы",
    2000: "Ошибок нет, данные обработаны",
    3000: "Нет соединения с базой данных",
    5000: "Параметры заданы не полностью",
    5001: "Слишком много данных (более 2500)",
    5002: "Код владельца пакета не соответствует исполнителю операции",
    5003: "Операция допустима только в пределах юридического лица",
    9999: "Ошибка обработки пакета",
}

# what refuses a packet as a whole; the rest of the whole-packet findings are an error of processing
PACKET_CODES = {
    F.CREDENTIALS_WRONG: 1002,
    F.NOT_PERMITTED: 1002,
    F.PACKET_ID_WRONG: 1005,
    F.PACKET_ID_REUSED: 1005,
    F.PACKET_SENDER_WRONG: 1006,
    F.UNAVAILABLE: 3000,
    F.METHOD_OBSOLETE: 1012,
    F.PARAMETERS_WRONG: 1013,
    F.ACT_ABSENT: 1014,
    F.QUIET_HOURS: 1009,
    F.PERIOD_TOO_LONG: 1013,
    F.TOO_MANY_RECORDS: 5001,
    F.FOREIGN_ORGANISATION: 5002,
    F.LEGAL_ENTITY_FOREIGN: 5003,
}
UNKNOWN = 1003
#: A finding that is told by each code of a whole package; which number a failure has depends on the operation.
REFUSALS = {code: finding for finding, code in reversed(PACKET_CODES.items())} | dict.fromkeys(
    (UNKNOWN, 9999), F.INTERNAL_FAULT
)
# told as results of the checks of a package: its header says nothing of them (contract, 2.3)
IN_THE_PROTOCOL = frozenset((PACKET_ERRORS, RECORD_ERRORS, 1009))
DEFAULT_OPTIONS = {"dcx_sender_code": "9007"}

RECORD_CODES: dict[F | tuple[F, str], int | None] = {
    F.PERSON_NOT_FOUND: 508,
    F.PERSON_ANNULLED: 508,
    F.SEVERAL_CANDIDATES: 508,
    F.PERSON_UNDER_REVIEW: 508,
    F.IDENTITY_CONFLICT: 509,
    F.NOT_INSURED: 7001,
    F.INSURED_ELSEWHERE: 7001,
    F.PERSON_DEAD: 7002,
    F.EVENT_AFTER_DEATH: 7002,
    F.ALREADY_ATTACHED_HERE: 552,
    F.TWICE_IN_A_YEAR: 531,
    F.SECOND_DOCTOR: 7017,
    F.THIRD_DOCTOR: 7017,
    F.ATTACHED_ELSEWHERE: 548,
    F.NOTHING_TO_CORRECT: 500,
    F.ENP_ABSENT: 508,
    F.ENP_WRONG: 508,
    F.POLICY_TYPE_WRONG: 508,
    F.POLICY_NUMBER_ABSENT: 508,
    F.POLICY_NUMBER_WRONG: 508,
    F.SNILS_WRONG: 7004,
    F.SNILS_CHECK_DIGIT: 7004,
    F.DOCUMENT_WRONG: 509,
    F.DATE_ABSENT: 512,
    F.METHOD_ABSENT: 513,
    F.METHOD_WRONG: 513,
    F.DATE_IN_FUTURE: 7003,
    F.FOREIGN_ORGANISATION: 5002,
    F.LEGAL_ENTITY_FOREIGN: 5003,
    F.TOO_MANY_RECORDS: 5001,
    F.DOCTOR_UNKNOWN: 7005,
    F.DISTRICT_UNKNOWN: 517,
    F.DISTRICT_ABSENT: 517,
    F.NUMBER_REPEATED: 104,
    F.NAME_ABSENT: 7006,
    F.NAME_CHARACTERS: 7006,
    F.NAME_PLACEHOLDER: None,
    F.BIRTH_DATE_ABSENT: 7007,
    F.BIRTH_DATE_WRONG: 7007,
    F.SEX_WRONG: 7008,
    F.VALUE_ABSENT: 7009,
    F.VALUE_MALFORMED: 7009,
    F.DATE_WRONG: 7010,
    F.DATE_ORDER: 7011,
    F.STATEMENT_BEFORE_CURRENT: 7012,
    F.INSUFFICIENT_DATA: 7013,
    F.ORGANISATION_ABSENT: 5002,
    F.ORGANISATION_WRONG: 7014,
    F.ORGANISATION_UNKNOWN: 7014,
    F.DOCTOR_ABSENT: 7005,
    F.DOCTOR_SNILS_WRONG: 7005,
    F.DUPLICATE_IN_PACKET: 7015,
    F.ACTION_UNKNOWN: 7016,
    F.VALUE_TOO_LONG: 7009,
    F.PACKET_EMPTY: 107,
    F.PACKET_DATE_ABSENT: 108,
    F.NUMBER_WRONG: 105,
    F.REJECTED_WITH_PACKET: None,
    F.REFERRAL_UNKNOWN: 200,
    F.REFERRAL_CANCELLED: 7041,
    F.REFERRAL_USED: 7042,
    F.BOOKING_UNKNOWN: 7043,
    F.BOOK_VALUE_UNKNOWN: 7009,
    F.BOOK_VALUE_CLOSED: 7009,
    F.BOOK_NOT_LOADED: None,
    F.VALUE_FORBIDDEN: 620,
    F.NOT_ATTACHED_HERE: 617,
    F.EXAM_UNSUITABLE: 618,
    F.ALREADY_PLANNED: 618,
    F.ALREADY_EXECUTED: 618,
    F.TOLD_UNDER_OTHER_NUMBER: 619,
    F.NEWBORN_CONDITIONAL: None,
    F.ATTACHMENT_TOLD_LATE: None,
    F.ENP_FACET_DIFFERS: None,
    F.FOUND_WITH_DIFFERENCES: None,
    F.RECORD_MERGED: None,
    F.OTHER_POLICY_VALID: None,
    F.INSURANCE_CHANGED_IN_PERIOD: None,
}

# notes a client must see although the record is accepted
PRINTED_NOTES = frozenset((F.ALREADY_ATTACHED_HERE, F.DOCTOR_UNKNOWN, F.DISTRICT_UNKNOWN))
