"""Changes of a period by REST: one's own people, pages, too long a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from registry.core.clock import FixedClock
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Attachment, Person
from server.api.app import create_api
from server.scheduled.news import look_for_news
from tests.channels.rest_hub import BASE, RestHub, rest_hub

CHANGES = f"{BASE}/changes"


@pytest.fixture
def rest(sqlite_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(sqlite_url, tmp_path) as built:
        clock = FixedClock(built.hub.context.clock.now())
        hub = replace(built.hub, context=replace(built.hub.context, clock=clock))
        made = replace(built, hub=hub, app=create_api(hub))
        now = made.hub.context.clock.now()
        with made.hub.sessions.begin() as session:
            ids = session.scalars(select(Person.id).where(Person.enp.in_([one.enp for one in made.people]))).all()
            session.execute(update(Attachment).values(clinic_code="630001"))
            changes = [FactChange(one, {"surname": "НОВАЯ"}, since=date(2026, 11, 1)) for one in ids]
            change_facts(session, changes, Told(now - timedelta(minutes=1), "СМО"))
        look_for_news(made.hub)
        yield made


def test_a_clinic_reads_the_changes_of_its_people_page_by_page(rest: RestHub) -> None:
    period = "since=2026-11-20&until=2026-11-21"
    assert rest.call("GET", f"{CHANGES}?{period}").json["changes"] == []  # known at the end of a period: in the next
    clock = rest.hub.context.clock
    assert isinstance(clock, FixedClock)
    clock.move(timedelta(minutes=5))
    look_for_news(rest.hub)
    whole = rest.call("GET", f"{CHANGES}?{period}").json
    assert {one["surname"] for one in whole["changes"]} == {"НОВАЯ"}
    assert {one["clinic"] for one in whole["changes"]} == {"630001"}
    page = rest.call("GET", f"{CHANGES}?{period}&limit=1").json
    following = rest.call("GET", f"{CHANGES}?{period}&limit=1&after={page['next']}").json
    assert page["changes"][0]["change_id"] < following["changes"][0]["change_id"]
    assert rest.call("GET", f"{CHANGES}?{period}", code="630002").json["changes"] == []


def test_too_long_a_period_is_a_finding(rest: RestHub) -> None:
    answer = rest.call("GET", f"{CHANGES}?since=2026-10-01&until=2026-11-19")
    assert (answer.status_code, answer.json["code"]) == (422, "PERIOD_TOO_LONG")
    assert rest.call("GET", f"{CHANGES}?since=2026-11-19&until=2026-11-18").status_code == 400
