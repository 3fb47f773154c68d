"""The scheduler killed at any stage of any turn: what is left is done by the next turn, and everything once.

What it left undone and what it had done are told by comparing with the same installation whose turns nobody disturbed.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from registry.core.clock import FixedClock
from registry.exchange.options import set_option
from registry.exchange.tables import (
    BackupRun,
    InsurerFile,
    JournalEntry,
    OutgoingPacket,
    PacketKey,
)
from registry.insured.keys import begin_rekeying, count_keys, last_rekeying
from registry.insured.news.tables import News, NewsDay, NewsRun
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.statistics.tables import RegistryDay, RegistryFigure
from registry.insured.tables import (
    Attachment,
    AttachmentAct,
    DepartureNotice,
    DuplicateSearch,
    Insurance,
    Person,
    PersonKey,
    PersonLink,
    Snils,
)
from registry.insured.twins.operations.searches import ask_search
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.bootstrap import Hub
from server.scheduled.news import look_for_news
from tests.fixtures.databases import postgresql_database
from tests.fixtures.killing import Moment, killed
from tests.fixtures.running import Installation

pytestmark = pytest.mark.slow
CHANGED = 6


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the schedule: what calls for it, what it leaves, where its process dies, how long until another try."""

    name: str
    prepare: Callable[[Hub], None]
    leaves: str
    moments: tuple[Moment, ...]
    later: timedelta = timedelta()

    def __str__(self) -> str:
        return self.name


def change_people(hub: Hub) -> None:
    """Some people get another name, some die: news, files to insurers and departures follow."""
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        set_option(session, "insurer_files_lag", 0, now)
        people = session.scalars(
            select(Person.id)
            .join(Attachment, Attachment.person_id == Person.id)
            .join(Insurance, Insurance.person_id == Person.id)
            .where(Attachment.valid_to == OPEN_DATE, Attachment.retracted_at == OPEN_MOMENT, Attachment.area_type == 1)
            .where(Insurance.valid_to == OPEN_DATE, Insurance.retracted_at == OPEN_MOMENT, Person.status == 1)
            .order_by(Person.id)
            .limit(2 * CHANGED)
        ).all()
        told, yesterday = Told(now, "ЗАГС"), now.date() - timedelta(days=1)
        renamed = [FactChange(one, {"surname": "ОБРАЗЦОВ"}, yesterday) for one in people[:CHANGED]]
        died = [FactChange(one, {"died_on": yesterday}, yesterday, event="П02") for one in people[CHANGED:]]
        change_facts(session, [*renamed, *died], told)
    hub.context.remembered.forget()


def tell_of_yesterday(hub: Hub) -> None:
    """The changes became known yesterday, so the files of yesterday are due."""
    look_for_news(hub)
    change_people(hub)
    look_for_news(hub)
    with hub.sessions.begin() as session:
        for news in session.scalars(select(News)):
            news.seen_at -= timedelta(days=1)
        for run in session.scalars(select(NewsRun)):
            run.made_at -= timedelta(days=1)


def ask_for_a_search(hub: Hub) -> None:
    """A number stands at many pairs of people, and somebody asked for a search."""
    clock = hub.context.clock
    with hub.sessions.begin() as session:
        set_option(
            session, "duplicates_hour", (clock.now().astimezone(hub.context.timezone).hour + 12) % 24, clock.now()
        )
        ids = session.scalars(select(Person.id).order_by(Person.id).limit(40)).all()
        numbers = session.scalars(select(Snils).where(Snils.person_id.in_(ids)).order_by(Snils.person_id)).all()
        for first, second in zip(numbers[::2], numbers[1::2], strict=False):
            second.number = first.number
        ask_search(session, "", "test", clock.now())
    hub.context.remembered.forget()


def begin_keys(hub: Hub) -> None:
    with hub.sessions.begin() as session:
        begun = hub.context.clock.now() - timedelta(hours=1)  # every process has heard of it
        begin_rekeying(session, begun, new_secret=True)


def forget_counts(hub: Hub) -> None:
    """Nobody has counted the registry yet, or made an act."""
    with hub.sessions.begin() as session:
        for model in (RegistryFigure, RegistryDay, AttachmentAct):
            session.execute(delete(model))


def nothing(_hub: Hub) -> None:
    """The turn is due by itself."""


