"""How the time of identification grows with the registry and the file: one slope over three sizes.

    hub bench growth                 10 000, 30 000 and 100 000 people with a tenth of them as rows
    hub bench growth base=100000     100 000, 300 000, 1 000 000 people

Both grow together, so a slope of 1 means: every row costs the same however many people there are.
"""

from __future__ import annotations

import tempfile
import time
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from registry.insured.generator.population import write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.matching import identify
from registry.store.engine import create_hub_engine, session_factory
from tests.benchmarks._labelled import labelled_requests
from tests.benchmarks._registry import load_registry, moment, scratch_database

TIMES = (1, 3, 10)


def run(**options: Any) -> dict[str, Any]:
    """Seconds of matching at 1×, 3× and 10×, and the slope of their logarithms."""
    base, turns, seed = (int(options.get(name, usual)) for name, usual in (("base", 10_000), ("turns", 5), ("seed", 1)))
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for times in TIMES:
            path = Path(folder) / f"people{times}.csv"
            write_people_csv(path, base * times, seed)
            figures[base * times] = _seconds(path, base * times // 10, turns, seed)
    return {
        "name": "growth",
        "rows_per_people": 0.1,
        "turns": turns,
        "seconds": {str(size): round(seconds, 3) for size, seconds in figures.items()},
        "slope": round(slope(figures), 3),
    }


def _seconds(path: Path, rows: int, turns: int, seed: int) -> float:
    with scratch_database() as url:
        load_registry(url, path)
        requests = [one.request for one in labelled_requests(path, rows, seed + 1)]
        engine = create_hub_engine(url)
        times = []
        with session_factory(engine)() as session:
            secret = ensure_key_secret(session)
            for turn in range(turns + 1):
                begun = time.perf_counter()
                identify(session, requests, recorded_at=moment(), fund_okato="", secret=secret)
                if turn:  # the first turn warms up
                    times.append(time.perf_counter() - begun)
        engine.dispose()
    return median(times)


def slope(figures: dict[int, float]) -> float:
    """The slope of the straight line nearest to the logarithms."""
    points = [(log(size), log(seconds)) for size, seconds in figures.items()]
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    across = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / across
