"""Lists of the attached, of those who left and of notices, for clinics, insurers and the fund (decisions, clause 5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, exists, func, or_, select
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
from registry.insured.queries.known_then import Named, named_then
from registry.insured.queries.listed_facts import addresses_of, facts_of, known
from registry.insured.queries.survivors import counts_once, has, survivors
from registry.insured.rules.attachment import REASON_DEAD, REASON_LEFT, REASON_OTHER_CLINIC
from registry.insured.rules.attachment_state import THERAPEUTIC
from registry.insured.tables import Attachment, AttachmentAct, DetachmentNotice, Insurance, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT

NOTICE_DAYS = 10
# contracts know these ends only; any other is told as a change of clinic
TOLD_REASONS = frozenset((REASON_DEAD, REASON_OTHER_CLINIC, REASON_LEFT))


def attached_now(asked: Asked) -> Told:
    """Tell the attached of today by pages of people, in the order of their numbers."""
    return _attached(asked, asked.today)


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
    own = _visible(asked, Person.died_on)
    last = aliased(Attachment)
    is_last = (
        select(func.max(last.valid_to))
        .where(last.person_id == Attachment.person_id, last.retracted_at == OPEN_MOMENT)
        .scalar_subquery()
    )
    people = _people(asked).where(
        Person.died_on.is_not(None), Attachment.retracted_at == OPEN_MOMENT, Attachment.valid_to == is_last, own
    )
    return _page(asked, people, None)


def _attached(asked: Asked, on: date, known_at: datetime | None = None) -> Told:
    people = _people(asked).where(
        Attachment.valid_from <= on,
        Attachment.valid_to >= on,
        known(Attachment, known_at),
        counts_once(on, known_at),
        _visible(asked, on, known_at),
    )
    return _page(asked, people, on, known_at)


def _people(asked: Asked) -> Select[Attachment, Person]:
    return select(Attachment, Person).join(Person, Person.id == Attachment.person_id)


def _visible(asked: Asked, on: Any, known_at: datetime | None = None) -> Any:
    """A clinic sees its own attached, an insurer its insured on the date, the fund all; a date may be a column."""
    if asked.kind == "fund":
        return Person.id.is_not(None)
    if asked.kind == "insurer":

        def insured(one: Any) -> tuple[Any, ...]:
            of_day = (one.valid_from <= on, one.valid_to >= on)
            return (one.insurer_code.in_(asked.codes), *of_day, known(one, known_at))

        return has(Insurance, Person.id, insured, known_at)
    return Attachment.clinic_code.in_(asked.codes)


def _page(asked: Asked, people: Select[Attachment, Person], on: date | None, known_at: datetime | None = None) -> Told:
    """Return a page of people with all their rows; the next page begins at the first person left out.

    Facts are those of the day, without one those of the day of death.
    """
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
    leads = survivors(asked.session, [person for _, person in rows], known_at)
    whose = [(row, leads.get(holder.id, holder), on or holder.died_on or asked.today) for row, holder in rows]
    facts = facts_of(asked.session, {(person.id, day) for _, person, day in whose}, known_at)
    addresses: dict[int, dict[str, Any]] = {}
    if cast(QueryParameters, asked.parameters).with_addresses:
        addresses = addresses_of(asked.session, {person.id for _, person, _ in whose}, asked.today)
    told: list[Record] = []
    then: dict[int, Named] = {}
    if on is not None and known_at is not None:
        then = named_then(asked.session, [person for _, person, _ in whose], on, known_at)
    for row, person, day in whose:
        named = then.get(person.id, Named(person.enp, person.died_on))
        told.append(_row(row, person, named, facts[person.id, day] | addresses.get(person.id, {})))
    return Told(told, following, total)


def _row(attachment: Attachment, person: Person, named: Named, facts: dict[str, Any]) -> AttachedPerson:
    return AttachedPerson(
        **{name: value for name, value in facts.items() if value not in (None, "")},
        number=str(person.id),
        enp=named.enp or None,
        phone=person.phone or None,
        clinic=attachment.clinic_code,
        attached_on=attachment.valid_from,
        doctor_snils=format_snils(attachment.doctor_snils) if attachment.doctor_snils else None,
        district=attachment.district_code or None,
        method=Method.APPLICATION if attachment.method in BY_APPLICATION else Method.TERRITORIAL,
        by_fund=attachment.source == "фонд",
        died_on=named.died_on,
    )


def detached_since(asked: Asked) -> Told:
    """Tell the detachments learnt since a date from the clinics the asker sees, all of them or none.

    A move to another section ends no attachment to the clinic, and neither does the end of a ФАП inside it.
    """
    since = cast(QueryParameters, asked.parameters).since
    if since is None:
        return Told(refusal=F.PARAMETERS_WRONG, reason="Не задана дата, с которой нужны открепления")
    start = datetime.combine(since, datetime.min.time(), tzinfo=asked.now.tzinfo)
    later = aliased(Attachment)
    goes_on = exists().where(
        later.person_id == Attachment.person_id,
        later.area_type == Attachment.area_type,
        later.clinic_code == Attachment.clinic_code,
        later.valid_from > Attachment.valid_to,
        later.retracted_at == OPEN_MOMENT,
    )
    people = _people(asked).where(
        Attachment.area_type == THERAPEUTIC,
        Attachment.valid_to < OPEN_DATE,
        Attachment.retracted_at == OPEN_MOMENT,
        or_(Attachment.end_reason.is_not(None), ~goes_on),
        or_(Attachment.recorded_at >= start, Attachment.valid_to >= since),
        _visible(asked, Attachment.valid_to),
    )
    most = int(asked.options["whole_list_rows"])
    rows = asked.session.execute(people.order_by(Attachment.id).limit(most + 1)).all()
    if len(rows) > most:
        return Told(refusal=F.PERIOD_TOO_LONG)
    leads = survivors(asked.session, [person for _, person in rows])
    told = [(row, leads.get(person.id, person)) for row, person in rows]
    facts = facts_of(asked.session, {(person.id, row.valid_to) for row, person in told})
    return Told([_detachment(row, person, facts[person.id, row.valid_to]) for row, person in told])


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
    most = int(asked.options["whole_list_rows"])
    rows = asked.session.execute(
        wanted.where(DetachmentNotice.recorded_at >= start).order_by(DetachmentNotice.id).limit(most + 1)
    ).all()
    if len(rows) > most:
        return Told(refusal=F.PERIOD_TOO_LONG)
    facts = facts_of(asked.session, {(person.id, asked.today) for _, person in rows})
    return Told([_notice(notice, person, facts[person.id, asked.today]) for notice, person in rows])


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
