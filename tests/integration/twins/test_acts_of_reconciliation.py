"""An act of reconciliation tells for ever what it told when it was made, whatever is learnt of its people later."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.queries import Asked
from registry.exchange.options import DEFAULTS
from registry.insured.kinds.query_parameters import QueryParameters
from registry.insured.operations.make_act import make_act
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.queries.attachment_lists import attached_by_act
from registry.insured.tables import Attachment, Insurance
from registry.insured.twins import Actor, join_people, separate_people
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
ACTOR = Actor(by="operator", now=NOW, today=NOW.date(), comment="по заявлению", confirmed=True)
HOUR = timedelta(hours=1)


def told(session: Session, kind: str, codes: Sequence[str]) -> list[Any]:
    """Every row of the act as an asker sees it."""
    session.expire_all()
    given = QueryParameters(year=2026, month=10)
    asked = Asked(session, given, kind, frozenset(codes), NOW.date(), NOW, 500, DEFAULTS)
    answer = attached_by_act(asked)
    assert answer.refusal is None
    return [(answer.total, *sorted(row.values.items(), key=lambda item: item[0])) for row in answer.rows]


def test_an_act_tells_the_same_after_everything_that_is_learnt_later(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    pairs = sorted(load_doubled(40, 0.5).items())
    with sessions.begin() as session:
        clinics = sorted(set(session.scalars(select(Attachment.clinic_code))))
        insurers = sorted(set(session.scalars(select(Insurance.insurer_code))))
        sights = [
            ("fund", ["fund"]),
            *(("clinic", [one]) for one in clinics),
            *(("insurer", [one]) for one in insurers),
        ]
        second, first = pairs[0]
        early = join_people(session, *pairs[1][::-1], ACTOR).link.id
        assert make_act(session, NOW.date(), NOW + HOUR) is not None
        before = [told(session, *sight) for sight in sights]
        assert before[0]
        then = replace(ACTOR, now=NOW + 2 * HOUR)
        join_people(session, first, second, then)
        separate_people(session, early, then)
        died = date(2026, 10, 30)
        facts = [
            FactChange(pairs[2][0], {"died_on": died}, died),
            FactChange(pairs[3][0], {"surname": "Иная", "enp": "1467050868000018"}, date(2026, 10, 1)),
            FactChange(first, {"enp": "1467050868000026"}, date(2026, 10, 1)),
        ]
        change_facts(session, facts, Told(NOW + 3 * HOUR, "ЗАГС"))
        assert [told(session, *sight) for sight in sights] == before
