"""What the registry knows of a candidate, as it was recorded at the moment of the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from registry.insured.keys.rules import DOCUMENT_FORMS, PERSON_FORMS, POLICY_FORMS, present_forms

# The end of values that came with a joined record: former, but since no day of its own.
JOINED = date.min
DAY = timedelta(days=1)


class VersionRow(NamedTuple):
    """Names, birth and sex of a period."""

    surname: str
    first_name: str
    patronymic: str
    surname_key: str
    first_name_key: str
    patronymic_key: str
    birth_date: date
    sex: int
    birth_place: str
    birth_place_key: str
    valid_from: date
    valid_to: date


class SnilsRow(NamedTuple):
    """A СНИЛС of a period."""

    number: str
    valid_from: date
    valid_to: date


class DocumentRow(NamedTuple):
    """An identity document of a period."""

    type: int
    series: str
    number: str
    number_key: str
    valid_from: date
    valid_to: date


class PolicyRow(NamedTuple):
    """A policy of a period."""

    id: int
    type: str
    series: str
    number: str
    number_key: str
    enp: str
    ends_on: date | None
    stopped_on: date | None
    valid_from: date
    valid_to: date


class InsuranceRow(NamedTuple):
    """An insurer of a period, with the policy it was by."""

    policy: PolicyRow
    insurer_code: str
    insurer_ogrn: str
    okato: str
    begin_reason: str
    end_reason: str
    confirmed: bool
    valid_from: date
    valid_to: date


class AttachmentRow(NamedTuple):
    """An attachment of a period."""

    clinic_code: str
    area_type: int
    method: str
    applied_on: date
    department: str
    building: str
    district_code: str
    doctor_snils: str
    doctor_category: int | None
    valid_from: date
    valid_to: date


R = TypeVar("R", SnilsRow, DocumentRow, PolicyRow, InsuranceRow, AttachmentRow)


@dataclass(slots=True)
class Candidate:
    """One person with all dated rows; values of joined records stand among the former ones."""

    id: int
    bdz_id: str = ""
    oip: str = ""
    enp: str = ""
    status: int = 1
    died_on: date | None = None
    death_source: str = ""
    versions: list[VersionRow] = field(default_factory=list)
    snils: list[SnilsRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    policies: list[PolicyRow] = field(default_factory=list)
    insurance: list[InsuranceRow] = field(default_factory=list)
    attachments: list[AttachmentRow] = field(default_factory=list)
    joined_ids: set[str] = field(default_factory=set)

    @property
    def is_annulled(self) -> bool:
        """True for a closed record that no other record took over."""
        return self.status == 2

    @property
    def current(self) -> VersionRow:
        """The version of today: the open one, else the last."""
        versions = self.versions
        if len(versions) == 1:
            return versions[0]
        return max(versions, key=lambda row: (row.valid_to, row.valid_from))

    def take_present_forms(self) -> None:
        """Make the compared forms of all rows by the present rules, whichever rules they were stored by."""
        self.versions = [row._replace(**present_forms(PERSON_FORMS, row._asdict())) for row in self.versions]
        self.documents = [row._replace(**present_forms(DOCUMENT_FORMS, row._asdict())) for row in self.documents]
        self.policies = [_in_present_form(row) for row in self.policies]
        self.insurance = [row._replace(policy=_in_present_form(row.policy)) for row in self.insurance]

    def take_over(self, other: Candidate) -> None:
        """Read the rows of a record joined to this one (clause 5.2): what this one has stays current.

        The other's values are former ones, or fill what this record has none of; its insurers and clinics count on
        the days this record had none.
        """
        self.joined_ids.update({other.bdz_id, *other.joined_ids})
        self.oip = self.oip or other.oip
        if self.died_on is None:
            self.died_on, self.death_source = other.died_on, other.death_source
        self.versions += [row._replace(valid_to=JOINED) for row in other.versions]
        self.snils += _former(other.snils) if self.snils else other.snils
        self.documents += _former(other.documents) if self.documents else other.documents
        self.policies += _former(other.policies) if self.policies else other.policies
        self.insurance += _uncovered(other.insurance, list(self.insurance))
        for area_type in sorted({row.area_type for row in other.attachments}):
            theirs = [row for row in other.attachments if row.area_type == area_type]
            self.attachments += _uncovered(theirs, [row for row in self.attachments if row.area_type == area_type])
        if other.enp and not any(row.enp == other.enp for row in self.policies):
            blank = PolicyRow(0, "", "", "", "", other.enp, None, None, JOINED, JOINED)
            self.policies.append(blank)


def _in_present_form(row: PolicyRow) -> PolicyRow:
    return row._replace(**present_forms(POLICY_FORMS, row._asdict()))


def _former(rows: Sequence[R]) -> list[R]:
    return [row._replace(valid_to=JOINED) for row in rows]


def _uncovered(rows: Sequence[R], cover: Sequence[R]) -> list[R]:
    """The parts of periods in which none of the covering rows holds."""
    found = list(rows)
    for over in (row for row in cover if row.valid_from <= row.valid_to):
        pieces: list[R] = []
        for row in found:
            if over.valid_to < row.valid_from or over.valid_from > row.valid_to:
                pieces.append(row)
                continue
            if row.valid_from < over.valid_from:
                pieces.append(row._replace(valid_to=over.valid_from - DAY))
            if over.valid_to < row.valid_to:
                pieces.append(row._replace(valid_from=over.valid_to + DAY))
        found = pieces
    return found
