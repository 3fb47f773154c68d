"""Changes of the registry: numbered every few minutes, told to everybody once a day, missed days made up for."""

from __future__ import annotations

from datetime import date, timedelta

import structlog

from registry.exchange.operations.outgoing.tell_news import close_day, days_to_tell, news_of_day, receivers, tell_day
from registry.insured.news.operations.collect_news import collect_news
from server.bootstrap import Hub

log = structlog.get_logger("hub.news")


def look_for_news(hub: Hub) -> None:
    """Number what changed since the last look."""
    with hub.sessions.begin() as session:
        hours = int(hub.context.options(session)["news_lateness_hours"])
        collect_news(session, hub.context.clock.now(), timedelta(hours=hours))


def tell_news(hub: Hub) -> None:
    """Tell of every day that ended and was not told yet; a turn that broke off goes on where it stopped."""
    look_for_news(hub)
    context = hub.context
    with hub.sessions() as session:
        most = int(context.options(session)["changes_days"])
        days = days_to_tell(session, context.clock.today(), context.timezone, most)
    for day in days:
        _tell(hub, day)


def _tell(hub: Hub, day: date) -> None:
    with hub.sessions() as session:
        news = news_of_day(session, day, hub.context.timezone)
        everybody = receivers(session)
    packets = 0
    for receiver in everybody:
        with hub.sessions.begin() as session:
            packets += tell_day(session, receiver, news, hub.context)
    people = len(news.touched)
    with hub.sessions.begin() as session:
        close_day(session, day, packets, people, hub.context.clock.now())
    log.info("changes of a day told", day=day.isoformat(), packets=packets, people=people)
