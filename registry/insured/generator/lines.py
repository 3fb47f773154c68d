"""One line of the people CSV and of the truth file beside it."""

from typing import NamedTuple


class PersonLine(NamedTuple):
    """A line of the people CSV: its 26 columns in their order, as text; empty = unknown."""

    person_key: str
    enp: str
    surname: str
    first_name: str
    patronymic: str
    birth_date: str
    sex: str
    birth_place: str
    snils: str
    doc_type: str
    doc_series: str
    doc_number: str
    doc_issued_on: str
    policy_type: str
    policy_series: str
    policy_number: str
    insurer_code: str
    insured_from: str
    insured_to: str
    clinic_code: str
    attached_on: str
    detached_on: str
    attachment_method: str
    district_code: str
    doctor_snils: str
    died_on: str


class LineTruth(NamedTuple):
    """Who the person of a line is: its place in his history (from 1), kin, and what made the line."""

    person_key: str
    line: str
    family: str
    twin_of: str
    namesake_of: str
    events: str


class Told(NamedTuple):
    """A line together with the truth about it."""

    line: PersonLine
    truth: LineTruth


# A line in the making is a list, some ten times quicker to copy and change than the tuple it becomes.
Draft = list[str]
(
    KEY,
    ENP,
    SURNAME,
    FIRST_NAME,
    PATRONYMIC,
    BIRTH_DATE,
    SEX,
    BIRTH_PLACE,
    SNILS,
    DOC_TYPE,
    DOC_SERIES,
    DOC_NUMBER,
    DOC_ISSUED_ON,
    POLICY_TYPE,
    POLICY_SERIES,
    POLICY_NUMBER,
    INSURER,
    INSURED_FROM,
    INSURED_TO,
    CLINIC,
    ATTACHED_ON,
    DETACHED_ON,
    ATTACHMENT_METHOD,
    DISTRICT,
    DOCTOR,
    DIED_ON,
) = range(26)
