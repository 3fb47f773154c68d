"""The schedule runs in one process, and the watchdog says what waits."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from registry.exchange.jobs import add_job, park_job
from registry.exchange.options import DEFAULTS, set_option
from registry.exchange.queries.upkeep.work import work_state
from registry.exchange.tables import Job
from registry.store.engine import create_hub_engine, session_factory
from server.bootstrap import Hub
from server.scheduled.housekeeping import KEPT, forget_done_work
from server.scheduled.schedule import SCHEDULE, Due, Scheduler
from server.scheduled.watchdog import alarms
from tests.fixtures.hubs import bare_hub


def test_two_schedulers_on_one_postgresql_do_each_thing_once(postgresql_url: str, tmp_path: Path) -> None:

    engine = create_hub_engine(postgresql_url)
    turns: list[Hub] = []
    schedule = (Due("turn", 1, turns.append),)
    hubs = [bare_hub(engine, session_factory(engine), tmp_path) for _ in range(2)]
    stop = threading.Event()
    threads = [threading.Thread(target=Scheduler(one, schedule).run, args=(stop,)) for one in hubs]
    for thread in threads:
        thread.start()
    time.sleep(3.6)
    stop.set()
    for thread in threads:
        thread.join(10)
    engine.dispose()
    assert 2 <= len(turns) <= 4
    assert len({id(one) for one in turns}) == 1


def test_a_turn_that_fails_does_not_end_the_schedule(hub: Hub) -> None:
    turns: list[int] = []

    def act(_hub: Hub) -> None:
        turns.append(1)
        raise RuntimeError("bug")

    stop = threading.Event()
    thread = threading.Thread(target=Scheduler(hub, (Due("turn", 1, act),)).run, args=(stop,))
    thread.start()
    time.sleep(2.6)
    stop.set()
    thread.join(10)
    assert len(turns) == 2


def test_turns_go_on_when_the_clock_of_the_machine_is_set_back(hub: Hub) -> None:
    turns: list[int] = []
    made: list[BackgroundScheduler] = []
    back = [0.0]

    class Watched(Scheduler):
        def _follow_the_clock(self, scheduler: BackgroundScheduler) -> None:
            made.append(scheduler)
            super()._follow_the_clock(scheduler)

    stop = threading.Event()
    schedule = (Due("turn", 1, lambda _hub: turns.append(1)),)
    scheduler = Watched(hub, schedule, wall=lambda: time.time() - back[0])
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    thread.start()
    until(lambda: bool(turns and made))
    # what a clock set back by five hours leaves: every moment that was planned is five hours away
    made[0].modify_job("turn", next_run_time=datetime.now(UTC) + timedelta(hours=5))
    before = len(turns)
    time.sleep(2.5)
    stuck = len(turns) - before
    back[0] = 5 * 3600
    until(lambda: len(turns) > before + stuck)
    stop.set()
    thread.join(10)
    assert stuck <= 1


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_an_interval_set_by_staff_counts_without_a_restart(hub: Hub) -> None:
    due = Due("turn", 1, lambda _hub: None, setting="every_folders")
    still = Due("other", 1, lambda _hub: None)
    stop = threading.Event()
    scheduler = Scheduler(hub, (due, still), pace=1)
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    paces = []
    for minutes in (7, 2):
        with hub.sessions.begin() as session:
            set_option(session, "every_folders", minutes, hub.context.clock.now())
        if not thread.is_alive():
            thread.start()
        deadline = time.monotonic() + 30  # a process remembers settings for some seconds
        while scheduler.seconds_between().get("turn") != minutes * 60 and time.monotonic() < deadline:
            time.sleep(0.2)
        paces.append(scheduler.seconds_between())
    stop.set()
    thread.join(10)
    assert paces == [{"turn": 7 * 60, "other": 1}, {"turn": 2 * 60, "other": 1}]


def test_every_turn_with_a_setting_ships_with_the_interval_of_the_setting() -> None:
    told = {due.setting: due.seconds for due in SCHEDULE if due.setting}
    assert told == {name: value * 60 for name, value in DEFAULTS.items() if name.startswith("every_")}


def test_the_watchdog_tells_old_work_and_parked_jobs_and_is_quiet_otherwise(hub: Hub) -> None:
    def found() -> set[str]:
        with hub.sessions() as session:
            return set(alarms(hub, work_state(session))) - {"disk almost full"}

    assert found() == set()
    old = hub.context.clock.now() - timedelta(hours=1)
    with hub.sessions.begin() as session:
        waiting = add_job(session, "packet", clock=hub.context.clock)
        waiting.created_at = old
        parked = add_job(session, "packet", clock=hub.context.clock)
        park_job(session, parked, "разобраться")
    assert found() == {"work waits too long", "jobs wait for an operator"}


def test_done_jobs_are_forgotten_after_a_week_and_others_never(hub: Hub) -> None:
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        for status, age in (("done", KEPT * 2), ("done", KEPT / 2), ("parked", KEPT * 2), ("waiting", KEPT * 2)):
            job = add_job(session, "packet", available_at=now - age, clock=hub.context.clock)
            job.status = status
    forget_done_work(hub)
    with hub.sessions() as session:
        assert sorted(job.status for job in session.query(Job)) == ["done", "parked", "waiting"]
