"""Lists of the attached, of those who left and of notices, for clinics, insurers and the fund (decisions, clause 5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.core.checks.snils import format_snils
from registry.core.fields import Record
from registry.core.findings import FindingCode as F
from registry.core.queries import LAST_PAGE, Asked, Query, Told
from registry.insured.kinds.attached_person import AttachedPerson
from registry.insured.kinds.attachment import Attachment as AttachmentRecord
from registry.insured.kinds.detachment_request import DetachmentRequest
from registry.insured.kinds.methods import BY_APPLICATION, Method
from registry.insured.kinds.query_parameters import QueryParameters
from registry.insured.queries.survivors import counts_once, filled, has, in_force, kin_of, survivors
from registry.insured.rules.attachment import REASON_DEAD, REASON_LEFT, REASON_OTHER_CLINIC
from registry.insured.tables import (
    Attachment,
    AttachmentAct,
    DetachmentNotice,
    IdentityDocument,
    Insurance,
    Person,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT

NOTICE_DAYS = 10
# contracts know these ends only; any other is told as a change of clinic
TOLD_REASONS = frozenset((REASON_DEAD, REASON_OTHER_CLINIC, REASON_LEFT))
LONGEST_LIST = 5_000


def attached_now(asked: Asked) -> Told:
    """Tell the attached of today by pages of people, in the order of their numbers."""
    return _attached(asked, asked.today, asked.now)


def attached_by_act(asked: Asked) -> Told:
    """Tell the attached on the day of an act, as known when it was made."""
    given = cast(QueryParameters, asked.parameters)
    act = asked.session.scalar(
        select(AttachmentAct).where(AttachmentAct.year == given.year, AttachmentAct.month == given.month)
    )
    if act is None:
        return Told(refusal=F.ACT_ABSENT)
    return _attached(asked, act.state_on, act.made_at)


def attached_dead(asked: Asked) -> Told:
    """Tell the last attachment of the dead."""
    own = _visible(asked, asked.today)
    last = aliased(Attachment)
    is_last = (
        select(func.max(last.valid_to))
        .where(last.person_id == Attachment.person_id, last.retracted_at == OPEN_MOMENT)
        .scalar_subquery()
    )
    people = _people(asked).where(
        Person.died_on.is_not(None), Attachment.retracted_at == OPEN_MOMENT, Attachment.valid_to == is_last, own
    )
    return _page(asked, people, asked.today, asked.now)


def _attached(asked: Asked, on: date, known_at: datetime) -> Told:
    people = _people(asked).where(
        Attachment.valid_from <= on,
        Attachment.valid_to >= on,
        Attachment.recorded_at <= known_at,
        Attachment.retracted_at > known_at,
        counts_once(on, known_at),
        _visible(asked, on),
    )
    return _page(asked, people, on, known_at)


def _people(asked: Asked) -> Select[Attachment, Person]:
    return select(Attachment, Person).join(Person, Person.id == Attachment.person_id)


def _visible(asked: Asked, on: date) -> Any:
    """A clinic sees its own attached, an insurer its insured on the date, the fund all."""
    if asked.kind == "fund":
        return Person.id.is_not(None)
    if asked.kind == "insurer":
        return has(Insurance, Person.id, lambda one: (one.insurer_code.in_(asked.codes), *in_force(one, on)))
    return Attachment.clinic_code.in_(asked.codes)


def _page(asked: Asked, people: Select[Attachment, Person], on: date, known_at: datetime) -> Told:
    """Return a page of people with all their rows; the next page begins at the first person left out."""
    start = max(cast(QueryParameters, asked.parameters).start_id or 0, 0)
    total = 0
    if start == 0:
        counted = people.with_only_columns(func.count(func.distinct(Person.id)))
        total = asked.session.scalar(counted) or 0
    ids = people.with_only_columns(Person.id).where(Person.id >= start).distinct().order_by(Person.id)
    page = list(asked.session.scalars(ids.limit(asked.page_size + 1)))
    following = page[asked.page_size] if len(page) > asked.page_size else LAST_PAGE
    shown = page[: asked.page_size]
    rows = asked.session.execute(people.where(Person.id.in_(shown)).order_by(Person.id, Attachment.area_type)).all()
    leads = survivors(asked.session, [person for _, person in rows])
    facts = _facts(asked, [*shown, *(one.id for one in leads.values())], on)
    told: list[Record] = []
    for attachment, holder in rows:
        person = leads.get(holder.id, holder)
        told.append(_row(attachment, person, facts.get(person.id, {})))
    return Told(told, following, total)


def _facts(asked: Asked, person_ids: list[int], on: date) -> dict[int, dict[str, Any]]:
    """Return names, document, policy, insurer and СНИЛС of people on a day, what a joined record has filled in."""
    kin = kin_of(asked.session, person_ids)
    own = _own_facts(asked, sorted({one for some in kin.values() for one in some}), on)
    return {one: filled(own.get(other, {}) for other in some) for one, some in kin.items()}


def _own_facts(asked: Asked, person_ids: list[int], on: date) -> dict[int, dict[str, Any]]:
    found = asked.session.execute(
        select(PersonVersion, IdentityDocument, Policy, Insurance.insurer_code, Snils.number)
        .outerjoin(IdentityDocument, _same(IdentityDocument, on))
        .outerjoin(Insurance, _same(Insurance, on))
        .outerjoin(Policy, Policy.id == Insurance.policy_id)
        .outerjoin(Snils, _same(Snils, on))
        .where(
            PersonVersion.person_id.in_(person_ids),
            PersonVersion.valid_from <= on,
            PersonVersion.valid_to >= on,
            PersonVersion.retracted_at == OPEN_MOMENT,
        )
    )
    return {row[0].person_id: _known(*row) for row in found}


def _same(model: Any, on: date) -> Any:
    return and_(
        model.person_id == PersonVersion.person_id,
        model.valid_from <= on,
        model.valid_to >= on,
        model.retracted_at == OPEN_MOMENT,
    )


def _known(
    version: PersonVersion, document: IdentityDocument | None, policy: Policy | None, insurer: str, snils: str
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic or None,
        "birth_date": version.birth_date,
        "sex": version.sex,
        "snils": format_snils(snils) if snils else None,
        "insurer": insurer,
    }
    if document is not None:
        facts.update(
            document_type=document.type, document_series=document.series or None, document_number=document.number
        )
    if policy is not None:
        facts.update(
            policy_type=policy.type, policy_series=policy.series or None, policy_number=policy.number or policy.enp
        )
    return facts


def _row(attachment: Attachment, person: Person, facts: dict[str, Any]) -> AttachedPerson:
    return AttachedPerson(
        **{name: value for name, value in facts.items() if value not in (None, "")},
        number=str(person.id),
        enp=person.enp or None,
        phone=person.phone or None,
        clinic=attachment.clinic_code,
        attached_on=attachment.valid_from,
        doctor_snils=format_snils(attachment.doctor_snils) if attachment.doctor_snils else None,
        district=attachment.district_code or None,
        method=Method.APPLICATION if attachment.method in BY_APPLICATION else Method.TERRITORIAL,
        by_fund=attachment.source == "фонд",
        died_on=person.died_on,
    )


def detached_since(asked: Asked) -> Told:
    """Tell the detachments learnt since a date from the clinics the asker sees."""
    since = cast(QueryParameters, asked.parameters).since
    if since is None:
        return Told(refusal=F.PARAMETERS_WRONG, reason="Не задана дата, с которой нужны открепления")
    start = datetime.combine(since, datetime.min.time(), tzinfo=asked.now.tzinfo)
    people = _people(asked).where(
        Attachment.valid_to < OPEN_DATE,
        Attachment.retracted_at == OPEN_MOMENT,
        or_(Attachment.recorded_at >= start, Attachment.valid_to >= since),
        _visible(asked, asked.today),
    )
    rows = asked.session.execute(people.order_by(Attachment.id).limit(LONGEST_LIST)).all()
    leads = survivors(asked.session, [person for _, person in rows])
    people_of = [leads.get(person.id, person) for _, person in rows]
    facts = _facts(asked, [person.id for person in people_of], asked.today)
    told = zip((row for row, _ in rows), people_of, strict=True)
    return Told([_detachment(row, person, facts.get(person.id, {})) for row, person in told])


def _detachment(row: Attachment, person: Person, facts: dict[str, Any]) -> AttachmentRecord:
    person_facts = {name: value for name, value in facts.items() if value not in (None, "")}
    return AttachmentRecord(
        **person_facts,
        number=str(row.id),
        enp=person.enp or None,
        clinic=row.clinic_code,
        district=row.district_code or None,
        detached_on=row.valid_to,
        end_reason=row.end_reason if row.end_reason in TOLD_REASONS else REASON_OTHER_CLINIC,
        by_fund=row.ended_by_fund,
    )


def notices_since(asked: Asked) -> Told:
    """Tell the notices for the asker's clinics, at most ten days back (contract, clause 2.2)."""
    since = cast(QueryParameters, asked.parameters).since
    if since is None or since < asked.today - timedelta(days=NOTICE_DAYS):
        return Told(refusal=F.PARAMETERS_WRONG)
    start = datetime.combine(since, datetime.min.time(), tzinfo=asked.now.tzinfo)
    wanted = select(DetachmentNotice, Person).join(Person, Person.id == DetachmentNotice.person_id)
    if asked.kind != "fund":
        wanted = wanted.where(DetachmentNotice.target_code.in_(asked.codes))
    rows = asked.session.execute(
        wanted.where(DetachmentNotice.recorded_at >= start).order_by(DetachmentNotice.id).limit(LONGEST_LIST)
    ).all()
    facts = _facts(asked, [person.id for _, person in rows], asked.today)
    return Told([_notice(notice, person, facts.get(person.id, {})) for notice, person in rows])


def _notice(notice: DetachmentNotice, person: Person, facts: dict[str, Any]) -> DetachmentRequest:
    return DetachmentRequest(
        **{name: value for name, value in facts.items() if value not in (None, "")},
        number=str(notice.id),
        enp=person.enp or None,
        source=notice.source_code,
        target=notice.target_code,
        notice_number=notice.notice_number or None,
        notice_date=notice.notice_date,
    )


def nothing(asked: Asked) -> Told:
    """Tell an empty list: the operation was never finished in the contract."""
    return Told()


QUERIES = (
    Query("attached_now", "Прикреплённое население", attached_now),
    Query("attached_by_act", "Прикреплённое население по акту сверки", attached_by_act),
    Query("attached_dead", "Прикрепление умерших", attached_dead),
    Query("detached_since", "Открепления с даты", detached_since),
    Query("detachment_notices", "Уведомления об откреплении", notices_since, frozenset(("clinic", "fund"))),
    Query("street_sections", "Дома участков", nothing),
)
