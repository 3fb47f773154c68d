"""What an identification says: outcome, person, insurance, attachment and the evidence for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from registry.core.checks.newborn import NewbornSign
from registry.insured.scoring.levels import Level
from registry.insured.scoring.score import Grade


class IdentificationOutcome(StrEnum):
    """Outcomes of clause 9.6. Never change a value, only add."""

    FOUND = "found"
    FOUND_DIFF = "found_diff"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    ANNULLED = "annulled"
    DEAD = "dead"
    NOT_INSURED = "not_insured"
    ELSEWHERE = "elsewhere"
    INSUFFICIENT = "insufficient"
    INVALID = "invalid"
    HELD = "held"


class InsuranceState(StrEnum):
    """Whether the insurance told holds on the date asked about (clause 4)."""

    VALID = "valid"
    ENDED = "ended"
    NOT_YET = "not_yet"
    NEVER = "never"


class DifferenceLevel(StrEnum):
    """How a given value differs from the known one."""

    FORMER = "former"
    DIFFERENT = "different"
    ABSENT = "absent"


TRUSTED, LIKELY = "Д", "В"


@dataclass(slots=True)
class KeyMatch:
    """A key that agreed; ``former_until`` ends a former value in it, ``joined`` tells of a value of a joined record."""

    code: str
    former_until: date | None = None
    joined: bool = False


@dataclass(slots=True)
class Difference:
    """A given value that is not the known one; ``since`` is when the known one replaced a former one.

    ``grade`` tells, where a score was made, how far the two agree all the same.
    """

    field: str
    given: str
    known: str
    level: DifferenceLevel
    since: date | None = None
    grade: Level | None = None


@dataclass(slots=True)
class Possible:
    """A person of the registry who may be the one asked about: his score and how far each property agrees."""

    person_id: int
    score: float
    grades: tuple[Grade, ...]


@dataclass(slots=True)
class ScoreTold:
    """How the probabilistic stage came to its answer (clause 9.7); ``doubt`` is the limit that forbade to accept."""

    score: float
    threshold: float
    review: float
    margin: float
    second: float | None
    rule_set: str
    grades: tuple[Grade, ...] = ()
    doubt: str = ""


@dataclass(slots=True)
class InsuredOn:
    """Insurance on the date, or the nearest one with the reason why it does not hold (clause 4)."""

    state: InsuranceState
    insurer_code: str = ""
    insurer_ogrn: str = ""
    okato: str = ""
    policy_type: str = ""
    policy_series: str = ""
    policy_number: str = ""
    enp: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    begin_reason: str = ""
    end_reason: str = ""


@dataclass(slots=True)
class AttachedOn:
    """Therapeutic attachment on the date (clause 6.1)."""

    clinic_code: str
    area_type: int
    method: str
    applied_on: date
    valid_from: date
    valid_to: date | None
    district_code: str
    department: str
    building: str
    doctor_snils: str
    doctor_category: int | None


@dataclass(slots=True)
class PersonFacts:
    """The person as registered now."""

    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int
    birth_place: str
    snils: str = ""
    document_type: int | None = None
    document_series: str = ""
    document_number: str = ""


@dataclass(slots=True)
class Newborn:
    """A child without a policy of its own, answered by what is known of the representative (clause 6.2, rule 8).

    One that is not ``registered`` has no record yet: the person of the answer is the representative.
    """

    sign: NewbornSign
    representative_id: int
    registered: bool


@dataclass(slots=True)
class Identification:
    """The answer to one request.

    ``conflict`` is true when two or more of surname, first name and birth date contradict, or when the keys pointed at
    two people; ``contradicts`` tells the first from the second. Whoever sees ``contradicts`` must not use the person:
    the identifier is somebody's, but not certainly of the one asked about. ``possible`` are the people a held request
    may be about, for the operators of the fund alone; ``fingerprint`` is what their decision is kept under.
    ``alike`` are candidates of the name and birth date asked about: they may be one person, and nobody outside is told.
    ``representative_id`` is whom the representative told beside the person is known as; ``rule_set`` names the
    weights in force, whatever stage decided. ``searched`` says in words what is done elsewhere about a person nobody of
    the region is, or was found out there.
    """

    outcome: IdentificationOutcome
    person_id: int | None = None
    bdz_id: str = ""
    enp: str = ""
    trust: str = ""
    stage: int = 0
    matched: list[KeyMatch] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    conflict: bool = False
    contradicts: bool = False
    candidates: int = 0
    alike: list[int] = field(default_factory=list)
    died_on: date | None = None
    death_source: str = ""
    insurance: InsuredOn | None = None
    attachment: AttachedOn | None = None
    person: PersonFacts | None = None
    changed_insurance: list[date] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    scored: ScoreTold | None = None
    possible: list[Possible] = field(default_factory=list)
    searched: str = ""
    fingerprint: str = ""
    newborn: Newborn | None = None
    representative_id: int | None = None
    rule_set: str = ""

    @property
    def is_found(self) -> bool:
        """True when the person may be used: one person, and nothing essential contradicts."""
        return self.person_id is not None and not self.contradicts

    def evidence(self) -> dict[str, Any]:
        """Everything that explains the outcome (clause 9.7), ready for JSON; ``explained`` writes it for people."""
        from registry.insured.matching.evidence import evidence_of

        return evidence_of(self)
