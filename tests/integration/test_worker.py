"""The worker does every job once, tells three kinds of wrong apart, and stops without losing anything."""

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.core.errors import Permanent, Retryable
from registry.exchange.broker import EmbeddedBroker, Message, queue_name
from registry.exchange.context import HubContext
from registry.exchange.jobs import MOST_ATTEMPTS, Worker, add_job, claim_job
from registry.exchange.operations.register import register_channel, register_organisation
from registry.exchange.pipeline import Incoming
from registry.exchange.tables import Job, OutboxMessage, QueueMessage, Secret
from server.bootstrap import Hub
from server.worker import intake
from server.worker.crew import Crew
from server.worker.delivering import Delivering
from server.worker.loop import BUG_ATTEMPTS, WorkLoop
from tests.fixtures.hubs import bare_hub

Sessions = sessionmaker[Session]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def still_hub(engine: Engine, sessions: Sessions, tmp_path: Path, clock: FixedClock) -> Hub:
    return bare_hub(engine, sessions, tmp_path, clock)


def add(hub: Hub, count: int = 1, name: str = "test", lane: str = "") -> list[int]:
    with hub.sessions.begin() as session:
        return [add_job(session, name, lane=lane, clock=hub.context.clock).id for _ in range(count)]


def job(hub: Hub, number: int) -> Job:
    with hub.sessions() as session:
        return session.get_one(Job, number)


def raising(error: Exception) -> dict[str, object]:
    def handler(session: Session, job: Job, context: HubContext) -> bool:
        session.add(Secret(name=f"job{job.id}", value=b"half done"))
        session.flush()
        raise error

    return {"test": handler}


def test_a_job_of_many_portions_is_committed_after_each(hub: Hub) -> None:
    (number,) = add(hub)
    seen: list[int] = []

    def handler(session: Session, job: Job, context: HubContext) -> bool:
        with hub.sessions() as other:
            seen.append(other.query(Secret).count())
        session.add(Secret(name=f"portion{len(seen)}", value=b""))
        return len(seen) < 4

    assert WorkLoop(hub, {"test": handler}).work(threading.Event()) == 1
    assert seen == [0, 1, 2, 3]
    assert job(hub, number).status == "done"


def test_a_passing_trouble_is_tried_again_later_and_leaves_nothing(still_hub: Hub, clock: FixedClock) -> None:
    (number,) = add(still_hub)
    handlers = raising(Retryable("peer away"))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert WorkLoop(still_hub, handlers).work(threading.Event()) == 1  # type: ignore[arg-type] # dict is invariant
        found = job(still_hub, number)
        assert found.attempts == attempt
        clock.move(timedelta(hours=2))
    assert found.status == "parked"
    with still_hub.sessions() as session:
        assert session.query(Secret).count() == 0


def test_a_busy_database_counts_as_a_passing_trouble(still_hub: Hub) -> None:
    (number,) = add(still_hub)
    import sqlite3

    busy = OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
    WorkLoop(still_hub, raising(busy)).work(threading.Event())  # type: ignore[arg-type] # dict is invariant
    assert job(still_hub, number).status == "waiting"


def test_a_refusal_is_parked_at_once_with_its_text(still_hub: Hub) -> None:
    (number,) = add(still_hub)
    refusal = Permanent("KIND_UNKNOWN", "Неизвестный вид пакета.")
    WorkLoop(still_hub, raising(refusal)).work(threading.Event())  # type: ignore[arg-type] # dict is invariant
    found = job(still_hub, number)
    assert (found.status, found.error) == ("parked", "Неизвестный вид пакета.")


def test_a_bug_is_tried_a_few_times_and_then_parked_under_an_incident_number(still_hub: Hub, clock: FixedClock) -> None:
    (number,) = add(still_hub)
    for _ in range(BUG_ATTEMPTS):
        WorkLoop(still_hub, raising(KeyError("СЕКРЕТОВ"))).work(threading.Event())  # type: ignore[arg-type] # as above
        clock.move(timedelta(hours=2))
    found = job(still_hub, number)
    assert found.status == "parked"
    assert "инцидент" in found.error
    assert "СЕКРЕТОВ" not in found.error


def test_a_job_nobody_knows_is_parked(still_hub: Hub) -> None:
    (number,) = add(still_hub, name="nonsense")
    WorkLoop(still_hub, {}).work(threading.Event())
    assert job(still_hub, number).status == "parked"


def test_a_worker_told_to_stop_ends_its_portion_and_gives_the_rest_back(hub: Hub) -> None:
    numbers = add(hub, 3)
    stop = threading.Event()

    def handler(session: Session, job: Job, context: HubContext) -> bool:
        session.add(Secret(name=f"job{job.id}", value=b""))
        stop.set()
        return True

    WorkLoop(hub, {"test": handler}).run(stop)
    with hub.sessions() as session:
        assert [secret.name for secret in session.query(Secret)] == [f"job{numbers[0]}"]
        assert {one.status for one in session.query(Job)} == {"waiting"}
        assert claim_job(session, Worker("next", hub.context.clock)) is not None


