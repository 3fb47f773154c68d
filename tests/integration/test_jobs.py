"""Jobs are done once, in the order of their lane, by one worker at a time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock, SystemClock
from registry.exchange.jobs import (
    LEASE,
    MOST_ATTEMPTS,
    LeaseLost,
    Worker,
    add_job,
    claim_job,
    finish_job,
    hold_job,
    park_job,
    renew_job,
    retry_job,
    return_job,
)
from registry.exchange.tables import Job

Sessions = sessionmaker[Session]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def first(clock: FixedClock) -> Worker:
    return Worker("first", clock)


@pytest.fixture
def second(clock: FixedClock) -> Worker:
    return Worker("second", clock)


def add(sessions: Sessions, clock: FixedClock, *lanes: str) -> list[int]:
    with sessions.begin() as session:
        return [add_job(session, "packet", lane=lane, clock=clock).id for lane in lanes]


def claim(sessions: Sessions, worker: Worker) -> Job | None:
    with sessions.begin() as session:
        return claim_job(session, worker)


def job(sessions: Sessions, number: int) -> Job:
    with sessions() as session:
        return session.get_one(Job, number)


def test_a_lane_is_worked_off_in_order_and_other_lanes_do_not_wait(
    sessions: Sessions, clock: FixedClock, first: Worker, second: Worker
) -> None:
    a, b, other = add(sessions, clock, "лпу1", "лпу1", "лпу2")
    taken = claim(sessions, first)
    assert taken is not None
    assert taken.id == a
    following = claim(sessions, second)
    assert following is not None
    assert following.id == other
    assert claim(sessions, second) is None
    with sessions.begin() as session:
        finish_job(session, taken, first)
    last = claim(sessions, second)
    assert last is not None
    assert last.id == b


def test_jobs_without_a_lane_do_not_wait_for_each_other(sessions: Sessions, clock: FixedClock, first: Worker) -> None:
    numbers = add(sessions, clock, "", "", "")
    assert [claimed.id for _ in numbers if (claimed := claim(sessions, first))] == numbers


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_runs_out(
    sessions: Sessions, clock: FixedClock, first: Worker, second: Worker
) -> None:
    add(sessions, clock, "лпу1")
    taken = claim(sessions, first)
    assert taken is not None
    assert claim(sessions, second) is None
    clock.move(LEASE + timedelta(seconds=1))
    over = claim(sessions, second)
    assert over is not None
    assert over.id == taken.id


def test_work_noted_by_a_clock_that_ran_ahead_is_done_when_it_was_set_back(
    sessions: Sessions, clock: FixedClock, first: Worker, second: Worker
) -> None:
    clock.move(timedelta(days=2))
    taken, waiting, put_off = add(sessions, clock, "лпу1", "лпу2", "лпу3")
    assert claim(sessions, first) is not None  # and dies
    with sessions.begin() as session:
        session.get_one(Job, put_off).available_at = clock.now() + timedelta(hours=1)
    clock.move(-timedelta(days=2))
    found = [claim(sessions, second), claim(sessions, second)]
    assert [one.id for one in found if one is not None] == [taken, waiting]
    assert claim(sessions, second) is None  # what was put off waits for its moment


def test_a_worker_that_lost_its_lease_can_neither_go_on_nor_finish(
    sessions: Sessions, clock: FixedClock, first: Worker, second: Worker
) -> None:
    add(sessions, clock, "лпу1")
    taken = claim(sessions, first)
    assert taken is not None
    clock.move(LEASE + timedelta(seconds=1))
    assert claim(sessions, second) is not None
    for end in (hold_job, renew_job, finish_job):
        with pytest.raises(LeaseLost), sessions.begin() as session:
            end(session, taken, first)
    assert job(sessions, taken.id).leased_by == "second"


def test_a_renewed_lease_keeps_the_job(sessions: Sessions, clock: FixedClock, first: Worker, second: Worker) -> None:
    add(sessions, clock, "лпу1")
    taken = claim(sessions, first)
    assert taken is not None
    clock.move(LEASE - timedelta(seconds=1))
    with sessions.begin() as session:
        hold_job(session, taken, first)
        renew_job(session, taken, first)
    clock.move(LEASE - timedelta(seconds=1))
    assert claim(sessions, second) is None


def test_a_retried_job_pauses_longer_each_time_and_its_lane_waits_for_it(
    sessions: Sessions, clock: FixedClock, first: Worker
) -> None:
    number, _later = add(sessions, clock, "лпу1", "лпу1")
    pauses = []
    for _ in range(4):
        taken = claim(sessions, first)
        assert taken is not None
        assert taken.id == number
        with sessions.begin() as session:
            retry_job(session, taken, "база недоступна", first)
        assert claim(sessions, first) is None
        pauses.append((job(sessions, number).available_at - clock.now()).total_seconds())
        clock.move(timedelta(seconds=pauses[-1]))
    assert pauses == [5, 15, 45, 135]


def test_a_job_that_is_interrupted_too_often_is_parked_and_its_lane_goes_on(
    sessions: Sessions, clock: FixedClock, first: Worker
) -> None:
    deadly, later = add(sessions, clock, "лпу1", "лпу1")
    for _ in range(MOST_ATTEMPTS):
        taken = claim(sessions, first)
        assert taken is not None
        assert taken.id == deadly
        clock.move(LEASE + timedelta(seconds=1))
    following = claim(sessions, first)
    assert following is not None
    assert following.id == later
    assert job(sessions, deadly).status == "parked"


def test_a_parked_job_is_done_again_only_when_an_operator_returns_it(
    sessions: Sessions, clock: FixedClock, first: Worker
) -> None:
    (number,) = add(sessions, clock, "лпу1")
    with sessions.begin() as session:
        park_job(session, session.get_one(Job, number), "разобраться")
    assert claim(sessions, first) is None
    with sessions.begin() as session:
        assert return_job(session, number, clock)
        assert not return_job(session, number, clock)
    assert claim(sessions, first) is not None


def test_a_claim_that_is_rolled_back_is_no_claim(sessions: Sessions, clock: FixedClock, first: Worker) -> None:
    add(sessions, clock, "лпу1")
    with sessions() as session:
        assert claim_job(session, first) is not None
        session.rollback()
    assert claim(sessions, first) is not None


def test_many_workers_do_every_job_once_and_keep_the_order_of_lanes(sessions: Sessions) -> None:
    clock = SystemClock("UTC")
    with sessions.begin() as session:
        expected = [add_job(session, "packet", lane=f"лпу{n % 5}", clock=clock).id for n in range(60)]
    done: list[tuple[str, int]] = []
    guard = threading.Lock()

    def work(name: str) -> None:
        worker = Worker(name, clock)
        while True:
            with sessions.begin() as session:
                taken = claim_job(session, worker)
            if taken is None:
                with sessions() as session:
                    if session.execute(select(Job).where(Job.status != "done")).first() is None:
                        return
                continue
            with guard:
                done.append((taken.lane, taken.id))
            with sessions.begin() as session:
                finish_job(session, taken, worker)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(number for _, number in done) == expected
    for lane in {lane for lane, _ in done}:
        numbers = [number for its, number in done if its == lane]
        assert numbers == sorted(numbers)
