"""The schedule: what is due when, under one leader (PostgreSQL advisory lock; SQLite has one process)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from registry.store.locks import is_leader
from registry.store.troubles import is_passing
from server.bootstrap import Hub
from server.logs import incident
from server.rekeying import rekey_a_while
from server.scheduled.backup import back_up
from server.scheduled.books import switch_due_books
from server.scheduled.central import exchange_with_centre
from server.scheduled.departures import tell_of_departures
from server.scheduled.duplicates import search_duplicates
from server.scheduled.federal import ask_federal_register
from server.scheduled.folders import watch_folders
from server.scheduled.housekeeping import forget_done_work
from server.scheduled.insurer_files import finish_waiting_applications, tell_insurers
from server.scheduled.news import look_for_news, tell_news
from server.scheduled.outgoing import fill_folders, follow_silence
from server.scheduled.reconciliation import make_acts
from server.scheduled.referrals import expire_referrals
from server.scheduled.statistics import count_day
from server.scheduled.table_statistics import keep_statistics
from server.scheduled.watchdog import watch

LEADER = "hub scheduler"
PACE = "pace"
MINUTE = 60
LOOK = 1.0
SET_BACK = 5.0

log = structlog.get_logger("hub.scheduler")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do every so many seconds, the first time at the start where people wait for it.

    Missed turns are made up for by one. ``setting`` names the minutes staff have set in place of the seconds; a new
    value counts within a minute, without a restart.
    """

    name: str
    seconds: int
    act: Callable[[Hub], None]
    at_start: bool = False
    setting: str = ""


SCHEDULE = (
    Due("watchdog", 60, watch),
    Due("housekeeping", 3600, forget_done_work),
    Due("reconciliation", 3600, make_acts, setting="every_reconciliation"),
    Due("departures", 3600, tell_of_departures, setting="every_departures"),
    Due("referrals", 3600, expire_referrals, setting="every_referrals"),
    Due("insurer_files", 600, tell_insurers, setting="every_insurer_files"),
    Due("applications", 3600, finish_waiting_applications, setting="every_applications"),
    Due("outgoing", 600, follow_silence, setting="every_outgoing"),
    Due("folders", 60, fill_folders, setting="every_folders"),
    Due("files in folders", 60, watch_folders, setting="every_folders"),
    Due("statistics", 3600, count_day, setting="every_statistics"),
    Due("duplicates", 15, search_duplicates),
    Due("backup", 600, back_up),
    Due("news", 60, look_for_news, at_start=True, setting="every_news"),
    Due("daily news", 3600, tell_news, setting="every_daily_news"),
    Due("books", 60, switch_due_books, at_start=True),
    Due("central segment", 60, exchange_with_centre, setting="every_central"),
    Due("federal register", 60, ask_federal_register, setting="every_ferzl"),
    Due("search keys", 60, rekey_a_while),
    Due("table statistics", 60, keep_statistics, at_start=True),
)


class Scheduler:
    """Runs the schedule while this process leads; several processes stand by."""

    def __init__(
        self,
        hub: Hub,
        schedule: tuple[Due, ...] = SCHEDULE,
        pace: int = MINUTE,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._hub = hub
        self._pace = pace
        self._wall = wall
        self._ahead = self._clock_ahead()
        self._paces: dict[str, int] = {}
        self._schedule = schedule
        self._guard = threading.Lock()
        self._connection: Connection | None = None

    def run(self, stop: threading.Event) -> None:
        """Keep the schedule until told to stop; what is under way is finished."""
        scheduler = BackgroundScheduler(timezone=self._hub.settings.timezone)
        self._paces = {due.name: due.seconds for due in self._schedule}
        pace = Due(PACE, self._pace, lambda _hub: self._keep_pace(scheduler), at_start=True)
        for due in (*self._schedule, pace):
            first = {"next_run_time": datetime.now(self._hub.settings.timezone)} if due.at_start else {}
            scheduler.add_job(
                self._turn,
                "interval",
                [due],
                seconds=due.seconds,
                id=due.name,
                coalesce=True,
                misfire_grace_time=None,
                **first,
            )
        scheduler.start()
        try:
            while not stop.wait(LOOK):
                self._follow_the_clock(scheduler)
        finally:
            scheduler.shutdown(wait=True)
            self._let_go()

    def _follow_the_clock(self, scheduler: BackgroundScheduler) -> None:
        """Begin the intervals anew when the clock of the machine was set back: their moments would not come for long.

        A clock set forward makes every turn due at once, one for all it missed.
        """
        ahead = self._clock_ahead()
        if ahead < self._ahead - SET_BACK:
            log.warning("the clock was set back, turns are set anew", seconds=round(self._ahead - ahead))
            for name, seconds in (*self._paces.items(), (PACE, self._pace)):
                scheduler.reschedule_job(name, trigger="interval", seconds=seconds)
        self._ahead = ahead

    def _clock_ahead(self) -> float:
        """How far the clock of the machine is ahead of one that nobody sets."""
        return self._wall() - time.monotonic()

    def seconds_between(self) -> dict[str, int]:
        """How many seconds lie between the turns now, by name."""
        return dict(self._paces)

    def _keep_pace(self, scheduler: BackgroundScheduler) -> None:
        """Give every turn the interval that is set now; one that is as it was keeps its next moment."""
        with self._hub.sessions() as session:
            options = self._hub.context.options(session)
        for due in self._schedule:
            seconds = int(options[due.setting]) * MINUTE if due.setting else due.seconds
            if seconds != self._paces[due.name]:
                self._paces[due.name] = seconds
                scheduler.reschedule_job(due.name, trigger="interval", seconds=seconds)
                log.info("turn set anew", task=due.name, seconds=seconds)

    def _turn(self, due: Due) -> None:
        try:
            if self._leads():
                due.act(self._hub)
        except Exception as error:
            if is_passing(error):
                log.warning("turn missed", task=due.name, error=type(error).__name__)
            else:
                log.error("turn failed", task=due.name, incident=incident(), alarm=True, exc_info=error)

    def _leads(self) -> bool:
        with self._guard:
            try:
                if self._connection is None:
                    self._connection = self._hub.engine.connect()
                leads = is_leader(self._connection, LEADER)
                self._connection.rollback()
            except DBAPIError:
                self._let_go()
                raise
            return leads

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # the lock is the connection's: it must not go back to the pool
            connection.close()
