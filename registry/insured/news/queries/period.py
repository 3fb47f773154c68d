"""«Запрос об изменениях за период» as a public query: consecutive periods return every change once and completely."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.queries import LAST_PAGE, Asked, Query, Told
from registry.insured.kinds.news import PersonNews
from registry.insured.news.queries.pages import NewsFilter, conditions_of, last_look, seen_by
from registry.insured.news.queries.told import as_left, present_codes, told_records, touched_people
from registry.insured.news.tables import News
from registry.insured.queries.people import Sight

NAME = "changes_of_period"


class ChangesAsked(Record):
    """A period, with what to go on behind."""

    since = FieldSpec(datetime, "С момента")
    until = FieldSpec(datetime, "До момента, не включая")
    after = FieldSpec(int, "После номера")


class ChangeTold(PersonNews):
    """One change: its number, what it touched, and the person as the registry holds it now."""

    change_id = FieldSpec(int, "Номер изменения")
    aspect = FieldSpec(str, "Что изменилось")
    gone = FieldSpec(bool, "Сведение перестало действовать")


def changes_of_period(asked: Asked) -> Told:
    """A page of the changes that became known in a period, the oldest first; too long a period is refused.

    The period ends at the last look for changes at the latest, so the next one may begin where this one ended.
    """
    wanted: ChangesAsked = asked.parameters  # type: ignore[assignment]  # the query reads its own record
    until = min(wanted.until or asked.now, last_look(asked.session) or asked.now)
    since = wanted.since or until - timedelta(days=1)
    if (wanted.until or until) - since > timedelta(days=int(asked.options["changes_days"])):
        return Told(refusal=F.PERIOD_TOO_LONG)
    sight = Sight(asked.kind, everyone=asked.kind == "fund", codes=asked.codes)
    query = select(News).where(seen_by(sight), *conditions_of(NewsFilter(since=since, until=until)))
    if wanted.after:
        query = query.where(News.id > wanted.after)
    found = asked.session.scalars(query.order_by(News.id).limit(asked.page_size + 1)).all()
    shown = found[: asked.page_size]
    touched = touched_people(shown)
    records = told_records(asked.session, touched)
    own = set(records) if sight.everyone else _own(asked, records)
    rows: list[Record] = [_row(one, records.get(one.person_id, []), one.person_id in own) for one in shown]
    return Told(rows, shown[-1].id if len(found) > asked.page_size else LAST_PAGE)


def _own(asked: Asked, ids: Iterable[int]) -> set[int]:
    codes = present_codes(asked.session, sorted(ids))
    return {person_id for code in asked.codes for person_id in codes.get(code, ())}


def _row(one: News, records: list[PersonNews], own: bool) -> ChangeTold:
    values = dict((records[0] if own else as_left(records[0])).values) if records else {}
    return ChangeTold(
        **{**values, "change_id": one.id, "aspect": one.aspect, "gone": one.gone, "known_at": one.seen_at}
    )


CHANGES_OF_PERIOD = Query(NAME, "Изменения за период", changes_of_period)
