"""The people who agree with requests in everything given, with what an answer tells of them: one statement for all.

Nothing is decided here that `rules` would decide otherwise: whatever is not plain about a request or a person (two
rows, a joined record, a death, two insurers at once) is told as not whole, and is judged there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, String, and_, case, exists, func, not_, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from registry.core.checks.policies import CERTIFICATES, F008_OF
from registry.insured.matching.parts import BIRTH_PLACE, PATRONYMIC
from registry.insured.matching.queries.rows import recorded
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE
from registry.store.probe import probe

ANNULLED = 2
THERAPEUTIC = 1
CERTIFICATE_TYPES = sorted(kind.value for kind in CERTIFICATES)


class WholeProbe(NamedTuple):
    """The key forms of a request that names a person by an identifier besides names and birth date."""

    rec: int
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int
    birth_place: str
    enp: str
    snils: str
    document: str
    document_type: int
    policy: str
    policy_class: int
    since: date
    until: date


_TYPES: dict[str, Any] = {"rec": Integer, "sex": Integer, "document_type": Integer, "policy_class": Integer}
_TYPES |= dict.fromkeys(("birth_date", "since", "until"), Date)
_PROBE = tuple((name, _TYPES.get(name, String)) for name in WholeProbe._fields)
# where the parts of a row begin: person, facts, insurance and attachment in the order an answer tells them
PERSON, FACTS, INSURED, ATTACHED = 2, 6, 15, 26


def whole_agreements(session: Session, asked: Sequence[WholeProbe], moment: datetime, today: date) -> Sequence[Any]:
    """Rows (request, whether whole, person, facts, insurance, policy, attachment), one or more for each candidate.

    Candidates are all people who have or had the strongest identifier given. A request is closed by its row only when
    it has no other and the row is whole.
    """
    given = probe(session, _PROBE, asked)
    return session.connection().execute(_statement(given, today), {"moment": moment}).all()


def _led(given: Any) -> Any:
    """Requests beside the people their strongest identifier points at, each person looked up once."""
    ways = (
        (given.c.enp, Person.enp),
        (given.c.snils, Snils.number),
        (given.c.document, IdentityDocument.number_key),
        (given.c.policy, Policy.number_key),
    )
    person = [column.label(f"person_{column.name}") for column in _PERSON]
    branches: list[Any] = []
    weaker: Any = true()
    for asked, known in ways:
        led = select(*given.c, *person).join(known.class_, known == asked)
        if known.class_ is not Person:
            led = led.join(Person, Person.id == known.class_.person_id)
        branches.append(led.where(asked != "", weaker))
        weaker = and_(weaker, asked == "")
    return union_all(*branches).order_by("person_id").subquery("led")


_PERSON = (Person.id, Person.bdz_id, Person.enp, Person.status, Person.died_on, Person.merged_into)


def _statement(given: Any, today: date) -> Select[Any]:
    led = _led(given)
    version, snils, document = PersonVersion, Snils, IdentityDocument
    insurance, policy, attachment = Insurance, Policy, Attachment
    attached = (attachment.area_type == THERAPEUTIC, attachment.valid_from <= led.c.since)
    return (
        select(led.c.rec, _whole(led, today), *_told(led))
        .select_from(led)
        .outerjoin(version, _open(version, led))
        .outerjoin(snils, _open(snils, led))
        .outerjoin(document, _open(document, led))
        .outerjoin(
            insurance,
            and_(
                insurance.person_id == led.c.person_id,
                recorded(insurance),
                insurance.valid_from <= led.c.until,
                insurance.valid_to >= led.c.since,
            ),
        )
        .outerjoin(policy, policy.id == insurance.policy_id)
        .outerjoin(
            attachment,
            and_(
                attachment.person_id == led.c.person_id,
                recorded(attachment),
                *attached,
                attachment.valid_to >= led.c.since,
            ),
        )
    )


def _open(table: Any, led: Any) -> Any:
    """The row of today of a person."""
    return and_(table.person_id == led.c.person_id, table.valid_to == OPEN_DATE, recorded(table))


def _told(led: Any) -> list[Any]:
    """What is told of a person, and the parts that agree besides those given."""
    version = PersonVersion
    place = and_(led.c.birth_place != "", version.birth_place_key == led.c.birth_place)
    nobody = and_(led.c.patronymic == "", version.patronymic_key == "")
    besides = case((place, BIRTH_PLACE), else_=0) + case((nobody, PATRONYMIC), else_=0)
    return [
        led.c.person_id,
        led.c.person_bdz_id,
        led.c.person_enp,
        besides.label("besides"),
        *(version.surname, version.first_name, version.patronymic, version.sex, version.birth_place),
        *(Snils.number, IdentityDocument.type, IdentityDocument.series, IdentityDocument.number),
        *(Insurance.insurer_code, Insurance.insurer_ogrn, Insurance.okato),
        *(Policy.type, Policy.series, Policy.number, Policy.enp),
        *(Insurance.valid_from, _end_of(Insurance), Insurance.begin_reason, Insurance.end_reason),
        *(Attachment.clinic_code, Attachment.area_type, Attachment.method, Attachment.applied_on),
        *(Attachment.valid_from, _end_of(Attachment)),
        *(Attachment.district_code, Attachment.department, Attachment.building),
        *(Attachment.doctor_snils, Attachment.doctor_category),
    ]


def _end_of(table: Any) -> Any:
    """The last day; an open end is no date."""
    return func.nullif(table.valid_to, OPEN_DATE, type_=Date)


def _whole(led: Any, today: date) -> Any:
    version, snils, document = PersonVersion, Snils, IdentityDocument
    given = led.c
    kind = or_(given.document_type == 0, document.type == given.document_type)
    equal = (
        version.surname_key == given.surname,
        version.birth_date == given.birth_date,
        or_(given.first_name == "", version.first_name_key == given.first_name),
        or_(given.patronymic == "", version.patronymic_key == given.patronymic),
        or_(given.sex == 0, version.sex == given.sex),
        or_(given.birth_place == "", version.birth_place_key.in_(("", given.birth_place))),
        or_(given.enp == "", given.person_enp == given.enp),
        or_(given.snils == "", snils.number == given.snils),
        or_(given.document == "", and_(document.number_key == given.document, kind)),
        or_(given.policy == "", _has_policy(given, today)),
    )
    return and_(*equal, *_plain(given)).label("whole")


def _plain(given: Any) -> Sequence[Any]:
    """One living record by itself, its present papers among those read, one insurance through all days asked about.

    A certificate may hold beyond its end, until the policy of its insurer begins: the row that holds may be none, no
    row may reach into it from before, and no certificate of another insurer may stand before it.
    """
    snils, document, insurance, policy = Snils, IdentityDocument, Insurance, Policy
    joined, before, paper = aliased(Person), aliased(Insurance), aliased(Policy)
    other = or_(before.insurer_code != insurance.insurer_code, before.insurer_ogrn != insurance.insurer_ogrn)
    reaches_in = exists(
        select(1)
        .select_from(before)
        .join(paper, paper.id == before.policy_id)
        .where(
            before.person_id == given.person_id,
            recorded(before),
            before.valid_to < given.since,
            or_(before.valid_to >= insurance.valid_from, and_(other, paper.type.in_(CERTIFICATE_TYPES))),
        )
    )
    return (
        given.person_merged_into.is_(None),
        given.person_status != ANNULLED,
        given.person_died_on.is_(None),
        insurance.valid_from <= given.since,
        insurance.valid_to >= given.until,
        policy.type.not_in(CERTIFICATE_TYPES),
        or_(policy.stopped_on.is_(None), policy.stopped_on >= given.until),
        or_(policy.ends_on.is_(None), policy.ends_on >= given.until),
        or_(snils.id.is_not(None), not_(_has_any(snils, given))),
        or_(document.id.is_not(None), not_(_has_any(document, given))),
        not_(reaches_in),
        not_(exists().where(joined.merged_into == given.person_id)),
    )


def _has_any(table: Any, given: Any) -> Any:
    other = aliased(table)
    return exists().where(other.person_id == given.person_id, recorded(other))


def _has_policy(given: Any, today: date) -> Any:
    """Whether a policy that holds has the number given, and is of the class given."""
    other = aliased(Policy)
    classes = {number: [kind.value for kind, of in F008_OF.items() if of == number] for number in set(F008_OF.values())}
    of_class = (and_(given.policy_class == number, other.type.in_(kinds)) for number, kinds in classes.items())
    return exists().where(
        other.person_id == given.person_id,
        other.number_key == given.policy,
        other.valid_to >= today,
        recorded(other),
        or_(given.policy_class == 0, *of_class),
    )
