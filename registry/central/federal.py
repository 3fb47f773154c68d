"""What the federal register answers about one person, as the hub understands it; how it is reached stands outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.central.kinds.reply import Known
from registry.central.kinds.told import CentralInsurance, CentralPerson, Identifier
from registry.central.telling import ENP, PENSION
from registry.central.words import PolicyState
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.policies import PolicyType
from registry.core.forms import joined
from registry.core.normalisation import name_key
from registry.reference.territories import okato_of_fund

NUMBERED = joined()
TERRITORY_DIGITS, OGRN_DIGITS, OKATO_DIGITS = 2, 15, 11
TRUSTED = "Д"
POLICIES = frozenset(PolicyType) - {PolicyType.WITHOUT_POLICY, PolicyType.SERVICE_CENTRE}
#: What is compared of a person: the word for it, the element, the field of the question.
COMPARED = (
    ("фамилия", "surname", "surname"),
    ("имя", "firstName", "first_name"),
    ("отчество", "patronymic", "patronymic"),
)
ANOTHER = 2
#: pcyStatus → what it means (registry model, clause 12); whatever is not named here has ended.
STATES: Mapping[str, PolicyState] = {
    "ДНП": PolicyState.INSURED,
    "ДПП": PolicyState.INSURED,
    "НСН": PolicyState.DEAD,
    "НСП": PolicyState.DEAD,
    "НВС": PolicyState.SUSPENDED,
    "НПВ": PolicyState.SUSPENDED,
    "НАП": PolicyState.ANNULLED,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over the wire: ``charset`` as its header tells it, ``whole`` unless it was too much to be read."""

    status: int
    body: bytes
    charset: str = ""
    whole: bool = True


class NoAnswerError(Exception):
    """Nothing came back: what went wrong on the way, in words that hold no secret."""


Transport = Callable[[bytes], Reply]


class UnreadableError(Exception):
    """The answer is none of what the register may say."""


@dataclass(frozen=True, slots=True)
class FederalPerson:
    """One ``pd``: its blocks as they came, each item with its fields by local name; ``oip`` is the federal number."""

    oip: str = ""
    person: Mapping[str, str] = field(default_factory=dict)
    policies: Sequence[Mapping[str, str]] = ()
    documents: Sequence[Mapping[str, str]] = ()
    attachments: Sequence[Mapping[str, str]] = ()
    snils: Sequence[Mapping[str, str]] = ()

    @property
    def is_told(self) -> bool:
        """True when something was told of anybody."""
        return bool(self.person or self.policies or self.documents or self.attachments or self.snils)

    @property
    def named(self) -> Mapping[str, str]:
        """Whoever it is about: the block of the person, without one what the policy in force was given to."""
        return self.person or next(iter(in_force_first(self.policies)), {})


@dataclass(frozen=True, slots=True)
class FederalAnswer:
    """The answer to getPersonData: the people told of, or the error told instead."""

    code: str = ""
    message: str = ""
    request_id: str = ""
    people: Sequence[FederalPerson] = ()

    @property
    def is_error(self) -> bool:
        """True when an error was told."""
        return bool(self.code or self.message)


def state_of(status: str) -> PolicyState:
    """What a pcyStatus means."""
    return STATES.get(status, PolicyState.ENDED)


def policy_type_of(pcy_type: str) -> str:
    """The letter of a policy; empty for people on the books without one (Х, М) and for letters nobody knows.

    Channels tell it as F008: С is 1, В and Е are 2, П, Э, К, Ц are 3 (identification, clause 7).
    """
    return pcy_type if pcy_type in POLICIES else ""


def another_person(told: FederalPerson, question: Mapping[str, Any]) -> str:
    """In what the person told of is somebody else than the one asked about; empty when it may be them.

    A number mistyped in one digit is somebody's too. One difference is a slip of the pen or a changed surname, two are
    another person: none is better than a wrong one.
    """
    named = told.named
    differ = [
        word
        for word, tag, name in COMPARED
        if named.get(tag) and question.get(name) and name_key(named[tag]) != name_key(str(question[name]))
    ]
    born, asked = _day(named.get("birthDay")), _day(question.get("birth_date"))
    if born and asked and born != asked:
        differ.append("дата рождения")
    return ", ".join(differ) if len(differ) >= ANOTHER else ""


def in_force_first(policies: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The policies, those in force before the others, the latest begun first."""
    latest = sorted(policies, key=lambda row: row.get("pcyDateB", ""), reverse=True)
    return sorted(latest, key=lambda row: state_of(row.get("pcyStatus", "")) is not PolicyState.INSURED)


def known_of(told: FederalPerson) -> Known:
    """The person told of, in the form answers of the central segment have."""
    insurances = [_insurance(place, row) for place, row in enumerate(told.policies, 1)]
    named = told.named
    died = _day(told.person.get("deathDate"))
    dead = died is not None or any(one.state == PolicyState.DEAD for one in insurances)
    person = CentralPerson(
        identifiers=_identifiers(told) or None,
        surname=named.get("surname"),
        first_name=named.get("firstName"),
        patronymic=named.get("patronymic"),
        birth_date=_day(named.get("birthDay")),
        died_on=died,
        dead=dead or None,
    )
    return Known(person=[person], insurance=insurances or None, trust=TRUSTED)


def _identifiers(told: FederalPerson) -> list[Identifier]:
    """The ЕНП in force first, as readers of the central segment's answers expect it; what is none is passed over."""
    rows = in_force_first(told.policies)
    numbers = dict.fromkeys(enp for row in rows if enp_verdict(enp := row.get("enp", "")) is EnpVerdict.VALID)
    found = [
        Identifier(value=enp, territory=okato_of_fund(enp[:TERRITORY_DIGITS]) or None, type=ENP) for enp in numbers
    ]
    found += [Identifier(value=row["snils"], type=PENSION) for row in told.snils if row.get("snils")]
    return found


def _insurance(place: int, row: Mapping[str, str]) -> CentralInsurance:
    kind = policy_type_of(row.get("pcyType", ""))
    number = NUMBERED.write((row.get("pcySer") or None, row.get("pcyNum") or row.get("enp"))) if kind else None
    state = state_of(row.get("pcyStatus", ""))
    # the end written on a suspended policy lies ahead: only the day it was stopped on says until when it held
    ending = ("pcyDateT",) if state is PolicyState.SUSPENDED else ("pcyDateE", "pcyDateT")
    ends = [day for name in ending if (day := _day(row.get(name))) is not None]
    return CentralInsurance(
        place=place,
        insurer_ogrn=_digits(row.get("insurOgrn"), OGRN_DIGITS),
        valid_from=_day(row.get("pcyDateB")),
        valid_to=min(ends, default=None),
        okato=_digits(row.get("okato"), OKATO_DIGITS),
        policy_type=kind or None,
        policy_number=number or None,
        state=state.value,
    )


def _digits(text: str | None, most: int) -> str | None:
    """A code of digits; what is none is not taken for one."""
    return text if text and text.isascii() and text.isdecimal() and len(text) <= most else None


def _day(text: str | None) -> date | None:
    """A day, whatever time or zone is written behind it; one nobody can read makes the answer unreadable."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise UnreadableError("дата не читается") from None
