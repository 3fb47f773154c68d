"""Numbers of the attachment file's answer (book of its errors), and texts of the identification file's EERP."""

from __future__ import annotations

from registry.core.findings import FindingCode as F

NOT_PROCESSED = 801

CODES: dict[F | tuple[F, str], int | None] = {
    F.ACTION_UNKNOWN: 1,
    F.ENP_ABSENT: 2,
    F.ENP_WRONG: 4,
    F.POLICY_NUMBER_WRONG: 3,
    F.POLICY_NUMBER_ABSENT: 25,
    (F.NAME_CHARACTERS, "surname"): 5,
    (F.NAME_CHARACTERS, "first_name"): 6,
    (F.NAME_CHARACTERS, "patronymic"): 7,
    (F.NAME_ABSENT, "surname"): 5,
    (F.NAME_ABSENT, "first_name"): 6,
    F.BIRTH_DATE_ABSENT: 10,
    F.BIRTH_DATE_WRONG: 11,
    F.SNILS_WRONG: 12,
    F.SNILS_CHECK_DIGIT: 22,
    F.DATE_IN_FUTURE: 87,
    F.DOCTOR_ABSENT: 239,
    F.METHOD_ABSENT: 242,
    F.METHOD_WRONG: 243,
    (F.DATE_ABSENT, "detached_on"): 746,
    F.DATE_ABSENT: 245,
    (F.DATE_WRONG, "detached_on"): 746,
    F.DATE_WRONG: 246,
    (F.DATE_ORDER, "detached_on"): 746,
    F.DATE_ORDER: 246,
    F.ORGANISATION_ABSENT: 264,
    F.FOREIGN_ORGANISATION: 265,
    F.ORGANISATION_UNKNOWN: 265,
    F.ORGANISATION_WRONG: 300,
    F.PERSON_NOT_FOUND: 404,
    F.PERSON_ANNULLED: 404,
    F.INSUFFICIENT_DATA: 404,
    F.SEVERAL_CANDIDATES: 522,
    F.PERSON_UNDER_REVIEW: 522,
    F.IDENTITY_CONFLICT: 525,
    F.NOT_INSURED: 703,
    F.INSURED_ELSEWHERE: 703,
    F.EVENT_AFTER_DEATH: 704,
    F.PERSON_DEAD: 706,
    F.ALREADY_ATTACHED_HERE: 709,
    (F.TWICE_IN_A_YEAR, "clinic"): 701,
    F.TWICE_IN_A_YEAR: 702,
    F.SECOND_DOCTOR: 545,
    F.THIRD_DOCTOR: 546,
    F.NOT_ATTACHED_HERE: 548,
    (F.DATE_ORDER, "section_from"): 547,
    F.ATTACHED_ELSEWHERE: 702,
    F.STATEMENT_BEFORE_CURRENT: 600,
    F.NOTHING_TO_CORRECT: 542,
    F.DOCTOR_UNKNOWN: 544,
    F.DOCTOR_SNILS_WRONG: 22,
    F.DISTRICT_UNKNOWN: None,
    F.ENP_FACET_DIFFERS: None,
    F.NAME_PLACEHOLDER: None,
    F.FOUND_WITH_DIFFERENCES: None,
    F.RECORD_MERGED: None,
    F.OTHER_POLICY_VALID: None,
    F.INSURANCE_CHANGED_IN_PERIOD: None,
    F.LATIN_LETTERS: None,
    F.FILE_TOLERATED: None,
    # an insurer is answered in words
    **dict.fromkeys(
        (
            F.OPERATION_UNKNOWN,
            F.ALREADY_INSURED,
            F.INSURED_BY_OTHER,
            F.INSURER_TWICE_IN_A_YEAR,
            F.EFFECT_NEXT_YEAR,
            F.HISTORY_WRONG,
            F.CERTIFICATE_ABSENT,
            F.NOTHING_TO_CHANGE,
            F.TOLD_NOT_KEPT,
            F.DEATH_ANNOUNCED,
            F.FILE_OUT_OF_ORDER,
            F.BOOK_VALUE_UNKNOWN,
        )
    ),
    F.CHANGE_IN_BUFFER: None,
    **dict.fromkeys(
        (
            F.ROW_CHARACTERS,
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.VALUE_TOO_LONG,
            F.NUMBER_REPEATED,
            F.DUPLICATE_IN_PACKET,
            F.DISTRICT_ABSENT,
            F.DOCUMENT_WRONG,
            F.POLICY_TYPE_WRONG,
            F.SEX_WRONG,
            F.NAME_CHARACTERS,
            F.NAME_ABSENT,
        ),
        13,
    ),
}

FILE_CODES = {
    F.FILE_DATE_IN_FUTURE: 20,
    F.TOO_MANY_ROWS: 38,
    F.COLUMN_ABSENT: 183,
    F.FILE_CONTENT_MISMATCH: 183,
}
# OSHIB of a file of changes that did not pass as a whole (files.md 1.5 and 8.2)
FLK_CODES = {
    F.STRUCTURE_WRONG: 901,
    F.VALUE_ABSENT: 902,
    F.XML_BROKEN: 903,
    F.ENCODING_WRONG: 903,
    F.FILE_CONTENT_MISMATCH: 904,
    F.RECORD_COUNT_DIFFERS: 904,
    F.FILE_EMPTY: 902,
}
# notes the clinic sees beside an accepted row
PRINTED_NOTES = frozenset((F.ALREADY_ATTACHED_HERE, F.DOCTOR_UNKNOWN))
