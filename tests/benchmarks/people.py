"""Loading people with all their keys into an empty registry on PostgreSQL: seconds, memory, rows.

hub bench people                   1 000 000 people
hub bench people people=100000 seed=1
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from registry.insured.generator.population import write_people_csv
from tests.benchmarks._registry import load_registry, scratch_database

EVERY_SECONDS = 0.25


def run(**options: Any) -> dict[str, Any]:
    """Figures of one load; the time of inventing the people is told apart."""
    people, seed = int(options.get("people", 1_000_000)), int(options.get("seed", 1))
    with tempfile.TemporaryDirectory() as folder, scratch_database() as url:
        path = Path(folder) / "people.csv"
        begun = time.perf_counter()
        write_people_csv(path, people, seed)
        generated = time.perf_counter() - begun
        with MemoryWatch() as memory:
            begun = time.perf_counter()
            report = load_registry(url, path)
            seconds = time.perf_counter() - begun
        return {
            "name": "people",
            "people": report.added,
            "lines": report.lines,
            "refused_lines": report.bad_lines,
            "csv_mb": round(path.stat().st_size / 1e6, 1),
            "generate_seconds": round(generated, 1),
            "load_seconds": round(seconds, 1),
            "people_per_second": round(report.added / seconds),
            "peak_memory_mb": round(memory.peak_kb / 1024),
            "rows": report.rows,
            "processors": os.cpu_count(),
        }


class MemoryWatch:
    """The greatest sum of resident memory of this process and its children, looked at four times a second."""

    def __init__(self) -> None:
        self.peak_kb = 0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            self.peak_kb = max(self.peak_kb, sum(map(resident_kb, family(os.getpid()))))


def family(parent: int) -> list[int]:
    """A process and all its descendants."""
    found = [parent]
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:  # the thread has ended meanwhile
            continue
        for child in children:
            found += family(int(child))
    return found


def resident_kb(process: int) -> int:
    """Resident memory of a process that may have ended meanwhile."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1])
