"""Proofs of insurance (ДПФС): letters, their codes in other lists, rules of numbers (insured.md 1.3 and 1.4)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from registry.core.checks.alphabet import TO_CYRILLIC, is_digits
from registry.core.checks.enp import EnpVerdict, enp_verdict

CERTIFICATE_LENGTH = 9


class PolicyType(StrEnum):
    """Letter of a policy type; the letters are Cyrillic. Never change one, add."""

    OLD = "С"
    PAPER_CERTIFICATE = "В"
    ELECTRONIC_CERTIFICATE = "Е"
    PAPER = "П"
    CARD = "Э"
    UEC = "К"
    DIGITAL = "Ц"
    WITHOUT_POLICY = "Х"
    SERVICE_CENTRE = "М"


class PolicyVerdict(StrEnum):
    """What is wrong with a policy, the first thing only."""

    VALID = "valid"
    UNKNOWN_TYPE = "unknown_type"
    NUMBER_ABSENT = "number_absent"
    CERTIFICATE_SERIES = "certificate_series"
    CERTIFICATE_NUMBER = "certificate_number"
    ENP = "enp"


class LetterReading(NamedTuple):
    """A policy type as read, and whether a Latin look-alike had to be converted (worth a warning)."""

    type: PolicyType | None
    converted: bool


CERTIFICATES = frozenset((PolicyType.PAPER_CERTIFICATE, PolicyType.ELECTRONIC_CERTIFICATE))

F008_OF: Mapping[PolicyType, int] = {
    kind: 1 if kind is PolicyType.OLD else 2 if kind in CERTIFICATES else 3 for kind in PolicyType
}
OF_F008: Mapping[int, PolicyType] = {1: PolicyType.OLD, 2: PolicyType.PAPER_CERTIFICATE, 3: PolicyType.PAPER}

# PolicyType of DCExchangeSrv (soap-dcexchange.md, dictionaries); 0 = not set. A digital policy and both states
# without paper are the unified policy there.
OF_DCX: Mapping[int, PolicyType] = {
    1: PolicyType.OLD,
    2: PolicyType.PAPER_CERTIFICATE,
    3: PolicyType.PAPER,
    4: PolicyType.CARD,
    5: PolicyType.UEC,
}
DCX_OF: Mapping[PolicyType, int] = {
    PolicyType.OLD: 1,
    PolicyType.PAPER_CERTIFICATE: 2,
    PolicyType.ELECTRONIC_CERTIFICATE: 2,
    PolicyType.PAPER: 3,
    PolicyType.CARD: 4,
    PolicyType.UEC: 5,
    PolicyType.DIGITAL: 3,
    PolicyType.WITHOUT_POLICY: 3,
    PolicyType.SERVICE_CENTRE: 3,
}

# VPolisType of the files of insurers (insured.md 1.4): a third numbering, never to be mixed with the two above.
# It knows no digital policy: that and the states without paper go out as the electronic one.
OF_SMO: Mapping[int, PolicyType] = {
    1: PolicyType.PAPER_CERTIFICATE,
    2: PolicyType.PAPER,
    3: PolicyType.UEC,
    4: PolicyType.OLD,
    5: PolicyType.CARD,
}
SMO_OF: Mapping[PolicyType, int] = {
    PolicyType.PAPER_CERTIFICATE: 1,
    PolicyType.ELECTRONIC_CERTIFICATE: 1,
    PolicyType.PAPER: 2,
    PolicyType.UEC: 3,
    PolicyType.OLD: 4,
    PolicyType.CARD: 5,
    PolicyType.DIGITAL: 5,
    PolicyType.WITHOUT_POLICY: 5,
    PolicyType.SERVICE_CENTRE: 5,
}

_BY_LETTER = {kind.value: kind for kind in PolicyType}


def read_policy_type(text: str) -> LetterReading:
    """The policy type of a letter in either alphabet and case; no type for an unknown letter or an empty text."""
    letter = text.strip().upper()
    own = letter.translate(TO_CYRILLIC)
    kind = _BY_LETTER.get(own)
    return LetterReading(kind, kind is not None and own != letter)


def is_unified(kind: PolicyType) -> bool:
    """True when the number of the policy is the ЕНП (F008 3)."""
    return F008_OF[kind] == 3


def policy_verdict(kind: PolicyType | str | None, series: str, number: str) -> PolicyVerdict:
    """The verdict on series and number by the rule of the type; of a unified policy the number is the ЕНП."""
    read = kind if isinstance(kind, PolicyType) else read_policy_type(kind or "").type
    number = number.strip()
    if read is None:
        return PolicyVerdict.UNKNOWN_TYPE
    if not number:
        return PolicyVerdict.NUMBER_ABSENT
    if read in CERTIFICATES:
        if series.strip():
            return PolicyVerdict.CERTIFICATE_SERIES
        right = is_digits(number) and len(number) == CERTIFICATE_LENGTH
        return PolicyVerdict.VALID if right else PolicyVerdict.CERTIFICATE_NUMBER
    if is_unified(read) and enp_verdict(number) is not EnpVerdict.VALID:
        return PolicyVerdict.ENP
    return PolicyVerdict.VALID
