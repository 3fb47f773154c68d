"""A loaded fact that an act ended or restored is news of that act, told as it stands afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.news.operations.collect_news import collect_news
from registry.insured.news.tables import News
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Attachment, Insurance, Person
from registry.store.base import OPEN_DATE
from tests.integration.people.test_changing_people import NOW, session

__all__ = ["session"]
DIED = date(2026, 10, 30)
WEEK = timedelta(days=7)


def told_ends(session: Session, model: type[Insurance | Attachment], after: int) -> list[date]:
    """Until when the facts run that were told as new behind a number."""
    told = select(News.row_id).where(News.id > after, News.aspect == model.__tablename__, News.gone.is_(False))
    ends = session.scalars(select(model.valid_to).where(model.id.in_(told)))
    return list(ends)


@pytest.mark.parametrize("model", [Insurance, Attachment])
def test_what_a_death_ended_and_what_its_return_restored_are_told(
    session: Session, model: type[Insurance | Attachment]
) -> None:
    collect_news(session, NOW, WEEK)
    person_id, seen = session.scalars(select(Person.id)).one(), 0
    for hours, died_on, end in ((1, DIED, DIED), (2, None, OPEN_DATE)):
        now = NOW + timedelta(hours=hours)
        change_facts(session, [FactChange(person_id, {"died_on": died_on}, DIED, event="П02")], Told(now, "ЗАГС"))
        collect_news(session, now, WEEK)
        assert told_ends(session, model, seen) == [end]
        seen = session.scalars(select(News.id).order_by(News.id.desc())).first() or 0


def test_what_a_change_left_of_a_loaded_fact_is_told_by_the_change(session: Session) -> None:
    collect_news(session, NOW, WEEK)
    person_id = session.scalars(select(Person.id)).one()
    change = FactChange(person_id, {"surname": "НОВАЯ"}, date(2026, 11, 2))
    change_facts(session, [change], Told(NOW + timedelta(hours=1), "СМО"))
    collect_news(session, NOW + timedelta(hours=1), WEEK)
    told = session.scalars(select(News).where(News.gone.is_(False))).all()
    assert [(one.aspect, one.source) for one in told] == [("person_version", "СМО")]
