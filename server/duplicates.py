"""Searching the whole registry for duplicates: stage after stage, a commit per portion.

It stops between portions, and within a second while an engine works: that is a process of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from registry.core.errors import Permanent
from registry.insured.tables import DuplicateSearch
from registry.insured.twins import Proposal, Reason, propose_pairs
from registry.insured.twins.linkage import Linked, demand_linkage, export_parquet, has_linkage, link_apart
from registry.insured.twins.operations import searches
from registry.insured.twins.queries.collisions import STAGES, colliding_pairs
from registry.insured.twins.queries.export import count_living, linkage_rows
from server.bootstrap import Hub

PORTION = 1_000
LIMIT = 100_000
EVERY = 2.0  # seconds between looks at whether somebody asked to stop
Told = Callable[[str, int, int], None]


class Stopped(Exception):
    """Somebody asked the search to end."""


def run_search(hub: Hub, search_id: int, *, limit: int = LIMIT, told: Told | None = None) -> DuplicateSearch:
    """Do a search that was taken; it ends done, stopped or failed, and what was proposed until then stays."""
    turn = _Turn(hub, search_id, limit, told)
    status, trouble = searches.DONE, ""
    try:
        turn.run()
    except (Stopped, KeyboardInterrupt):
        status = searches.STOPPED
    except Permanent as refused:
        status, trouble = searches.FAILED, refused.text
    except BaseException:
        _end(hub, search_id, searches.FAILED, "Внутренняя ошибка, подробности в протоколе работы.")
        raise
    return _end(hub, search_id, status, trouble)


def ask_and_run(hub: Hub, engine: str, limit: int, told: Callable[[int], None]) -> DuplicateSearch:
    """A search of its own, here and now; refused while another one waits or runs."""
    with hub.sessions.begin() as session:
        search, is_new = searches.ask_search(session, engine, "command", hub.context.clock.now())
        if not is_new:
            raise Permanent("SEARCH_RUNS", "Поиск дубликатов уже идёт: дождитесь его или остановите на странице.")
        searches.take_search(session, hub.context.clock.now(), search.id)
    return run_search(hub, search.id, limit=limit, told=lambda _stage, done, _total: told(done))


def engine_of(wanted: str) -> str:
    """The engine asked for when it is installed, else none: numbers and names are compared without one."""
    return wanted if wanted and has_linkage(wanted) else ""


def _end(hub: Hub, search_id: int, status: str, trouble: str) -> DuplicateSearch:
    with hub.sessions.begin() as session:
        searches.end_search(session, search_id, hub.context.clock.now(), status, trouble)
        return session.get_one(DuplicateSearch, search_id)


class _Turn:
    """One search under way."""

    def __init__(self, hub: Hub, search_id: int, limit: int, told: Told | None) -> None:
        self._hub, self._id, self._limit = hub, search_id, limit
        self._told = told or (lambda _stage, _done, _total: None)
        self._looked_at = 0.0

    def run(self) -> None:
        """Every stage in turn."""
        for reason in STAGES:
            self._tell(_name(reason), 0, 0, look=True)
            with self._hub.sessions() as session:
                pairs = colliding_pairs(session, reason, self._limit)
            self._propose(_name(reason), [Proposal(first, second, reason) for first, second in pairs])
        with self._hub.sessions() as session:
            engine = session.get_one(DuplicateSearch, self._id).engine
        if engine:
            self._link(engine)

    def _link(self, engine: str) -> None:
        demand_linkage(engine)
        with tempfile.TemporaryDirectory(dir=self._folder(), prefix="linkage-") as name:
            folder = Path(name)
            with self._hub.sessions() as session:  # let go of before the engine works, which may take long
                total = count_living(session)
                people = export_parquet(
                    linkage_rows(session), folder, lambda stage, done: self._tell(stage, done, total)
                )
            self._tell("linkage", 0, people, look=True)
            found = link_apart(folder, engine, people, self._limit, lambda: self._tell("linkage", 0, people, look=True))
        self._propose("linkage", [_proposal(one, engine) for one in found])

    def _folder(self) -> Path:
        folder = self._hub.settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _propose(self, stage: str, proposals: Sequence[Proposal]) -> None:
        for start in range(0, len(proposals), PORTION):
            self._tell(stage, start, len(proposals), look=True)
            some = proposals[start : start + PORTION]
            with self._hub.sessions.begin() as session:
                added = propose_pairs(session, some, self._hub.context.clock.now())
                searches.count_found(session, self._id, len(some), added)
        self._tell(stage, len(proposals), len(proposals))

    def _tell(self, stage: str, done: int, total: int, *, look: bool = False) -> None:
        self._told(stage, done, total)
        if not look and time.monotonic() - self._looked_at < EVERY:
            return
        self._looked_at = time.monotonic()
        with self._hub.sessions.begin() as session:
            now = self._hub.context.clock.now()
            if not searches.tell_search(session, self._id, now, stage=stage, done=done, total=total):
                raise Stopped


def _name(reason: Reason) -> str:
    return str(reason.name).lower()


def _proposal(one: Linked, engine: str) -> Proposal:
    return Proposal(one.first_id, one.second_id, Reason.LINKAGE, {"engine": engine, "weight": round(one.weight, 2)})
