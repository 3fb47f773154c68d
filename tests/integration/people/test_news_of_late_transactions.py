"""Changes whose transactions end long after they began are numbered, however rarely anybody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from registry.core.clock import FixedClock
from registry.insured.tables import Snils
from server.bootstrap import Hub
from server.scheduled.news import look_for_news
from tests.integration.test_news import attached, clock, hub, lines, rename

__all__ = ["clock", "hub"]


@contextmanager
def uncommitted_snils(hub: Hub, person_id: int) -> Iterator[None]:
    """A row that takes its id and its moment now and is committed later."""
    session = hub.sessions()
    row = {"person_id": person_id, "number": "11223344595", "valid_from": date(2026, 11, 1)}
    session.execute(insert(Snils).values(recorded_at=hub.context.clock.now(), source="СФР", **row))
    yield
    session.commit()
    session.close()


def test_a_transaction_that_ends_late_leaves_no_gap(hub: Hub, clock: FixedClock) -> None:
    if hub.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing can be written beside an open transaction")
    late, early = attached(hub, 2)
    with uncommitted_snils(hub, late[0]):
        rename(hub, early[0], "РАНЬШЕ")
        clock.move(timedelta(minutes=10))
        look_for_news(hub)
        first = lines(hub)
        assert {one.news.person_id for one in first} == {early[0]}
    clock.move(timedelta(hours=30))
    look_for_news(hub)
    later = lines(hub, since=first[0].news.seen_at + timedelta(seconds=1))
    assert [(one.news.person_id, one.news.aspect) for one in later] == [(late[0], "snils")]


def test_a_transaction_under_way_at_the_last_look_before_a_long_pause_leaves_no_gap(
    hub: Hub, clock: FixedClock
) -> None:
    if hub.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing can be written beside an open transaction")
    late, early = attached(hub, 2)
    look_for_news(hub)
    clock.move(timedelta(hours=1))
    with uncommitted_snils(hub, late[0]):
        with uncommitted_snils(hub, early[0]):
            pass  # commits first under the later id
        look_for_news(hub)
    clock.move(timedelta(days=40))  # nobody looked meanwhile, or the clock ran ahead
    look_for_news(hub)
    assert {one.news.person_id for one in lines(hub)} == {early[0], late[0]}
