"""PostgreSQL restarted, crowded, deadlocked and without space in the middle of work: nothing lost, nothing twice.

The work stands in the middle of a transaction when the trouble comes: rows it needs are held by somebody else.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.options import set_option
from registry.exchange.tables import Job, JournalEntry, Packet, RecordRow
from registry.insured.tables import Person, PersonHistory, PersonLink
from registry.insured.twins import Proposal, Reason, propose_pairs
from server.demo.accounts import PASSWORD, register_participants
from server.web.app import create_app
from tests.faults.database_troubles import TROUBLES, Held, holding, waiting_worker
from tests.faults.database_works import WORKS
from tests.fixtures.private_postgres import PrivateServer
from tests.fixtures.running import SMALL_PORTION, Installation, load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(private_postgres: PrivateServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the demonstration on the private server."""
    private_postgres.ask("CREATE DATABASE loaded")
    load(f"{private_postgres.url}loaded", tmp_path_factory.mktemp("loaded"))
    return "loaded"


@pytest.fixture
def installation(private_postgres: PrivateServer, loaded: str, tmp_path: Path) -> Iterator[Installation]:
    url = private_postgres.copy_of(loaded)
    made = Installation(tmp_path, url)
    yield made
    made.close()
    private_postgres.ask(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


CASES = [
    (work, trouble) for work in WORKS for trouble in TROUBLES if (work, trouble) != ("identification", "deadlocked")
]


@pytest.mark.parametrize(("work", "trouble"), CASES)
def test_work_cut_by_a_trouble_of_the_database_is_done_once(
    installation: Installation, private_postgres: PrivateServer, tmp_path: Path, work: str, trouble: str
) -> None:
    database = installation.environ["HUB_DATABASE_URL"].rpartition("/")[2]
    begun = WORKS[work](installation, tmp_path)
    installation.hub.engine.dispose()
    if work == "identification":  # it holds nobody, so it is met between two portions
        assert begun.packet_id is not None
        number = begun.packet_id
        installation.start("worker")
        installation.until(lambda: installation.packet(number).done >= SMALL_PORTION)
        TROUBLES[trouble](Held(private_postgres, database, private_postgres.connection()))
    else:
        with holding(private_postgres, database, begun.people) as holder:
            installation.start("worker")
            installation.until(lambda: waiting_worker(private_postgres, database) != 0)
            TROUBLES[trouble](Held(private_postgres, database, holder, begun.people))
    installation.until(lambda: quietly(begun.over), seconds=120)
    assert begun.effects() == begun.wanted
    nothing_lost_nothing_twice(installation, begun.packet_id)


def quietly(condition: Callable[[], bool]) -> bool:
    """Whether something is true; not while the database is away."""
    try:
        return condition()
    except Exception:  # noqa: BLE001 - the pool of the test has lost its connections as well
        return False


def nothing_lost_nothing_twice(installation: Installation, packet_id: int | None) -> None:
    """Every packet is in the journal, has one answer and one end; every job is done; nothing is parked."""
    with installation.hub.sessions() as session:
        assert set(session.scalars(select(Job.status))) == {"done"}
        packets = set(session.scalars(select(Packet.id)))
        lines = {one.id: one for one in session.scalars(select(JournalEntry))}
        assert packets <= set(lines)
        statuses = Counter(one.status for one in lines.values())
        assert not {"received", "in_work", "parked"} & set(statuses)
        assert {one.incident for one in lines.values()} <= {""}
        if packet_id is not None:
            entry = lines[packet_id]
            assert entry.records == entry.accepted + entry.rejected
            assert stored_bytes(session, packet_id, ANSWER)
            positions = Counter(session.scalars(select(RecordRow.position).where(RecordRow.packet_id == packet_id)))
            assert set(positions.values()) == {1}


# --- a join in the browser ------------------------------------------------------------------------------------------


def entered(installation: Installation) -> FlaskClient:
    client = create_app(installation.hub).test_client()
    sent = {"csrf_token": token_of(client.get("/sign-in").text), "login": "operator", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 302
    return client


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("trouble", ["restarted", "crowded", "without space"])
def test_a_join_cut_by_a_trouble_of_the_database_says_later_and_is_done_once(
    installation: Installation, private_postgres: PrivateServer, trouble: str
) -> None:
    hub = installation.hub
    database = installation.environ["HUB_DATABASE_URL"].rpartition("/")[2]
    with hub.sessions.begin() as session:
        register_participants(session, hub.context)
        set_option(session, "portion_rows", SMALL_PORTION, hub.context.clock.now())
        living = select(Person.id).where(Person.died_on.is_(None), Person.merged_into.is_(None)).order_by(Person.id)
        first, second = session.scalars(living.limit(2)).all()
        propose_pairs(session, [Proposal(first, second, Reason.SNILS)], hub.context.clock.now())
        pair = PersonLink.first_id == first, PersonLink.second_id == second
        link = session.scalars(select(PersonLink.id).where(*pair)).one()
    client = entered(installation)
    page = client.get(f"/duplicates/{link}").text
    sent = {
        "csrf_token": token_of(page),
        "act": "join",
        "main": str(first),
        "confirmed": "1",
        "comment": "одно лицо",
    }
    troubles: list[threading.Thread] = []

    def strike(_connection: Any, _cursor: Any, statement: str, *_said: Any) -> None:
        if statement.startswith(("UPDATE person ", "UPDATE person_link")) and not troubles:
            held = Held(private_postgres, database, private_postgres.connection())
            troubles.append(threading.Thread(target=TROUBLES[trouble], args=(held,)))
            troubles[0].start()
            time.sleep(2)

    event.listen(hub.engine, "before_cursor_execute", strike)
    answer = client.post(f"/duplicates/{link}", data=sent)
    assert troubles
    troubles[0].join(60)
    assert answer.status_code == 503, answer.status_code
    assert "Повторите через минуту" in answer.text
    installation.until(lambda: quietly(lambda: client.get("/duplicates").status_code == 200))
    assert client.post(f"/duplicates/{link}", data=sent).status_code == 303
    refused = client.post(f"/duplicates/{link}", data=sent)
    assert refused.status_code == 200  # it is joined already
    with hub.sessions() as session:
        assert [one.merged_into for one in (session.get_one(Person, one) for one in (first, second))] == [
            None,
            first,
        ]
        joined = select(func.count()).select_from(PersonHistory).where(PersonHistory.event == "П10")
        assert session.scalar(joined) in {1, 2}  # one act, told at either record
        acts = (
            select(func.count())
            .select_from(PersonHistory)
            .where(PersonHistory.event == "П10", PersonHistory.person_id == second)
        )
        assert (session.scalar(acts) or 0) <= 1
