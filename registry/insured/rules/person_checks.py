"""Record checks of the person block, the same in every kind that changes something about a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.checks.dates import BirthVerdict, birth_verdict
from registry.core.checks.documents import DocumentVerdict, document_verdict
from registry.core.checks.enp import EnpVerdict, enp_verdict, facet_agrees
from registry.core.checks.names import NameVerdict, is_absent_name, name_verdict
from registry.core.checks.policies import CERTIFICATES, PolicyVerdict, policy_verdict, read_policy_type
from registry.core.checks.snils import SnilsVerdict, snils_verdict
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext

if TYPE_CHECKING:
    from registry.insured.kinds.person import Person

ENP_EXPECTED = "16 цифр с верной контрольной"
SNILS_EXPECTED = "999-999-999 99 с верным контрольным числом"


def names_are_allowed(record: Person, context: CheckContext) -> Iterator[Finding]:
    """Names hold letters of one alphabet and single separators (registry model, clause 2.1)."""
    for field, value in (
        ("surname", record.surname),
        ("first_name", record.first_name),
        ("patronymic", record.patronymic),
    ):
        if not value:
            continue
        title = type(record).fields[field].title
        if is_absent_name(value):
            yield finding(F.NAME_PLACEHOLDER, title, field=field, value=value)
        elif name_verdict(value) is not NameVerdict.VALID:
            yield finding(F.NAME_CHARACTERS, title, field=field, value=value, expected="русские буквы, пробел, дефис")


def birth_date_is_possible(record: Person, context: CheckContext) -> Iterator[Finding]:
    """The birth date is neither in the future nor before 1900 (clause 3.4)."""
    if record.birth_date is None:
        return
    verdict = birth_verdict(record.birth_date, context.today)
    if verdict in (BirthVerdict.FUTURE, BirthVerdict.TOO_EARLY):
        yield finding(
            F.BIRTH_DATE_WRONG, field="birth_date", value=record.birth_date, expected="от 01.01.1900 до сегодня"
        )


def enp_is_right(record: Person, context: CheckContext) -> Iterator[Finding]:
    """The ЕНП has a right check digit; a facet that disagrees with sex and birth date only warns (clause 3.1)."""
    if not record.enp:
        return
    verdict = enp_verdict(record.enp)
    if verdict is EnpVerdict.ZEROS:
        return
    if verdict is not EnpVerdict.VALID:
        yield finding(F.ENP_WRONG, field="enp", value=record.enp, expected=ENP_EXPECTED)
    elif record.sex and record.birth_date and not facet_agrees(record.enp, record.sex, record.birth_date):
        yield finding(F.ENP_FACET_DIFFERS, field="enp", value=record.enp)


def snils_is_right(record: Person, context: CheckContext) -> Iterator[Finding]:
    """The СНИЛС has the accepted form and a right check number (clause 3.2)."""
    if record.snils:
        yield from snils_findings(record.snils, "snils", F.SNILS_WRONG)


def snils_findings(text: str, field: str, wrong: F) -> Iterator[Finding]:
    """Yield what is wrong with a СНИЛС given in ``field``; all zeros mean absent."""
    verdict = snils_verdict(text)
    if verdict is SnilsVerdict.CHECK_DIGIT:
        code = F.SNILS_CHECK_DIGIT if wrong is F.SNILS_WRONG else wrong
        yield finding(code, field=field, value=text, expected=SNILS_EXPECTED)
    elif verdict in (SnilsVerdict.LENGTH, SnilsVerdict.CHARACTERS):
        yield finding(wrong, field=field, value=text, expected=SNILS_EXPECTED)


def document_fits_its_mask(record: Person, context: CheckContext) -> Iterator[Finding]:
    """Series and number of the identity document fit the masks of F011 (clause 3.3)."""
    if record.document_type is None or not (record.document_number or record.document_series):
        return
    verdict = document_verdict(record.document_type, record.document_series or "", record.document_number or "")
    if verdict is DocumentVerdict.VALID:
        return
    field, expected = {
        DocumentVerdict.UNKNOWN_TYPE: ("document_type", "код справочника F011"),
        DocumentVerdict.SERIES_MASK: ("document_series", "серия по маске типа документа"),
        DocumentVerdict.NUMBER_MASK: ("document_number", "номер по маске типа документа"),
    }[verdict]
    yield finding(F.DOCUMENT_WRONG, field=field, value=getattr(record, field), expected=expected)


def policy_fits_its_type(record: Person, context: CheckContext) -> Iterator[Finding]:
    """An old policy and a certificate have a number of their own, a unified policy its ЕНП (clause 1.4)."""
    if not record.policy_type:
        return
    kind = read_policy_type(record.policy_type).type
    if kind is None:
        yield finding(F.POLICY_TYPE_WRONG, field="policy_type", value=record.policy_type)
        return
    number = record.policy_number or ""
    if kind in CERTIFICATES or kind.value == "С":
        verdict = policy_verdict(kind, record.policy_series or "", number)
        if verdict is PolicyVerdict.NUMBER_ABSENT:
            yield finding(F.POLICY_NUMBER_ABSENT, field="policy_number")
        elif verdict is not PolicyVerdict.VALID:
            yield finding(F.POLICY_NUMBER_WRONG, field="policy_number", value=number, expected="9 цифр без серии")


PERSON_CHECKS = (
    names_are_allowed,
    birth_date_is_possible,
    enp_is_right,
    snils_is_right,
    document_fits_its_mask,
    policy_fits_its_type,
)
