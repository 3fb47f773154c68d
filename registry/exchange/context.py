"""Everything the stages of the pipeline take besides the session and the packet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.core.checks.books import NO_BOOKS, Books
from registry.core.clock import Clock
from registry.exchange.catalogue import Catalog
from registry.exchange.options import Options, read_options
from registry.exchange.rates import CallRates
from registry.exchange.verified import VerifiedPasswords
from registry.insured.keys import ensure_key_secret
from registry.reference.queries import Shelf, read_revisions

T = TypeVar("T")
CACHE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what is taken in, in bytes."""

    upload: int = 512 * 1024**2
    message: int = 64 * 1024**2


class Remembered:
    """Values read from the database that may be some seconds old; safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, tuple[float, object]] = {}

    def get(self, name: str, read: Callable[[], T], seconds: float = CACHE_SECONDS) -> T:
        """Return the remembered value, read anew when it is older than ``seconds``."""
        with self._lock:
            found = self._values.get(name)
        if found and time.monotonic() - found[0] < seconds:
            return found[1]  # type: ignore[return-value]  # the name decides the type
        value = read()
        with self._lock:
            self._values[name] = (time.monotonic(), value)
        return value

    def last(self, name: str, otherwise: T) -> T:
        """Return what was read last, however old, without reading anything."""
        with self._lock:
            found = self._values.get(name)
        return found[1] if found else otherwise  # type: ignore[return-value]  # the name decides the type

    def forget(self) -> None:
        """Read everything anew next time: called after the commit of what changed, so that the next packet sees it."""
        with self._lock:
            self._values.clear()


@dataclass(frozen=True, slots=True)
class HubContext:
    """The catalogue, the clock and the settings of one hub; built once at start."""

    catalog: Catalog
    clock: Clock
    fund_code: str
    timezone: ZoneInfo
    default_dialect: str = "generic"
    limits: Limits = field(default_factory=Limits)
    remembered: Remembered = field(default_factory=Remembered)
    verified: VerifiedPasswords = field(default_factory=VerifiedPasswords)
    rates: CallRates = field(default_factory=CallRates)
    shelf: Shelf = field(default_factory=Shelf)

    def options(self, session: Session) -> Options:
        """Return the settings kept as data."""
        return self.remembered.get("options", lambda: read_options(session))

    def books(self, session: Session, asked: Iterable[str], held: Mapping[str, int] | None = None) -> Books:
        """Return the reference books asked for, in memory: read anew only when the revision of one has changed.

        ``held`` are the revisions a packet in work was begun with: it goes on with them.
        """
        wanted = frozenset(asked)
        if not wanted:
            return NO_BOOKS
        revisions = self.remembered.get("books", lambda: read_revisions(session))
        return self.shelf.books(session, wanted, {**revisions, **(held or {})})

    def key_secret(self, session: Session) -> bytes:
        """Return the secret of the person key hashes; it never changes while the hub runs."""
        return self.remembered.get("key_secret", lambda: ensure_key_secret(session))