NEWS, TELLING = "server.scheduled.news", "registry.exchange.operations.outgoing.tell_news"
TURNS = (
    Turn("news.look_for_news", change_people, "news", (Moment(NEWS, "collect_news", "after"),)),
    Turn(
        "news.tell_news",
        tell_of_yesterday,
        "days",
        (
            Moment(NEWS, "tell_day", "before", 2),
            Moment(NEWS, "tell_day", "after", 3),
            Moment(TELLING, "send_out", "after", 2),
            Moment(NEWS, "close_day", "before"),
            Moment(NEWS, "close_day", "after"),
        ),
    ),
    Turn(
        "departures.tell_of_departures",
        change_people,
        "departures",
        (
            Moment("registry.exchange.departures", "send_out", "after"),
            Moment("registry.exchange.departures", "note_departures", "after", 2),
            Moment("server.scheduled.departures", "tell_departures", "after"),
        ),
    ),
    Turn(
        "insurer_files.tell_insurers",
        change_people,
        "to insurers",
        (
            Moment("registry.exchange.operations.outgoing.insurer_files", "send_out", "after"),
            Moment("server.scheduled.insurer_files", "send_insurer_files", "after"),
        ),
    ),
    Turn(
        "statistics.count_day",
        forget_counts,
        "counted",
        (Moment("server.scheduled.statistics", "count_registry", "after"),),
    ),
    Turn(
        "reconciliation.make_acts",
        forget_counts,
        "acts",
        (Moment("server.scheduled.reconciliation", "make_act", "after"),),
    ),
    Turn(
        "backup.back_up",
        nothing,
        "files",
        (
            Moment("registry.store.backup.dump", "rows_of", "before", 40),
            Moment("server.scheduled.backup", "make_backup", "after"),
            Moment("server.scheduled.backup", "forget_old", "after"),
        ),
    ),
    Turn(
        "duplicates.search_duplicates",
        ask_for_a_search,
        "pairs",
        (
            Moment("server.scheduled.duplicates", "take_search", "after"),
            Moment("server.scheduled.duplicates", "run_search", "before"),
            Moment("server.duplicates", "propose_pairs", "after"),
            Moment("server.duplicates", "colliding_pairs", "before", 2),
            Moment("server.scheduled.duplicates", "run_search", "after"),
        ),
        later=timedelta(minutes=31),
    ),
    Turn(
        "keys",
        begin_keys,
        "rekeyed",
        (
            Moment("server.rekeying", "rekey_portion", "before", 2),
            Moment("server.rekeying", "rekey_portion", "after", 2),
        ),
    ),
)
CASES = [(turn, moment) for turn in TURNS for moment in turn.moments]


@pytest.fixture(params=["sqlite", "postgresql"])
def twice(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations on the same data: one to be disturbed, one in peace."""
    with ExitStack() as stack:
        made = []
        for name in ("disturbed", "peaceful"):
            folder = tmp_path / name
            folder.mkdir()
            if request.param == "sqlite":
                shutil.copy(request.getfixturevalue("loaded_sqlite"), folder / "hub.sqlite3")
                url = f"sqlite:///{folder / 'hub.sqlite3'}"
            else:
                url = stack.enter_context(postgresql_database(request.getfixturevalue("loaded_postgresql")))
            one = Installation(folder, url)
            stack.callback(one.close)
            made.append(one)
        yield made[0], made[1]


def act_of(turn: Turn) -> str:
    return "server.rekeying.rekey_a_while" if turn.name == "keys" else f"server.scheduled.{turn.name}"


@pytest.mark.parametrize(("turn", "moment"), CASES, ids=str)
def test_a_turn_that_was_killed_is_finished_by_the_next_and_nothing_is_done_twice(
    twice: tuple[Installation, Installation], turn: Turn, moment: Moment
) -> None:
    disturbed, peaceful = twice
    for one in twice:
        turn.prepare(one.hub)
    act: Callable[[Hub], None] = resolve_name(act_of(turn))
    killed(disturbed, act_of(turn), moment)
    for one in twice:
        later = FixedClock(one.hub.context.clock.now() + turn.later)
        hub = replace(one.hub, context=replace(one.hub.context, clock=later))
        act(hub)
        act(hub)
    assert done(disturbed.hub) == done(peaceful.hub)
    assert done(peaceful.hub)[turn.leaves], "the turn had nothing to do"
    assert balanced(disturbed.hub)


def done(hub: Hub) -> dict[str, Any]:
    """Everything turns leave behind, without moments and numbers that differ from run to run."""
    with hub.sessions() as session:
        sent = select(OutgoingPacket.kind, OutgoingPacket.organisation_id, OutgoingPacket.name, OutgoingPacket.records)
        keyed = session.scalar(select(func.count()).select_from(PersonKey)) or 0
        last = last_rekeying(session)
        files = list((hub.settings.data_dir / "backups").glob("*"))
        return {
            "packets": Counter(tuple(row) for row in session.execute(sent)),
            "keys of packets": session.scalar(select(func.count()).select_from(PacketKey)),
            "journal": Counter(session.scalars(select(JournalEntry.status).where(JournalEntry.direction == "out"))),
            "news": Counter((one.aspect, one.row_id, one.gone) for one in session.scalars(select(News))),
            "days": Counter(session.scalars(select(NewsDay.records))),
            "departures": Counter(session.scalars(select(DepartureNotice.attachment_id))),
            "to insurers": Counter(
                (one.insurer_code, one.letter, one.number) for one in session.scalars(select(InsurerFile))
            ),
            "counted": Counter(session.scalars(select(RegistryDay.day))),
            "acts": Counter((one.year, one.month) for one in session.scalars(select(AttachmentAct))),
            "backups": Counter(one.error for one in session.scalars(select(BackupRun))),
            "files": Counter(one.suffix for one in files),
            "searches": Counter(
                (one.source, one.status, one.proposed) for one in session.scalars(select(DuplicateSearch))
            ),
            "pairs": Counter((one.first_id, one.second_id) for one in session.scalars(select(PersonLink))),
            "rekeyed": (keyed, count_keys(session), last is None or last.ended_at is not None),
        }


def balanced(hub: Hub) -> bool:
    """Every packet of the hub has its line, its key and its row, and each of them once."""
    with hub.sessions() as session:
        packets = set(session.scalars(select(OutgoingPacket.id)))
        lines = Counter(session.scalars(select(JournalEntry.id).where(JournalEntry.id.in_(packets))))
        keys = Counter(session.scalars(select(PacketKey.packet_id).where(PacketKey.packet_id.in_(packets))))
    return lines == Counter(packets) and keys == Counter(packets)
