"""Identification: who is this person, who insured them, where are they attached on a date."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.person import Person

# what the checks of the person block may find, in every kind that has it
PERSON_BLOCK = frozenset(
    (
        F.NAME_CHARACTERS,
        F.NAME_PLACEHOLDER,
        F.BIRTH_DATE_WRONG,
        F.SEX_WRONG,
        F.ENP_WRONG,
        F.ENP_FACET_DIFFERS,
        F.SNILS_WRONG,
        F.SNILS_CHECK_DIGIT,
        F.DOCUMENT_WRONG,
        F.POLICY_TYPE_WRONG,
        F.POLICY_NUMBER_ABSENT,
        F.POLICY_NUMBER_WRONG,
    )
)
# the person is one, found, and may be used
PERSON_IS_CERTAIN = frozenset(
    (
        F.INSUFFICIENT_DATA,
        F.PERSON_NOT_FOUND,
        F.PERSON_ANNULLED,
        F.SEVERAL_CANDIDATES,
        F.PERSON_UNDER_REVIEW,
        F.IDENTITY_CONFLICT,
        F.ENP_WRONG,
        F.FOUND_WITH_DIFFERENCES,
        F.RECORD_MERGED,
        F.OTHER_POLICY_VALID,
    )
)
# the same for kinds that change something on a day, on which the person must be insured here
FINDINGS_OF_IDENTIFICATION = PERSON_IS_CERTAIN | {F.NOT_INSURED, F.INSURED_ELSEWHERE, F.PERSON_DEAD}


class IdentificationRequest(Person):
    """A person to be found, for a day or for the days of a case."""

    on = FieldSpec(date, "На дату", wrong=F.DATE_WRONG)
    until = FieldSpec(date, "По дату", wrong=F.DATE_WRONG)
    history = FieldSpec(bool, "Вся история")


def asked_period(record: IdentificationRequest, as_of: date) -> tuple[date, date | None]:
    """Return the day asked about, the day of the data when none is given, and the end of the interval."""
    return record.on or as_of, record.until


IDENTIFICATION = MessageKind(
    "identification",
    "Идентификация",
    IdentificationRequest,
    unit=Unit.CHUNK,
    period=asked_period,
    changes_state=False,
    codes=PERSON_IS_CERTAIN | {F.NOT_INSURED, F.PERSON_DEAD, F.INSURANCE_CHANGED_IN_PERIOD},
)
