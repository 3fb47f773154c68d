"""Search of people by any identifier or by names, current and former values, for the eyes of one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, false, or_, select, true, tuple_
from sqlalchemy.orm import Session

from registry.core.normalisation import digits, name_key, policy_key
from registry.insured.keys.queries import begins_with_name, is_form
from registry.insured.queries.survivors import has, in_force
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_MOMENT

T = TypeVar("T", PersonVersion, Snils, Insurance, Attachment)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whom one may see: the fund everyone, a clinic people attached to it, an insurer people insured by it (14)."""

    kind: str
    everyone: bool = False
    codes: frozenset[str] = frozenset()

    def condition(self, today: date) -> ColumnElement[bool]:
        """The same as a condition on ``Person``."""
        if self.everyone:
            return true()
        codes = sorted(self.codes)
        if self.kind == "clinic" and codes:
            return has(Attachment, Person.id, lambda one: (one.clinic_code.in_(codes), *in_force(one, today)))
        if self.kind == "insurer" and codes:
            return has(Insurance, Person.id, lambda one: (one.insurer_code.in_(codes), *in_force(one, today)))
        return false()


@dataclass(frozen=True, kw_only=True)
class PersonSearch:
    """What is known of the person looked for; every given part must agree."""

    surname: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: date | None = None
    enp: str = ""
    snils: str = ""
    document: str = ""
    policy: str = ""
    bdz_id: str = ""

    @property
    def is_enough(self) -> bool:
        """True when an index can answer: an identifier, two letters of a surname, or a birth date."""
        return bool(
            self.enp
            or self.snils
            or self.document
            or self.policy
            or self.bdz_id
            or self.birth_date
            or len(name_key(self.surname)) >= 2
        )

    @property
    def is_named(self) -> bool:
        """True when a name or the birth date is given."""
        names = (self.surname, self.first_name, self.patronymic)
        return self.birth_date is not None or any(name_key(name) for name in names)

    @property
    def may_be_mistaken(self) -> bool:
        """True when something is given that people mistype; the number of the hub itself is copied, not typed."""
        return not self.bdz_id and bool(
            self.enp or self.snils or self.document or self.policy or len(name_key(self.surname)) >= 2
        )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person found: the names of today, and the former ones when those were what agreed.

    ``score`` tells how like the person is, where people were looked for with mistakes.
    """

    person: Person
    version: PersonVersion
    snils: str = ""
    insurance: Insurance | None = None
    attachment: Attachment | None = None
    former: str = ""
    key: tuple[str, ...] = field(default=())
    score: float | None = None


def find_people(
    session: Session, sight: Sight, wanted: PersonSearch, *, today: date, after: Sequence[str] = (), limit: int = 50
) -> list[PersonLine]:
    """People who agree with everything given, by name; going on behind the key ``after`` of the last line."""
    order = (
        PersonVersion.surname_key,
        PersonVersion.first_name_key,
        PersonVersion.patronymic_key,
        PersonVersion.birth_date,
        PersonVersion.id,
    )
    query = (
        select(PersonVersion)
        .join(Person, Person.id == PersonVersion.person_id)
        .where(sight.condition(today), *_names(session, wanted), *_identifiers(session, wanted))
    )
    if len(after) == len(order):
        surname, first_name, patronymic, birth_date, version_id = after
        last = (surname, first_name, patronymic, date.fromisoformat(birth_date), int(version_id))
        query = query.where(tuple_(*order) > tuple_(*last))
    if not wanted.is_named:  # an identifier finds every version of its owner: the newest speaks for all
        query = query.where(PersonVersion.retracted_at == OPEN_MOMENT)
    return _lines(session, list(session.scalars(query.order_by(*order).limit(limit))), today)


def lines_of_people(session: Session, ids: Sequence[int], today: date) -> dict[int, PersonLine]:
    """These people by id, by what was last known of them."""
    query = select(PersonVersion).where(PersonVersion.person_id.in_(ids), PersonVersion.retracted_at == OPEN_MOMENT)
    return {line.person.id: line for line in _lines(session, list(session.scalars(query)), today)}


def person_is_visible(session: Session, sight: Sight, person_id: int, today: date) -> bool:
    """Whether the card of this person may be opened."""
    query = select(Person.id).where(Person.id == person_id, sight.condition(today))
    return session.scalar(query) is not None


def _names(session: Session, wanted: PersonSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, text in (
        (PersonVersion.surname_key, wanted.surname),
        (PersonVersion.first_name_key, wanted.first_name),
        (PersonVersion.patronymic_key, wanted.patronymic),
    ):
        if name_key(text):
            conditions.append(begins_with_name(session, column, text))
    if wanted.birth_date is not None:
        conditions.append(PersonVersion.birth_date == wanted.birth_date)
    return conditions


def _identifiers(session: Session, wanted: PersonSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.enp:
        enp = digits(wanted.enp)
        by_policy = select(Policy.person_id).where(Policy.enp == enp)
        conditions.append(or_(Person.enp == enp, Person.id.in_(by_policy)))
    if wanted.snils:
        conditions.append(Person.id.in_(select(Snils.person_id).where(Snils.number == digits(wanted.snils))))
    if wanted.document:
        number = wanted.document.replace("№", "")
        same = is_form(session, IdentityDocument.number_key, "document", "", number)
        owners = select(IdentityDocument.person_id).where(same)
        conditions.append(Person.id.in_(owners))
    if wanted.policy:
        number = wanted.policy.replace("№", "")
        same = is_form(session, Policy.number_key, "policy", "", number)
        owners = select(Policy.person_id).where(or_(same, Policy.enp == policy_key(number)))
        conditions.append(Person.id.in_(owners))
    if wanted.bdz_id:
        conditions.append(Person.bdz_id == wanted.bdz_id.strip())
    return conditions


def _lines(session: Session, versions: list[PersonVersion], today: date) -> list[PersonLine]:
    """Each person once, with what holds today; a handful of queries for the whole page."""
    found: dict[int, PersonVersion] = {}
    for version in versions:
        known = found.get(version.person_id)
        if known is None or (version.valid_from, version.id) > (known.valid_from, known.id):
            found[version.person_id] = version
    ids = sorted(found)
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    names = _newest(session, PersonVersion, ids, today)
    numbers = _newest(session, Snils, ids, today)
    insurance = _newest(session, Insurance, ids, today, current_only=True)
    attachments = _newest(session, Attachment, ids, today, current_only=True)
    lines = []
    for person_id, version in found.items():
        current = names.get(person_id, version)
        same = (current.surname_key, current.first_name_key, current.patronymic_key) == (
            version.surname_key,
            version.first_name_key,
            version.patronymic_key,
        )
        former = "" if same else " ".join(filter(None, (version.surname, version.first_name, version.patronymic)))
        number = numbers.get(person_id)
        lines.append(
            PersonLine(
                people[person_id],
                current,
                number.number if number else "",
                insurance.get(person_id),
                attachments.get(person_id),
                former,
                _key(versions[-1]),
            )
        )
    return lines


def _newest(
    session: Session, table: type[T], ids: list[int], today: date, *, current_only: bool = False
) -> dict[int, T]:
    query = select(table).where(table.person_id.in_(ids), table.retracted_at == OPEN_MOMENT, table.valid_from <= today)
    if current_only:
        query = query.where(table.valid_to >= today)
    if table is Attachment:
        query = query.where(Attachment.area_type == 1)
    return {row.person_id: row for row in session.scalars(query.order_by(table.valid_from, table.id))}


def _key(version: PersonVersion) -> tuple[str, ...]:
    return (
        version.surname_key,
        version.first_name_key,
        version.patronymic_key,
        version.birth_date.isoformat(),
        str(version.id),
    )