def test_a_job_whose_lease_ran_out_in_mid_portion_is_still_done_once(still_hub: Hub, clock: FixedClock) -> None:
    (number,) = add(still_hub)
    usurped: list[bool] = []

    def handler(session: Session, job: Job, context: HubContext) -> bool:
        clock.move(timedelta(minutes=5))
        with still_hub.sessions.begin() as other:
            usurped.append(claim_job(other, Worker("usurper", clock)) is not None)
        session.add(Secret(name="effect", value=b""))
        return False

    WorkLoop(still_hub, {"test": handler}).work(threading.Event())
    with still_hub.sessions() as session:
        effects = session.query(Secret).count()
    # PostgreSQL keeps the job locked while its worker lives; on SQLite the late worker's portion is taken back.
    expected = ("done", False, 1) if still_hub.engine.dialect.name == "postgresql" else ("running", True, 0)
    assert (job(still_hub, number).status, usurped[0], effects) == expected


def test_many_workers_do_hundreds_of_jobs_once_each(hub: Hub) -> None:
    count = 300
    with hub.sessions.begin() as session:
        for number in range(count):
            add_job(session, "test", lane=f"lane{number % 7}", clock=hub.context.clock)
    done: Counter[int] = Counter()
    guard = threading.Lock()

    def handler(session: Session, job: Job, context: HubContext) -> bool:
        session.add(Secret(name=f"effect{job.id}", value=b""))
        with guard:
            done[job.id] += 1
        return False

    crew = Crew({f"w{number}": WorkLoop(hub, {"test": handler}).run for number in range(4)})
    crew.start()
    deadline = time.monotonic() + 60
    while sum(done.values()) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    assert crew.stop()
    with hub.sessions() as session:
        assert session.query(Secret).count() == count
        assert {one.status for one in session.query(Job)} == {"done"}


def test_a_task_that_fails_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.worker.crew.RESTART_PAUSE", 0.01)
    runs: list[int] = []

    def task(stop: threading.Event) -> None:
        runs.append(1)
        if len(runs) < 3:
            raise RuntimeError("bug")
        stop.wait()

    crew = Crew({"task": task})
    crew.start()
    deadline = time.monotonic() + 5
    while len(runs) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert crew.stop()
    assert len(runs) == 3


# --- intake and delivering --------------------------------------------------------------------------------------------


@pytest.fixture
def channel(hub: Hub) -> str:
    with hub.sessions.begin() as session:
        clinic = register_organisation(session, kind="clinic", name="МО", codes={"mcod": "630001"})
        register_channel(
            session, code="ch1", organisation_id=clinic.id, dialect="perm", user_id="guest", senders=[clinic.id]
        )
    return "ch1"


def send(hub: Hub, channel: str, *texts: str) -> None:
    for number, text in enumerate(texts):
        hub.broker.publish(
            Message(queue_name(channel, "in"), text.encode(), f"M{number}", "PERS", {"user_id": "guest"})
        )


def run_intake(hub: Hub, until: int) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=intake.Intake(hub).run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with hub.sessions() as session:
            if session.query(QueueMessage).count() == until:
                break
        time.sleep(0.05)
    stop.set()
    thread.join(20)


def test_a_message_is_received_with_the_dialect_of_its_channel_and_then_acknowledged(
    hub: Hub, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[Incoming] = []
    monkeypatch.setattr(intake, "receive", lambda session, incoming, context: got.append(incoming))
    send(hub, channel, "один", "два")
    run_intake(hub, 0)
    assert [one.raw.decode() for one in got] == ["один", "два"]
    assert {(one.channel, one.dialect, one.operation) for one in got} == {("amqp", "perm", "PERS")}
    assert got[0].properties["message_id"] == "M0"
    assert got[0].properties["user_id"] == "guest"
    assert got[0].properties["queue"] == "tfoms.ch1.in"


def test_one_message_that_cannot_be_stored_keeps_no_other_waiting_and_is_not_lost(
    hub: Hub, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "TROUBLE_PAUSE", 0.05)

    def receive(session: Session, incoming: Incoming, context: HubContext) -> None:
        session.add(Secret(name=incoming.raw.decode(), value=b""))
        session.flush()
        if incoming.raw == b"bad":
            raise RuntimeError("bug")

    monkeypatch.setattr(intake, "receive", receive)
    send(hub, channel, "good1", "bad", "good2")
    run_intake(hub, 1)
    with hub.sessions() as session:
        assert sorted(one.name for one in session.query(Secret)) == ["good1", "good2"]
        assert [one.body for one in session.query(QueueMessage)] == [b"bad"]


def test_the_outbox_reaches_the_queue_of_the_channel(hub: Hub, channel: str) -> None:
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        session.add(
            OutboxMessage(
                queue="tfoms.ch1.out.answer",
                kind="ANSWER",
                message_id="A1",
                properties={"type": "ANSWER", "correlation_id": "M1"},
                body=b"<ANSWER/>",
                available_at=now,
                created_at=now,
            )
        )
    assert Delivering(hub).drain() == (1, "")
    assert isinstance(hub.broker, EmbeddedBroker)
    (delivery,) = hub.broker.take(["tfoms.ch1.out.answer"], 5, 0)
    assert (delivery.message.message_id, delivery.message.type) == ("A1", "ANSWER")
    assert delivery.message.properties["correlation_id"] == "M1"
    assert Delivering(hub).drain() == (0, "")
