"""Packets the hub sends of itself: once, by the receiver's own channel, followed until they are acknowledged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.errors import Permanent
from registry.exchange.broker import queue_name
from registry.exchange.content import ANSWER, RAW, stored_bytes
from registry.exchange.operations.outgoing.follow_outgoing import acknowledge
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.operations.register import register_channel, register_organisation
from registry.exchange.pipeline import Incoming, Reply, receive
from registry.exchange.tables import JournalEntry, Organisation, OutboxMessage, OutgoingPacket
from server.bootstrap import Hub
from server.scheduled.outgoing import fill_folders, follow_silence
from server.worker.delivering import Delivering
from tests.fixtures.hubs import bare_hub

Sessions = sessionmaker[Session]
OUT = queue_name("ch1", "out")
NOTICE = Outgoing(receiver=0, kind="stoplist", packet_id="s-1", body=b"<STOPLIST/>", file_name="s63001_1_11261.xml")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def hub(engine: Engine, sessions: Sessions, tmp_path: Path, clock: FixedClock) -> Hub:
    return bare_hub(engine, sessions, tmp_path, clock)


def receiver(hub: Hub, dialect: str = "") -> int:
    with hub.sessions.begin() as session:
        clinic = register_organisation(session, kind="clinic", name="Поликлиника", codes={"mcod": "630001"})
        if dialect:
            register_channel(session, code="ch1", organisation_id=clinic.id, dialect=dialect, user_id="mis", senders=())
        return clinic.id


def sent(hub: Hub, what: Outgoing) -> int:
    with hub.sessions.begin() as session:
        return send_out(session, what, hub.context)


def row(hub: Hub, number: int) -> OutgoingPacket:
    with hub.sessions() as session:
        return session.get_one(OutgoingPacket, number)


def rows(hub: Hub, table: type) -> int:
    with hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def message(hub: Hub, packet_id: str = "p-1", dialect: str = "perm") -> int:
    what = replace(NOTICE, receiver=receiver(hub, dialect), kind="policy_news", packet_id=packet_id)
    return sent(hub, replace(what, message_type="POLIS", body=b"<POLIS/>"))


def test_a_file_is_stored_journalled_and_waits_in_the_tray(hub: Hub) -> None:
    number = sent(hub, replace(NOTICE, receiver=receiver(hub), records=3, searched="ИВАНОВА"))
    with hub.sessions() as session:
        line = session.get_one(JournalEntry, number)
        assert (line.direction, line.channel, line.status, line.records) == ("out", "file", "waiting", 3)
        assert "ИВАНОВА" in line.search_text
        assert stored_bytes(session, number, RAW) == b"<STOPLIST/>"
    assert (row(hub, number).way, row(hub, number).status) == ("tray", "waiting")
    assert rows(hub, OutboxMessage) == 0


def test_a_large_file_comes_from_disk_and_is_the_same(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(b"x" * 2_500_000)
    number = sent(hub, replace(NOTICE, receiver=receiver(hub), body=path))
    with hub.sessions() as session:
        assert stored_bytes(session, number, RAW) == path.read_bytes()


def test_the_same_packet_again_is_sent_once(hub: Hub) -> None:
    what = replace(NOTICE, receiver=receiver(hub))
    assert sent(hub, what) == sent(hub, what)
    assert (rows(hub, OutgoingPacket), rows(hub, JournalEntry)) == (1, 1)


def test_the_same_id_with_other_bytes_is_refused(hub: Hub) -> None:
    what = replace(NOTICE, receiver=receiver(hub))
    sent(hub, what)
    with pytest.raises(Permanent, match="с другим содержанием"):
        sent(hub, replace(what, body=b"<OTHER/>"))


def test_a_message_goes_to_the_queue_of_the_receiver(hub: Hub) -> None:
    number = message(hub)
    assert row(hub, number).way == "amqp"
    Delivering(hub).drain()
    [delivery] = hub.broker.take([OUT], 5, 0.1)
    assert (delivery.message.type, delivery.message.body) == ("POLIS", b"<POLIS/>")
    assert row(hub, number).status == "delivered"


def test_an_installation_that_does_not_know_the_kind_gets_no_message(hub: Hub) -> None:
    assert row(hub, message(hub, dialect="generic")).way == "tray"


def test_a_message_no_queue_takes_is_seen(hub: Hub) -> None:
    number = message(hub)
    with hub.sessions.begin() as session:
        session.execute(update(OutboxMessage).values(queue="tfoms.ch9.out"))
    Delivering(hub).drain()
    assert row(hub, number).status == "undeliverable"


def test_silence_is_asked_again_three_times_under_one_id_and_then_shown(hub: Hub, clock: FixedClock) -> None:
    number, ids = message(hub), set()
    for _ in range(4):
        Delivering(hub).drain()
        batch = hub.broker.take([OUT], 5, 0.1)
        assert len(batch) == 1
        ids.add(batch[0].message.message_id)
        hub.broker.ack(batch[0])
        clock.move(timedelta(hours=25))
        follow_silence(hub)
    assert len(ids) == 1
    assert (row(hub, number).status, row(hub, number).resends) == ("overdue", 3)
    Delivering(hub).drain()
    assert hub.broker.take([OUT], 5, 0.1) == []


def test_a_file_nobody_takes_becomes_overdue_and_can_still_be_taken(hub: Hub, clock: FixedClock) -> None:
    number = sent(hub, replace(NOTICE, receiver=receiver(hub)))
    clock.move(timedelta(days=4))
    follow_silence(hub)
    assert row(hub, number).status == "overdue"
    with hub.sessions.begin() as session:
        one = session.get_one(OutgoingPacket, number)
        assert acknowledge(session, one, "REST", clock.now())
        assert not acknowledge(session, one, "REST", clock.now(), "поздно")
    follow_silence(hub)
    assert row(hub, number).status == "acknowledged"


def answer(hub: Hub, body: str, user_id: str = "mis") -> Reply:
    properties = {"channel": "ch1", "user_id": user_id, "queue": "tfoms.ch1.in.answer", "message_id": "A-1"}
    raw = f"<ANSWER>{body}</ANSWER>".encode()
    incoming = Incoming("amqp", "generic", "ANSWER", raw=raw, properties=properties)
    context = replace(hub.context, catalog=collect())
    with hub.sessions.begin() as session:
        return receive(session, incoming, context)


def test_an_answer_of_the_installation_settles_a_message_once(hub: Hub) -> None:
    number = message(hub)
    Delivering(hub).drain()
    [delivery] = hub.broker.take([OUT], 5, 0.1)
    header = f"<HEADER><TYPE>POLIS</TYPE><MESSAGE_ID>{delivery.message.message_id}</MESSAGE_ID></HEADER>"
    wrong = "<RESULTS><RESULT>ERROR</RESULT><ERROR_RESULT><RESULT_NAME>Пациент отсутствует</RESULT_NAME></ERROR_RESULT>"
    answer(hub, f"{header}<BODY>{wrong}</RESULTS></BODY>")
    answer(hub, f"{header}<BODY><RESULT>OK</RESULT></BODY>")
    assert (row(hub, number).status, row(hub, number).error) == ("rejected", "Пациент отсутствует")
    with hub.sessions() as session:
        assert stored_bytes(session, number, ANSWER).startswith(b"<ANSWER>")


def test_an_answer_that_says_ok_acknowledges(hub: Hub) -> None:
    number = message(hub)
    with hub.sessions() as session:
        message_id = session.scalars(select(OutboxMessage.message_id)).one()
    body = f"<HEADER><MESSAGE_ID>{message_id}</MESSAGE_ID></HEADER><BODY><RESULTS><RESULT>OK</RESULT></RESULTS></BODY>"
    answer(hub, body)
    assert row(hub, number).status == "acknowledged"


@pytest.mark.parametrize(
    "body", ["", "<HEADER/>", "<HEADER><MESSAGE_ID>X</MESSAGE_ID></HEADER>", "<HEADER><MESSAGE_ID>X</MESSAGE_ID>"]
)
def test_a_broken_answer_leaves_a_journal_line_and_nothing_else(hub: Hub, body: str) -> None:
    number = message(hub)
    assert answer(hub, body).refusal is not None
    assert row(hub, number).status == "waiting"


def test_an_answer_of_somebody_else_settles_nothing(hub: Hub) -> None:
    number = message(hub)
    with hub.sessions() as session:
        message_id = session.scalars(select(OutboxMessage.message_id)).one()
    body = f"<HEADER><MESSAGE_ID>{message_id}</MESSAGE_ID></HEADER><BODY><RESULT>OK</RESULT></BODY>"
    assert answer(hub, body, user_id="other").refusal is not None
    assert row(hub, number).status == "waiting"


def test_a_folder_gets_a_file_once_and_its_absence_is_the_receipt(hub: Hub) -> None:
    organisation_id = receiver(hub)
    with hub.sessions.begin() as session:
        session.get_one(Organisation, organisation_id).options = {"tray_folder": True}
    number = sent(hub, replace(NOTICE, receiver=organisation_id, file_name="../../s63001.xml"))
    fill_folders(hub)
    fill_folders(hub)
    path = hub.settings.data_dir / "out" / "630001" / "s63001.xml"
    assert path.read_bytes() == b"<STOPLIST/>"
    assert row(hub, number).status == "delivered"
    path.unlink()
    fill_folders(hub)
    fill_folders(hub)
    assert row(hub, number).status == "acknowledged"
    assert not path.exists()


def test_parallel_senders_of_one_packet_send_one(hub: Hub) -> None:
    what = replace(NOTICE, receiver=receiver(hub))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: sent(hub, what), range(8)))) == 1
    assert rows(hub, OutgoingPacket) == 1
