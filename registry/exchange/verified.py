"""Passwords found right lately, remembered by one hub for a short time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time

VERIFIED_SECONDS = 300.0
ENTERED_SECONDS = 5.0


class VerifiedPasswords:
    """Pairs of login and password found right lately: argon2 is slow on purpose, a caller comes every second.

    Only keyed digests are kept; a new hash in the database makes an entry useless at once. A pair in use stays. Who
    entered some seconds ago enters without a look into the database: an account that is closed stays open that long.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[bytes, float]] = {}
        self._entered: dict[str, tuple[bytes, float, object]] = {}

    def _digest(self, password: str, stored: str) -> bytes:
        return hmac.new(self._key, f"{password}\0{stored}".encode(), hashlib.sha256).digest()

    def knows(self, login: str, password: str, stored: str) -> bool:
        """Return True when this very pair was verified, or found here, a short time ago."""
        with self._lock:
            found = self._seen.get(login)
        if found is None or time.monotonic() - found[1] > VERIFIED_SECONDS:
            return False
        if not hmac.compare_digest(found[0], self._digest(password, stored)):
            return False
        self.remember(login, password, stored)
        return True

    def enter(self, login: str, password: str, caller: object) -> None:
        """Let a caller in again for some seconds."""
        with self._lock:
            self._entered[login] = (self._digest(password, ""), time.monotonic(), caller)

    def caller(self, login: str, password: str) -> object | None:
        """Return the caller who entered with this pair some seconds ago."""
        with self._lock:
            found = self._entered.get(login)
        if found is None or time.monotonic() - found[1] > ENTERED_SECONDS:
            return None
        return found[2] if hmac.compare_digest(found[0], self._digest(password, "")) else None

    def forget(self, login: str) -> None:
        """Ask the database again for this login: its account was changed."""
        with self._lock:
            self._entered.pop(login, None)
            self._seen.pop(login, None)

    def remember(self, login: str, password: str, stored: str) -> None:
        """Remember a pair that was verified just now."""
        with self._lock:
            self._seen[login] = (self._digest(password, stored), time.monotonic())
