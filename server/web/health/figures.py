"""What monitoring reads: readiness of the parts, and figures in the form of Prometheus."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.core.errors import Retryable
from registry.exchange.queries import Visibility, journal_counts, work_state
from registry.store.migration import is_current

if TYPE_CHECKING:
    from server.bootstrap import Hub

LEAST_FREE = 512 * 1024 * 1024
BUCKETS = (0.005, 0.01, 0.025, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part the hub stands on, whether it holds, and what to do when it does not."""

    name: str
    title: str
    holds: bool
    told: str


def parts_of(hub: Hub) -> list[Part]:
    """The database with its tables, the broker, the disk; none of them can raise here."""
    return [_database(hub), _broker(hub), _disk(hub)]


def _database(hub: Hub) -> Part:
    title = "База данных SQLite" if hub.settings.embedded else "База данных PostgreSQL"
    try:
        holds = is_current(hub.engine)
    except SQLAlchemyError:
        return Part("database", title, holds=False, told="Не отвечает: проверьте, что сервер базы данных запущен")
    told = "Отвечает, таблицы этого выпуска" if holds else "Таблицы другого выпуска: выполните hub init"
    return Part("database", title, holds=holds, told=told)


def _broker(hub: Hub) -> Part:
    title = "Очереди в базе данных" if hub.settings.broker_url is None else "Брокер RabbitMQ"
    try:
        holds = hub.broker.ready()
    except (Retryable, OSError):
        holds = False
    told = "Отвечает" if holds else "Не отвечает: пакеты копятся и уйдут, когда он вернётся"
    return Part("broker", title, holds=holds, told=told)


def _disk(hub: Hub) -> Part:
    try:
        free = shutil.disk_usage(hub.settings.data_dir).free
    except OSError:
        return Part("disk", "Папка данных", holds=False, told="Папка недоступна: проверьте права и место подключения")
    holds = free >= LEAST_FREE
    return Part("disk", "Папка данных", holds=holds, told=f"Свободно {free / 1024**3:.1f} ГБ".replace(".", ","))


class Figures:
    """Counters of this process and gauges read from the database when they are asked for."""

    def __init__(self, hub: Hub) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "hub_web_request_seconds", "Time of web requests", ["endpoint"], buckets=BUCKETS, registry=self.registry
        )
        self.failures = Counter("hub_web_failures_total", "Web requests that ended with 500", registry=self.registry)
        self.registry.register(_Work(hub))


class _Work(Collector):
    """Gauges of packets of the day and of work that waits."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: the database is not asked when the collector is registered."""
        return []

    def collect(self) -> Iterable[Metric]:
        """The figures of this moment."""
        now = self._hub.context.clock.now()
        with self._hub.sessions() as session:
            yield from _gauges(session, now)
        parts = GaugeMetricFamily("hub_part_ready", "Parts the hub stands on: 1 holds, 0 does not", labels=["part"])
        for part in parts_of(self._hub):
            parts.add_metric([part.name], float(part.holds))
        yield parts


def _gauges(session: Session, now: datetime) -> Iterable[Metric]:
    state = work_state(session)
    day = journal_counts(session, Visibility("fund", None), now - timedelta(days=1))
    for name, told, values in (
        ("hub_journal_day", "Journal lines of the last 24 hours by status", day),
        ("hub_jobs", "Jobs that are not done by status", state.jobs),
        ("hub_deliveries", "Outgoing messages that are not done by status", state.deliveries),
        ("hub_queue_messages", "Messages in embedded queues", state.queued_messages),
    ):
        gauge = GaugeMetricFamily(name, told, labels=["queue" if name == "hub_queue_messages" else "status"])
        for label, value in values.items():
            gauge.add_metric([label], value)
        yield gauge
    waited = (now - state.oldest_job).total_seconds() if state.oldest_job else 0.0
    yield GaugeMetricFamily("hub_oldest_job_seconds", "Age of the oldest waiting job", value=waited)


__all__ = ["Figures", "Part", "parts_of"]
