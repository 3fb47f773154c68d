"""The search alone over one database, timed by the clock and by the processors it kept busy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from registry.insured.keys import ensure_key_secret
from registry.insured.matching import Identification, SearchRequest, identify
from registry.store.engine import create_hub_engine, session_factory
from tests.benchmarks._packet import busy_seconds
from tests.benchmarks._registry import moment


class Searched(NamedTuple):
    """Medians of the turns, and what the last one found."""

    seconds: float
    busy: float
    found: list[Identification]


def searched(url: str, requests: Sequence[SearchRequest], turns: int) -> Searched:
    """Look the requests up in each turn; one more before them warms up."""
    engine = create_hub_engine(url)
    database = url.rpartition("/")[2]
    times, used, found = [], [], []
    with session_factory(engine)() as session:
        secret = ensure_key_secret(session)
        for turn in range(turns + 1):
            begun, before = time.perf_counter(), busy_seconds(database)
            found = identify(session, requests, recorded_at=moment(), fund_okato="", secret=secret)
            if turn:
                times.append(time.perf_counter() - begun)
                used.append(busy_seconds(database) - before)
    engine.dispose()
    return Searched(median(times), median(used), found)
