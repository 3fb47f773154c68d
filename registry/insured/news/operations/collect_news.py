"""Numbering changed facts: each once, none left out, whatever order their transactions ended in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, func, insert, literal, null, or_, select
from sqlalchemy.orm import Session

from registry.insured.news.tables import News, NewsRun
from registry.insured.news.watched import WATCHED
from registry.insured.tables import Attachment, Insurance
from registry.store.base import OPEN_DATE, OPEN_MOMENT, Moment
from registry.store.locks import advisory_lock

#: What the bulk load writes is the registry itself, no news of it (`registry.insured.loading`).
LOADED = "load"
COLUMNS = (
    "run_id",
    "seen_at",
    "aspect",
    "row_id",
    "gone",
    "person_id",
    "recorded_at",
    "event",
    "source",
    "packet_id",
    "insurer_code",
    "clinic_code",
)


def collect_news(session: Session, now: datetime, lateness: timedelta) -> int:
    """Number every changed row not numbered yet and return how many there were; one collector at a time.

    A row gets its number when it is first seen committed, never by the time written in it. A transaction that took
    its ids early and commits late is found as long as it is not older than ``lateness``: rows are looked for from the
    marks of a run of that time before the last look, however long ago that was, and those that have a number already
    are left out. So whoever reads on behind the last number read gets every change once and none too few.
    """
    advisory_lock(session, "news")
    last = session.scalar(select(NewsRun).order_by(NewsRun.id.desc()).limit(1))
    marks = _marks(session)
    if last is None:
        session.add(NewsRun(made_at=now, marks=marks))
        session.flush()
        return 0
    seen_at = max(now, last.made_at)
    low = _low_marks(session, last.made_at - lateness)
    run = NewsRun(made_at=seen_at, marks=marks)
    session.add(run)
    session.flush()
    count = sum(_add(session, _new_rows(name, run, low.get(name, 0))) for name in WATCHED)
    count += sum(_add(session, _gone_rows(name, run)) for name in WATCHED)
    if not count and session.scalar(select(News.id).where(News.run_id == last.id).limit(1)) is None:
        session.delete(run)  # looks that find nothing leave one row; its older marks only make the next look wider
        last.made_at = seen_at
        session.flush()
    return count


def _marks(session: Session) -> dict[str, int]:
    return {
        name: int(session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
        for name, table in WATCHED.items()
    }


def _low_marks(session: Session, moment: datetime) -> dict[str, Any]:
    """The marks of the last run before a moment, else of the first: where looking has to begin."""
    before = select(NewsRun.marks).where(NewsRun.made_at <= moment).order_by(NewsRun.id.desc()).limit(1)
    first = select(NewsRun.marks).order_by(NewsRun.id).limit(1)
    return session.scalar(before) or session.scalar(first) or {}


def _add(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    made: Any = session.execute(insert(News).from_select(COLUMNS, rows, include_defaults=False))
    return int(made.rowcount)


def _new_rows(name: str, run: NewsRun, low: int) -> Select[*tuple[Any, ...]]:
    table = WATCHED[name]
    told = or_(table.c.source != LOADED, _written_again(table))
    return _rows(name, run, gone=False).where(table.c.id > low, told).order_by(table.c.id)


def _written_again(table: Table) -> ColumnElement[bool]:
    """A loaded fact that an act of the history ended or restored keeps its source, yet it is news of that act.

    What an act left of it in front of a later row of its own is told by that row.
    """
    later = table.alias("later")
    behind = select(later.c.id).where(
        later.c.person_id == table.c.person_id,
        later.c.history_id == table.c.history_id,
        later.c.valid_from > table.c.valid_from,
        later.c.id != table.c.id,
    )
    return and_(table.c.history_id.is_not(None), ~behind.exists())


def _gone_rows(name: str, run: NewsRun) -> Select[*tuple[Any, ...]]:
    """Rows that ceased to count, of the people something new was found of: nothing goes without a trace of its own."""
    table = WATCHED[name]
    touched = select(News.person_id).where(News.run_id == run.id)
    return (
        _rows(name, run, gone=True)
        .where(table.c.person_id.in_(touched), table.c.retracted_at < OPEN_MOMENT)
        .order_by(table.c.id)
    )


def _rows(name: str, run: NewsRun, *, gone: bool) -> Select[*tuple[Any, ...]]:
    table = WATCHED[name]
    numbered = select(News.id).where(News.aspect == name, News.row_id == table.c.id, News.gone.is_(gone))
    return select(
        literal(run.id),
        literal(run.made_at, Moment()),
        literal(name),
        table.c.id,
        literal(gone),
        table.c.person_id,
        table.c.retracted_at if gone else table.c.recorded_at,
        table.c.event if "event" in table.c else literal(""),
        table.c.source,
        null() if gone else table.c.packet_id,
        _code(table, "insurer_code", Insurance.insurer_code, Insurance.person_id, _holds(Insurance)),
        _code(table, "clinic_code", Attachment.clinic_code, Attachment.person_id, _holds(Attachment)),
    ).where(~numbered.exists())


def _holds(model: type[Insurance | Attachment]) -> ColumnElement[bool]:
    main = [model.area_type == 1] if model is Attachment else []
    return and_(model.retracted_at == OPEN_MOMENT, model.valid_to == OPEN_DATE, *main)


def _code(table: FromClause, name: str, code: Any, person: Any, holds: ColumnElement[bool]) -> Any:
    if name in table.c:
        return table.c[name]
    present = select(func.max(code)).where(person == table.c.person_id, holds).scalar_subquery()
    return func.coalesce(present, "")
