"""How the time of identification grows with the registry and the file: one slope over three sizes.

    hub bench growth                 10 000, 30 000 and 100 000 people with a tenth of them as rows
    hub bench growth base=100000     100 000, 300 000, 1 000 000 people
    hub bench growth base=100000 turns=3 keep=FOLDER

With ``keep`` the people stay loaded, as those of `identify` do. Both grow together, so a slope of 1 means: every row
costs the same however many people there are.
"""

from __future__ import annotations

from math import log
from typing import Any

from tests.benchmarks._labelled import labelled_requests
from tests.benchmarks._registry import registry_of
from tests.benchmarks._searching import searched

TIMES = (1, 3, 10)


def run(**options: Any) -> dict[str, Any]:
    """Seconds of matching at 1×, 3× and 10×, and the slope of their logarithms."""
    base, turns, seed = (int(options.get(name, usual)) for name, usual in (("base", 10_000), ("turns", 5), ("seed", 1)))
    keep = str(options.get("keep", ""))
    clock, busy = {}, {}
    for times in TIMES:
        people = base * times
        with registry_of(people, seed, keep) as (url, path):
            requests = [one.request for one in labelled_requests(path, people // 10, seed + 1)]
            told = searched(url, requests, turns)
        clock[people], busy[people] = told.seconds, told.busy
    return {
        "name": "growth",
        "rows_per_people": 0.1,
        "turns": turns,
        "seconds": {str(size): round(seconds, 3) for size, seconds in clock.items()},
        "processor_seconds": {str(size): round(seconds, 3) for size, seconds in busy.items()},
        "slope": round(slope(clock), 3),
        "slope_by_processor": round(slope(busy), 3),
    }


def slope(figures: dict[int, float]) -> float:
    """The slope of the straight line nearest to the logarithms."""
    points = [(log(size), log(seconds)) for size, seconds in figures.items()]
    middle_x, middle_y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
    across = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / across
