"""A brake on guessing passwords from one address, on top of the lockout of accounts."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

MOST_FAILURES = 30
WINDOW = timedelta(minutes=5)
MOST_ADDRESSES = 10_000


class Throttle:
    """Counts failures of addresses in this process; an address over the limit waits until the window has passed."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def is_braked(self, address: str, now: datetime) -> bool:
        """True when this address has failed too often lately."""
        with self._lock:
            return len(self._recent(address, now)) >= MOST_FAILURES

    def failed(self, address: str, now: datetime) -> None:
        """Count one failure; when too many addresses are watched the longest unseen is forgotten."""
        with self._lock:
            recent = self._recent(address, now)
            recent.append(now)
            self._failures.pop(address, None)
            self._failures[address] = recent
            if len(self._failures) > MOST_ADDRESSES:
                self._failures.pop(next(iter(self._failures)))

    def _recent(self, address: str, now: datetime) -> deque[datetime]:
        recent = self._failures.get(address, deque(maxlen=MOST_FAILURES))
        while recent and recent[0] < now - WINDOW:
            recent.popleft()
        return recent
