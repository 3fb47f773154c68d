"""The dated rows of one person out of the lines about them, oldest first (decision 4 of the specifications).

A line takes effect on ``insured_from``, else ``doc_issued_on``, else the birth date; whatever differs from the line
before starts then. A line that would take effect no later than the one before it (the same insurance is told again)
starts with the issue of its document when that is later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from registry.core.checks.policies import CERTIFICATES
from registry.core.normalisation import name_key, place_key
from registry.insured.keys.forms import document_number_key, policy_number_key
from registry.insured.loading.lines import IdentityPart, Line
from registry.store.base import OPEN_DATE

DAY = timedelta(days=1)
DEAD, MOVED = "П022", "П021"
DEATH_REASON = 1
_CERTIFICATES = frozenset(kind.value for kind in CERTIFICATES)


class NamesValue(NamedTuple):
    """Columns of a version but for its dates."""

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


class DocumentValue(NamedTuple):
    """Columns of an identity document but for its dates of validity."""

    type: int
    series: str
    number: str
    number_key: str
    issued_on: date | None


class PolicyValue(NamedTuple):
    """Columns of a policy that make it this policy."""

    type: str
    series: str
    number: str
    number_key: str
    enp: str


class InsuranceValue(NamedTuple):
    """The policy and the insurer answering for it."""

    policy: PolicyValue
    insurer_code: str


class ClinicValue(NamedTuple):
    """Columns of an attachment but for its dates of validity."""

    clinic_code: str
    method: str
    applied_on: date
    district_code: str
    doctor_snils: str


@dataclass(slots=True)
class Period:
    """A value with the days it was true, both included."""

    value: Any
    since: date
    until: date = OPEN_DATE
    end_reason: Any = None


@dataclass(slots=True)
class PersonHistory:
    """All rows of one person."""

    person_key: str
    enp: str = ""
    died_on: date | None = None
    versions: list[Period] = field(default_factory=list)
    documents: list[Period] = field(default_factory=list)
    snils: list[Period] = field(default_factory=list)
    policies: list[Period] = field(default_factory=list)
    insurance: list[Period] = field(default_factory=list)
    attachments: list[Period] = field(default_factory=list)


def history_of(lines: Sequence[Line]) -> PersonHistory:
    """The history told by the lines of one person."""
    told = PersonHistory(lines[0].person_key)
    before: Line | None = None
    effect = date.min
    for line in lines:
        effect = _effect(line, effect)
        if before is None or line.identity != before.identity:
            _follow_identity(told, line.identity, effect)
        if before is None or line.cover != before.cover:
            _follow_cover(told, line, effect)
        if before is None or line.clinic != before.clinic:
            _follow_clinic(told, line, effect)
        if line.died_on is not None:
            told.died_on = line.died_on
        before = line
    if told.died_on is not None:
        _close_at_death(told, told.died_on)
    return told


def _effect(line: Line, previous: date) -> date:
    own = line.cover.insured_from or line.identity.doc_issued_on or line.identity.birth_date
    issued = line.identity.doc_issued_on
    if own <= previous and issued is not None and issued > previous:
        return issued
    return own


def follow(periods: list[Period], value: Any, since: date) -> None:
    """A value holds since a day: nothing new when it is the one that holds, else the one before ends on the eve."""
    if periods:
        last = periods[-1]
        if last.value == value:
            return
        last.until = min(last.until, max(since - DAY, last.since))
    periods.append(Period(value, since))


def _follow_identity(told: PersonHistory, who: IdentityPart, since: date) -> None:
    patronymic, place = who.patronymic, who.birth_place
    if told.versions:  # empty means unknown, so what was known stays
        last: NamesValue = told.versions[-1].value
        patronymic, place = patronymic or last.patronymic, place or last.birth_place
    names = (who.surname, who.first_name, patronymic)
    keys = (name_key(who.surname), name_key(who.first_name), name_key(patronymic))
    value = NamesValue(*names, *keys, who.birth_date, who.sex, place, place_key(place) if place else "")
    follow(told.versions, value, since)
    told.enp = who.enp or told.enp
    if who.snils:
        follow(told.snils, who.snils, since)
    if who.doc_type is not None and who.doc_number:
        key = document_number_key(who.doc_series, who.doc_number)
        document = DocumentValue(who.doc_type, who.doc_series, who.doc_number, key, who.doc_issued_on)
        follow(told.documents, document, since)


def _follow_cover(told: PersonHistory, line: Line, effect: date) -> None:
    cover = line.cover
    if not cover.policy_type and not cover.policy_number and not cover.insurer_code:
        return
    since = cover.insured_from or effect
    key = policy_number_key(cover.policy_series, cover.policy_number)
    policy = PolicyValue(
        cover.policy_type, cover.policy_series, cover.policy_number, key, line.identity.enp or told.enp
    )
    if not any(period.value == policy for period in told.policies):
        follow(told.policies, policy, since)
    if not cover.insurer_code:
        return
    value, until = InsuranceValue(policy, cover.insurer_code), cover.insured_to or OPEN_DATE
    rows = told.insurance
    if rows:
        last = rows[-1]
        if last.value == value and since <= _next_day(last.until):
            last.until = until
            return
        if last.until >= since:
            last.until = since - DAY
            if last.until < last.since:
                rows.pop()
        if rows and last.value.insurer_code != cover.insurer_code:
            last.end_reason = MOVED
    rows.append(Period(value, since, until))


def _next_day(day: date) -> date:
    return day if day == OPEN_DATE else day + DAY


def _follow_clinic(told: PersonHistory, line: Line, effect: date) -> None:
    clinic = line.clinic
    if not clinic.clinic_code:
        return
    since = clinic.attached_on or effect
    until = clinic.detached_on or OPEN_DATE
    value = ClinicValue(clinic.clinic_code, clinic.method, since, clinic.district_code, clinic.doctor_snils)
    rows = told.attachments
    if rows:
        last = rows[-1]
        if last.value == value and last.since == since:
            last.until = until
            return
        begins = since if since > last.since else max(effect, last.since + DAY)
        if begins > until:
            return
        last.until = min(last.until, begins - DAY)
        since = begins
    rows.append(Period(value, since, until))


def _close_at_death(told: PersonHistory, died_on: date) -> None:
    """After death insurance and attachment are closed on its date (registry model, clause 5.1)."""
    for rows, reason in ((told.insurance, DEAD), (told.attachments, DEATH_REASON)):
        if rows and rows[-1].until >= died_on >= rows[-1].since:
            rows[-1].until, rows[-1].end_reason = died_on, reason


def planned_end(policy: PolicyValue, insurance: Sequence[Period]) -> date | None:
    """The end of a certificate, which is known when it is issued; other policies have none."""
    if policy.type not in _CERTIFICATES:
        return None
    ends = [period.until for period in insurance if period.value.policy == policy and period.until != OPEN_DATE]
    return max(ends, default=None)
