"""A pause of Python's collector of cycles for work that makes very many small objects and no cycles."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Pauses:
    """How many are inside a pause now, and whether the collector ran before the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._ran = False

    def begin(self) -> None:
        """Switch the collector off for the first who comes."""
        with self._lock:
            if not self._inside:
                self._ran = gc.isenabled()
                gc.disable()
            self._inside += 1

    def end(self) -> None:
        """Switch it on again after the last who goes, if it ran before."""
        with self._lock:
            self._inside -= 1
            if not self._inside and self._ran:
                gc.enable()


_pauses = _Pauses()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Nothing is walked in search of cycles inside; the last thread to leave switches the collector on again.

    One count for all threads: were each to look and to switch by itself, one that looked while another was inside and
    switched after that one had left would leave the collector off for good.
    """
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()
