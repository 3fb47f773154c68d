"""Pages of changes: who may see which, what was before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from registry.insured.news.tables import News, NewsRun
from registry.insured.news.watched import WATCHED
from registry.insured.queries.people import Sight
from registry.insured.queries.survivors import has
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT

#: Columns of dated rows that say where a row comes from, not what it says.
ORIGIN = frozenset(
    ("id", "person_id", "recorded_at", "retracted_at", "packet_id", "record_number", "event", "source", "history_id")
) | {"retracted_by", "policy_id", "confirmed"}


@dataclass(frozen=True, kw_only=True)
class NewsFilter:
    """What changes are narrowed to; empty means any. The period is that in which they became known."""

    since: datetime | None = None
    until: datetime | None = None
    aspects: frozenset[str] = frozenset()
    event: str = ""
    source: str = ""
    insurer: str = ""
    clinic: str = ""
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that changed; ``None`` where there was no row."""

    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One change with whose it is and what differs from the row before."""

    news: News
    surname: str
    first_name: str
    patronymic: str
    birth_date: date | None
    enp: str
    differences: tuple[Difference, ...]

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.news.id


def news_page(
    session: Session,
    sight: Sight,
    wanted: NewsFilter,
    *,
    after: int | None = None,
    limit: int = 50,
    oldest_first: bool = False,
) -> list[NewsLine]:
    """At most ``limit`` changes, newest first unless asked otherwise, going on behind the number ``after``."""
    query = select(News).where(seen_by(sight), *conditions_of(wanted), _leads(sight))
    if after is not None:
        query = query.where(News.id > after if oldest_first else News.id < after)
    order = News.id.asc() if oldest_first else News.id.desc()
    found = session.scalars(query.order_by(order).limit(limit)).all()
    return _told(session, found)


def last_look(session: Session) -> datetime | None:
    """When changes were looked for last: those that became known later have no number yet."""
    return session.scalar(select(NewsRun.made_at).order_by(NewsRun.id.desc()).limit(1))


def seen_by(sight: Sight, news: type[News] = News) -> ColumnElement[bool]:
    """A receiver is told the changes of its people, and of those who were its people until this change."""
    if sight.everyone:
        return true()
    if not sight.codes:
        return false()
    codes = sorted(sight.codes)
    if sight.kind == "clinic":
        mine = has(Attachment, news.person_id, lambda one: (one.clinic_code.in_(codes), *_open(one)))
        return or_(news.clinic_code.in_(codes), mine)
    if sight.kind == "insurer":
        mine = has(Insurance, news.person_id, lambda one: (one.insurer_code.in_(codes), *_open(one)))
        return or_(news.insurer_code.in_(codes), mine)
    return false()


def _open(facts: Any) -> tuple[ColumnElement[bool], ...]:
    return (facts.retracted_at == OPEN_MOMENT, facts.valid_to == OPEN_DATE)


def conditions_of(wanted: NewsFilter) -> list[ColumnElement[bool]]:
    """The filters as conditions."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(News.seen_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(News.seen_at < wanted.until)
    if wanted.aspects:
        conditions.append(News.aspect.in_(sorted(wanted.aspects)))
    for column, value in (
        (News.event, wanted.event),
        (News.source, wanted.source),
        (News.insurer_code, wanted.insurer),
        (News.clinic_code, wanted.clinic),
    ):
        if value:
            conditions.append(column == value)
    if wanted.person_id is not None:
        conditions.append(News.person_id == wanted.person_id)
    return conditions


def _leads(sight: Sight) -> ColumnElement[bool]:
    """A row that went is told by the row that took its place, by itself only where these eyes see none."""
    other = aliased(News)
    took_its_place = exists().where(
        other.person_id == News.person_id,
        other.run_id == News.run_id,
        other.aspect == News.aspect,
        other.gone.is_(False),
        seen_by(sight, other),
    )
    return or_(News.gone.is_(False), ~took_its_place)


def _told(session: Session, found: Sequence[News]) -> list[NewsLine]:
    people = _people(session, {one.person_id for one in found})
    before = _gone_partners(session, found)
    rows = _rows(session, [*found, *before.values()])
    return [
        NewsLine(
            one,
            *people.get(one.person_id, ("", "", "", None, "")),
            _differences(one, before.get(one.id), rows),
        )
        for one in found
    ]


def _people(session: Session, ids: set[int]) -> dict[int, tuple[str, str, str, date | None, str]]:
    query = (
        select(Person.id, Person.enp, PersonVersion)
        .join(PersonVersion, PersonVersion.person_id == Person.id)
        .where(Person.id.in_(sorted(ids)), PersonVersion.retracted_at == OPEN_MOMENT)
        .order_by(PersonVersion.valid_from)
    )
    return {
        id_: (one.surname, one.first_name, one.patronymic, one.birth_date, enp)
        for id_, enp, one in session.execute(query)
    }


def _gone_partners(session: Session, found: Iterable[News]) -> dict[int, News]:
    """For every new row the row of the same sort and person that went in the same look, the nearest before it."""
    new = [one for one in found if not one.gone]
    if not new:
        return {}
    query = select(News).where(
        News.person_id.in_(sorted({one.person_id for one in new})),
        News.run_id.in_(sorted({one.run_id for one in new})),
        News.gone.is_(True),
    )
    by_place: dict[tuple[int, int, str], list[News]] = defaultdict(list)
    for one in session.scalars(query.order_by(News.row_id)):
        by_place[one.person_id, one.run_id, one.aspect].append(one)
    return {one.id: places[-1] for one in new if (places := by_place.get((one.person_id, one.run_id, one.aspect)))}


def _rows(session: Session, news: Iterable[News]) -> dict[tuple[str, int], Mapping[str, Any]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in news:
        wanted[one.aspect].add(one.row_id)
    return {
        (aspect, row["id"]): dict(row)
        for aspect, ids in wanted.items()
        for row in session.execute(select(WATCHED[aspect]).where(WATCHED[aspect].c.id.in_(sorted(ids)))).mappings()
    }


def _differences(
    one: News, before: News | None, rows: Mapping[tuple[str, int], Mapping[str, Any]]
) -> tuple[Difference, ...]:
    row = rows.get((one.aspect, one.row_id), {})
    old = row if one.gone else rows.get((before.aspect, before.row_id), {}) if before is not None else {}
    new: Mapping[str, Any] = {} if one.gone else row
    names = [name for name in (new or old) if name not in ORIGIN and not name.endswith("_key")]
    return tuple(
        Difference(name, old.get(name), new.get(name))
        for name in names
        if _shown(old.get(name)) != _shown(new.get(name))
    )


def _shown(value: Any) -> Any:
    """An open end and an empty text are nothing to tell."""
    return None if value in ("", OPEN_DATE, False) else value
