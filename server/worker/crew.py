"""The threads that work in a process: started together, kept alive, stopped together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import structlog

from server.logs import incident

PATIENCE = 30.0
RESTART_PAUSE = 5.0
Task = Callable[[threading.Event], None]

log = structlog.get_logger("hub.crew")


class Crew:
    """Named tasks, a thread each. A task that fails is reported and started again."""

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(name, task), name=name, daemon=True)
            for name, task in tasks.items()
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = PATIENCE) -> bool:
        """Tell every thread to end what it has in hand; True when all did in time."""
        self._stop.set()
        for thread in self._threads:
            thread.join(patience)
        return not any(thread.is_alive() for thread in self._threads)

    def wait(self) -> None:
        """Block until the crew is told to stop."""
        self._stop.wait()

    def tell_to_stop(self) -> None:
        """Ask for the end without waiting for it; safe in a signal handler."""
        self._stop.set()

    def _keep(self, name: str, task: Task) -> None:
        while not self._stop.is_set():
            try:
                task(self._stop)
            except Exception as error:
                log.error("task failed", task=name, incident=incident(), alarm=True, exc_info=error)
                self._stop.wait(RESTART_PAUSE)
