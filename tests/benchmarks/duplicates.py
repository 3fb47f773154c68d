"""Duplicates in a whole registry on PostgreSQL: seconds of each stage, truth found, and how fast the screens answer.

hub bench duplicates                       1 000 000 people, one in a hundred recorded twice
hub bench duplicates people=100000 pages=50
"""

from __future__ import annotations

import csv
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from registry.insured.generator.duplicates import second_records
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import read_people_csv, write_people_csv
from registry.insured.tables import Person, PersonLink
from registry.insured.twins.operations.searches import ask_search, take_search
from server.bootstrap import Hub, build_hub
from server.demo.accounts import PASSWORD, register_participants
from server.duplicates import engine_of, run_search
from server.settings import Settings
from server.web.app import create_app
from tests.benchmarks._registry import load_registry, scratch_database
from tests.benchmarks.people import MemoryWatch


def run(**options: Any) -> dict[str, Any]:
    """Figures of one search and of the screens over what it found."""
    people, pages = int(options.get("people", 1_000_000)), int(options.get("pages", 60))
    with tempfile.TemporaryDirectory() as name, scratch_database() as url:
        folder = Path(name)
        path, truth = folder / "people.csv", _write(folder, people, float(options.get("share", 0.01)))
        load_registry(url, path)
        settings = Settings.from_environment(
            {"HUB_DATA_DIR": name, "HUB_DATABASE_URL": url, "HUB_SECRET_KEY": "k" * 64}
        )
        hub = build_hub(settings)
        try:
            with MemoryWatch() as memory:
                stages, found = _search(hub, str(options.get("engine", "duckdb")))
            figures = {
                "name": "duplicates",
                "people": people,
                "second_records": len(truth),
                "peak_memory_mb": round(memory.peak_kb / 1024),
                **{f"{stage}_seconds": seconds for stage, seconds in stages.items()},
                **_truth(hub, truth, found),
                **_screens(hub, pages),
            }
        finally:
            hub.close()
        return figures


def _write(folder: Path, people: int, share: float) -> dict[str, str]:
    """The people with second records behind them; whose each second record is."""
    path = folder / "people.csv"
    write_people_csv(path, people, 1)
    truth = {}
    with path.open("a", encoding="utf-8", newline="\n") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        doubled = list(second_records(read_people_csv(path), share, 1))
        for line, key in doubled:
            writer.writerow(PersonLine._make(line))
            truth[line.person_key] = key
    return truth


def _search(hub: Hub, engine: str) -> tuple[dict[str, float], int]:
    begun: list[tuple[str, float]] = []

    def told(stage: str, _done: int, _total: int) -> None:
        if not begun or begun[-1][0] != stage:
            begun.append((stage, time.perf_counter()))

    with hub.sessions.begin() as session:
        search, _ = ask_search(session, engine_of(engine), "bench", hub.context.clock.now())
        take_search(session, hub.context.clock.now(), search.id)
    done = run_search(hub, search.id, told=told)
    if done.status != "done":
        raise RuntimeError(f"the search ended {done.status}: {done.trouble}")
    ends = [*(at for _, at in begun[1:]), time.perf_counter()]
    return {stage: round(end - at, 1) for (stage, at), end in zip(begun, ends, strict=True)}, done.proposed


def _truth(hub: Hub, truth: dict[str, str], found: int) -> dict[str, Any]:
    with hub.sessions() as session:
        links = {(one, other) for one, other in session.execute(select(PersonLink.first_id, PersonLink.second_id))}
        keys = {row.id: row.bdz_id for row in session.execute(select(Person.id, Person.bdz_id))}
        dead = set(session.scalars(select(Person.bdz_id).where(Person.died_on.is_not(None))))
    named = {frozenset((keys[one], keys[other])) for one, other in links}
    wanted = {frozenset(pair) for pair in truth.items() if not dead & set(pair)}
    right = len(named & wanted)
    return {
        "proposed": found,
        "precision": round(right / max(len(named), 1), 4),
        "recall": round(right / max(len(wanted), 1), 4),
    }


def _screens(hub: Hub, pages: int) -> dict[str, Any]:
    with hub.sessions.begin() as session:
        register_participants(session, hub.context)
        ids = list(session.scalars(select(PersonLink.id).order_by(PersonLink.score.desc()).limit(pages)))
    client = create_app(hub).test_client()
    token = _token(client.get("/sign-in").text)
    client.post("/sign-in", data={"csrf_token": token, "login": "operator", "password": PASSWORD})
    token = _token(client.get("/duplicates").text)

    def act(name: str) -> list[float]:
        return [_timed(partial(_act, client, token, one, name)) for one in ids[:20]]

    figures = {
        "list": [_timed(partial(client.get, "/duplicates")) for _ in range(10)],
        "pair": [_timed(partial(client.get, f"/duplicates/{one}")) for one in ids],
        "join": act("join"),
        "undo": act("separate"),
    }
    told: dict[str, Any] = {}
    for name, values in figures.items():
        told[f"{name}_ms_median"] = round(statistics.median(values) * 1000)
        told[f"{name}_ms_worst"] = round(max(values) * 1000)
    return told


def _act(client: FlaskClient, token: str, link_id: int, act: str) -> Any:
    form = {"act": act, "confirmed": "1", "comment": "измерение"}
    return client.post(f"/duplicates/{link_id}", data={"csrf_token": token, **form})


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("a page without a form")
    return found.group(1)


def _timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    answer = act()
    seconds = time.perf_counter() - begun
    if answer.status_code not in {200, 303}:
        raise RuntimeError(f"answered {answer.status_code}")
    return seconds
