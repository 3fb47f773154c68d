"""The worker: claims jobs and takes each to its end, a transaction per portion."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping

import structlog

from registry.core.errors import Permanent, Retryable
from registry.exchange.jobs import (
    MOST_ATTEMPTS,
    LeaseLost,
    Worker,
    claim_job,
    finish_job,
    hold_job,
    park_job,
    release_job,
    release_jobs_of,
    renew_job,
    retry_job,
    running_workers,
)
from registry.exchange.tables import Job
from registry.store.troubles import is_passing
from server.bootstrap import Hub
from server.logs import incident
from server.worker.handlers import HANDLERS, Handler

IDLE_PAUSE = 0.25
TROUBLE_PAUSE = 5.0
LOOK_AFTER = 10.0
BUG_ATTEMPTS = 3
PASSING_TEXT = "Временная неполадка, будет повторено."

log = structlog.get_logger("hub.worker")


def worker_name() -> str:
    """A name no other worker has had: machine, process, and a word of this start."""
    return f"{_machine()}/{os.getpid()}/{secrets.token_hex(4)}"


def died_here(name: str) -> bool:
    """True for a worker of this machine whose process is no more."""
    machine, _, rest = name.partition("/")
    process = rest.partition("/")[0]
    if machine != _machine() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    return socket.gethostname()[:30].replace("/", "-")


class WorkLoop:
    """One thread of work (of one lane, when named). Stopped, it ends the portion in hand and gives the rest back."""

    def __init__(self, hub: Hub, handlers: Mapping[str, Handler] = HANDLERS, *, lane: str | None = None) -> None:
        self._hub = hub
        self._handlers = handlers
        self._lane = lane
        self._worker = Worker(worker_name(), hub.context.clock)

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; troubles with the database are waited out."""
        looked_at = -LOOK_AFTER
        while not stop.is_set():
            try:
                if time.monotonic() - looked_at > LOOK_AFTER:
                    self.take_from_the_dead()
                    looked_at = time.monotonic()
                if not self.work(stop):
                    stop.wait(IDLE_PAUSE)
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("database away", error=type(error).__name__)
                stop.wait(TROUBLE_PAUSE)
                looked_at = -LOOK_AFTER

    def take_from_the_dead(self) -> None:
        """Free the jobs of workers that died on this machine, instead of waiting for their leases to run out.

        Between jobs this worker holds none: what bears its name was left when the database went away.
        """
        with self._hub.sessions.begin() as session:
            held = running_workers(session)
            dead = [name for name in held if name == self._worker.name or died_here(name)]
            if dead:
                log.warning("jobs of dead workers freed", count=release_jobs_of(session, dead))

    def work(self, stop: threading.Event) -> int:
        """Do every job that may be done now and return how many were taken in hand."""
        with self._hub.sessions.begin() as session:
            job = claim_job(session, self._worker, self._lane)
        count = 0
        while job is not None:
            count += 1
            job = self._take_to_end(job, stop)
        return count

    def _take_to_end(self, job: Job, stop: threading.Event) -> Job | None:
        """Do the portions of one job; return the next one, claimed in the transaction that finished this one."""
        structlog.contextvars.bind_contextvars(job=job.id, packet=job.packet_id)
        try:
            while True:
                more, following = self._portion(job, stop)
                if not more:
                    return following
                if stop.is_set():
                    self._give_back(job)
                    return None
        except LeaseLost:
            log.warning("lease lost, the job is another worker's")
        except Exception as error:  # noqa: BLE001 - whatever a job raises, the next one must be done
            self._failed(job, error)
        finally:
            structlog.contextvars.unbind_contextvars("job", "packet")
        return None

    def _portion(self, job: Job, stop: threading.Event) -> tuple[bool, Job | None]:
        with self._hub.sessions.begin() as session:
            hold_job(session, job, self._worker)
            handler = self._handlers.get(job.name)
            if handler is None:
                raise Permanent("JOB_UNKNOWN", f"Неизвестное задание «{job.name}».")
            if handler(session, job, self._hub.context):
                renew_job(session, job, self._worker)
                return True, None
            finish_job(session, job, self._worker)
            return False, None if stop.is_set() else claim_job(session, self._worker, self._lane)

    def _give_back(self, job: Job) -> None:
        with self._hub.sessions.begin() as session:
            release_job(session, job, self._worker)

    def _failed(self, job: Job, error: Exception) -> None:
        """Decide between another try and the operator (three kinds of wrong)."""
        if isinstance(error, Permanent):
            text, number, last = error.text, "", True
            log.warning("job refused", code=error.code)
        elif isinstance(error, Retryable) or is_passing(error):
            text, number, last = PASSING_TEXT, "", job.attempts >= MOST_ATTEMPTS
            log.warning("job will be tried again", error=type(error).__name__, attempt=job.attempts)
        else:
            number, last = incident(), job.attempts >= BUG_ATTEMPTS
            text = f"Внутренняя ошибка, инцидент {number}."
            log.error("job failed", incident=number, attempt=job.attempts, exc_info=error)
        with self._hub.sessions.begin() as session:
            if last:
                hold_job(session, job, self._worker)
                park_job(session, job, text, incident=number)
            else:
                retry_job(session, job, text, self._worker)
