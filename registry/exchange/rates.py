"""How often one caller may call: counted within the last minute, in this process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0


class CallRates:
    """Counts calls by caller; only callers that were let in are counted, so memory is bounded by their number.

    Each process counts for itself: a shared counter would be a contended row in every call.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._calls: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, caller: str, most: int) -> int:
        """Count a call and return 0, or the seconds to wait when there were too many; no limit when ``most`` is 0."""
        if most <= 0:
            return 0
        with self._lock:
            moment = self._now()
            calls = self._calls.setdefault(caller, deque())
            while calls and calls[0] <= moment - WINDOW:
                calls.popleft()
            if len(calls) < most:
                calls.append(moment)
                return 0
            return max(1, round(calls[0] + WINDOW - moment))
