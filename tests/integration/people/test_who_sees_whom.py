"""Rights of clause 14: no list, search or period of changes tells a clinic or an insurer of another's people."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.queries import LAST_PAGE, Asked, Query
from registry.exchange.options import DEFAULTS
from registry.insured.kinds.query_parameters import QueryParameters
from registry.insured.news.operations.collect_news import collect_news
from registry.insured.news.queries.pages import NewsFilter, news_page
from registry.insured.news.queries.period import ChangesAsked
from registry.insured.operations.make_act import make_act
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.queries import PersonSearch, Sight, find_people, person_is_visible
from registry.insured.tables import Attachment, DetachmentNotice, Insurance, Person, PersonVersion
from registry.insured.twins import Actor, join_people
from registry.store.base import OPEN_MOMENT
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TODAY, SINCE = NOW.date(), date(2026, 11, 1)
ACTOR = Actor(by="operator", now=NOW, today=TODAY, comment="по заявлению", confirmed=True)
OF_PEOPLE = (
    "attached_now",
    "attached_by_act",
    "attached_dead",
    "detached_since",
    "detachment_notices",
    "changes_of_period",
)
LATENESS = timedelta(hours=1)
HOLDINGS: tuple[tuple[str, Any, str], ...] = (
    ("clinic", Attachment, "clinic_code"),
    ("insurer", Insurance, "insurer_code"),
)
STRANGER = {"clinic": "999999", "insurer": "99999"}


def living_registry(session: Session, pairs: list[tuple[int, int]]) -> None:
    """Joins, deaths, new names and new numbers in two looks for changes, an act and a notice."""
    collect_news(session, NOW - timedelta(hours=1), LATENESS)
    for second, first in pairs[:4]:
        join_people(session, first, second, ACTOR)
    died = date(2026, 11, 5)
    facts = [FactChange(one, {"died_on": died}, died) for one in pairs[4]]
    facts += [FactChange(one, {"surname": "Иная"}, SINCE) for pair in pairs[5:10] for one in pair]
    change_facts(session, facts, Told(NOW, "ЗАГС"))
    make_act(session, TODAY, NOW)
    collect_news(session, NOW + timedelta(minutes=1), LATENESS)
    left = session.scalars(select(Attachment).order_by(Attachment.id)).first()
    assert left is not None
    session.add(
        DetachmentNotice(source_code="630099", target_code=left.clinic_code, person_id=left.person_id, recorded_at=NOW)
    )
    session.flush()


def owners(session: Session) -> dict[tuple[str, str], set[int]]:
    """Who ever had what person, by any record of the same human."""
    survivor = {row.id: row.merged_into or row.id for row in session.scalars(select(Person))}
    found: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for kind, table, code in HOLDINGS:
        for row in session.scalars(select(table)):
            found[kind, getattr(row, code)].add(survivor[row.person_id])
    return {place: {one for one, root in survivor.items() if root in roots} for place, roots in found.items()}


def told(session: Session, query: Query, kind: str, code: str) -> Iterator[Any]:
    """Every row of a query, page by page."""
    after = 0
    while True:
        if query.name == "changes_of_period":
            given: Any = ChangesAsked(since=NOW - timedelta(days=7), until=NOW + timedelta(days=1), after=after or None)
        else:
            given = QueryParameters(since=SINCE, on=TODAY, year=2026, month=10, start_id=after)
        asked = Asked(session, given, kind, frozenset((code,)), TODAY, NOW, 7, DEFAULTS)
        answer = query.answer(asked)
        assert answer.refusal is None
        yield from answer.rows
        if answer.next_id == LAST_PAGE:
            return
        after = answer.next_id


def test_no_list_tells_of_anybody_elses_people(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    pairs = sorted(load_doubled(60, 0.4).items())
    queries = {query.name: query for query in collect().queries.values()}
    with sessions.begin() as session:
        living_registry(session, pairs)
        ids = {row.enp: row.id for row in session.scalars(select(Person).order_by(Person.id.desc()))}
        whose = owners(session)
        said = 0
        for (kind, code), people in whose.items():
            numbers = {enp for enp, one in ids.items() if one in people}
            for name in OF_PEOPLE:
                if kind in queries[name].may_ask:
                    rows = [row.values.get("enp") for row in told(session, queries[name], kind, code)]
                    assert set(rows) - {None} <= numbers, (name, kind, code)
                    said += len(rows)
        assert said > 100
        for kind, code in STRANGER.items():
            for name in (*OF_PEOPLE, "attached_totals"):
                if kind in queries[name].may_ask and not (kind == "clinic" and name == "attached_totals"):
                    assert list(told(session, queries[name], kind, code)) == [], name


def test_a_search_finds_whom_one_sees_and_nobody_else(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    pairs = sorted(load_doubled(40, 0.4).items())
    with sessions.begin() as session:
        living_registry(session, pairs)
        people = list(session.scalars(select(Person).order_by(Person.id)))
        survivor = {one.id: one.merged_into or one.id for one in people}
        names = {
            row.person_id: row for row in session.scalars(select(PersonVersion).order_by(PersonVersion.valid_from))
        }
        for kind, table, code in HOLDINGS:
            held: defaultdict[str, set[int]] = defaultdict(set)
            for row in session.scalars(select(table).where(table.retracted_at == OPEN_MOMENT)):
                if row.valid_from <= TODAY <= row.valid_to:
                    held[getattr(row, code)].add(survivor[row.person_id])
            for own in (*held, STRANGER[kind]):
                sight = Sight(kind, codes=frozenset((own,)))
                seen = {one.id for one in people if person_is_visible(session, sight, one.id, TODAY)}
                assert seen == {one.id for one in people if survivor[one.id] in held.get(own, ())}
                lines = news_page(session, sight, NewsFilter(), limit=500)
                assert own in held or lines == []
                for one in people[:5]:
                    wanted = PersonSearch(surname=names[one.id].surname, birth_date=names[one.id].birth_date)
                    found = {line.person.id for line in find_people(session, sight, wanted, today=TODAY)}
                    assert found <= seen
