"""Boxes from a file, transfers, spoilt blanks: totals always equal the boxes, never more than there is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.errors import Permanent
from registry.exchange import queries as exchange
from registry.exchange.access import caller_of_sender
from registry.exchange.operations.register import register_organisation
from registry.exchange.pipeline import Incoming, receive
from registry.insured.blanks.operations.move_blanks import (
    CANCELLED,
    CONFIRMED,
    Acting,
    Spoiling,
    receive_boxes,
    remove_box,
    settle_transfer,
    spoil_blanks,
    transfer_blanks,
)
from registry.insured.blanks.queries.boxes import Totals, totals
from registry.insured.blanks.tables import (
    BlankBox,
    BlankPortion,
    BlankTransfer,
    BlankTransferPart,
    SpoiltBlanks,
)
from server.bootstrap import Hub
from server.seeding import seed
from server.worker.loop import WorkLoop
from tests.channels.soap_hub import CLOCK
from tests.fixtures.hubs import bare_hub

ACTING = Acting("operator", CLOCK.now(), CLOCK.today())
BOXES = (
    '"503090";"Д-1";"П";"";"1";"300";"20190621";"20190622";"63001"\r\n'
    '"503090";"Д-1";"П";"";"301";"500";"20190621";"20190622";"63002"\r\n'
    '"502776";"Д-1";"П";"";"501";"1000";"20190620";;"63001"\r\n'
    '"502811";;"Э";"АБ";"1";"12";"20190620";"20190622";"63002"'
)


@pytest.fixture
def hub(engine: Engine, sessions: sessionmaker[Session], tmp_path: Path) -> Hub:
    made = bare_hub(engine, sessions, tmp_path, FixedClock(CLOCK.now()))
    made = replace(made, context=replace(made.context, catalog=collect()))
    with made.sessions.begin() as session:
        seed(session, made.context)
        for code in ("63001", "63002"):
            register_organisation(session, kind="insurer", name=f"СМО {code}", codes={"smocod": code})
    return made


def load(hub: Hub, text: str, name: str = "BLANKS63_20261119_1.csv", sender: str = "63") -> tuple[str, str]:
    """The status and the answer of a list of boxes."""
    path = hub.settings.data_dir / name
    path.write_bytes(text.encode("cp1251"))
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, sender)
        reply = receive(session, Incoming("web", "files", path=path, file_name=name, caller=caller), hub.context)
    if reply.refusal is not None:
        return "refused", reply.refusal.text
    WorkLoop(hub).work(threading.Event())
    with hub.sessions() as session:
        packet = exchange.packet(session, reply.journal_id)
        assert packet is not None
        answer = b"".join(exchange.content_pieces(session, packet.id, "answer")).decode("cp1251")
        return packet.status, answer


def boxes(hub: Hub) -> dict[str, int]:
    with hub.sessions() as session:
        return dict(session.execute(select(BlankBox.number, BlankBox.id)).all())


def counted(hub: Hub) -> dict[str, Totals]:
    with hub.sessions() as session:
        return {one.insurer: one for one in totals(session)}


def test_a_list_of_boxes_is_taken_and_counted_by_insurer(hub: Hub) -> None:
    status, answer = load(hub, BOXES)
    assert status == "accepted"
    assert answer.split("\r\n")[0] == '"1";"503090";"1";;'
    found = counted(hub)
    assert (found["63001"].quantity, found["63001"].received) == ({"П": 800, "Э": 0}, {"П": 300, "Э": 0})
    assert (found["63002"].quantity, found["63002"].received) == ({"П": 200, "Э": 12}, {"П": 200, "Э": 12})


def test_the_same_list_again_changes_nothing_but_the_day_of_receipt(hub: Hub) -> None:
    load(hub, BOXES)
    status, _ = load(hub, BOXES.replace('"20190620";;', '"20190620";"20190625";'), "BLANKS63_20261119_2.csv")
    assert status == "accepted"
    assert counted(hub)["63001"].received == {"П": 800, "Э": 0}
    assert len(boxes(hub)) == 3


WRONG = (
    ('"1";;"П";"";"1";"10";;;\r\n"1";;"П";"";"12";"20";;;', "953"),
    ('"1";;"П";"";"20";"10";;;', "951"),
    ('"1";;"П";"";"1";"9000000";;;', "951"),
    ('"1";;"С";"";"1";"10";;;', "13"),
    ('"1";;"П";"";"1";"10";"20991231";;', "87"),
    ('"1";;"П";"";"один";"10";;;', "13"),
    ('"1";;"П"', "13"),
    ('"2";;"П";"";"1";"10";;;\r\n"3";;"П";"";"10";"20";;;', "952"),
)


def test_a_wrong_row_is_refused_with_its_code_and_leaves_nothing(hub: Hub) -> None:
    for number, (rows, code) in enumerate(WRONG):
        _, answer = load(hub, rows, f"BLANKS63_20261118_{number}.csv")
        assert f'"{code}"' in answer, rows
    assert list(boxes(hub)) == ["2"]


def test_numbers_known_from_another_box_are_refused(hub: Hub) -> None:
    load(hub, BOXES)
    status, answer = load(hub, '"9";;"П";"";"250";"600";;;', "BLANKS63_20261119_2.csv")
    assert status == "rejected"
    assert '"952"' in answer
    assert "9" not in boxes(hub)


def test_only_the_fund_keeps_account_of_blanks(hub: Hub) -> None:
    status, answer = load(hub, BOXES, sender="63001")
    assert status == "refused"
    assert "другой организации" in answer
    assert boxes(hub) == {}


def test_a_transfer_of_more_than_was_received_is_refused(hub: Hub) -> None:
    load(hub, BOXES)
    ids = list(boxes(hub).values())
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="не передано бланков: 300"):
        transfer_blanks(session, "63001", ids, 301, ACTING)
    with hub.sessions.begin() as session:
        transfer_blanks(session, "63001", ids, 120, ACTING)
        made = transfer_blanks(session, "63001", ids, None, ACTING)
    assert counted(hub)["63001"].handed == {"П": 300, "Э": 0}
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="не передано бланков: 0"):
        transfer_blanks(session, "63001", ids, None, ACTING)
    with hub.sessions.begin() as session:
        settle_transfer(session, made.id, CANCELLED, ACTING)
    assert counted(hub)["63001"].handed == {"П": 120, "Э": 0}


def test_a_confirmed_transfer_stays(hub: Hub) -> None:
    load(hub, BOXES)
    with hub.sessions.begin() as session:
        made = transfer_blanks(session, "63002", list(boxes(hub).values()), 5, ACTING)
        settle_transfer(session, made.id, CONFIRMED, ACTING)
    assert sum(counted(hub)["63002"].confirmed.values()) == 5
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="уже подтверждена"):
        settle_transfer(session, made.id, CANCELLED, ACTING)
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="уже передавались"):
        remove_box(session, boxes(hub)["503090"])


def test_blanks_are_spoilt_once_and_by_whom_they_belong_to(hub: Hub) -> None:
    load(hub, BOXES)
    what = Spoiling("П", "", 10, 19, "залиты")
    with hub.sessions.begin() as session:
        assert spoil_blanks(session, what, None, ACTING) == 10
    for wrong in (what, Spoiling("П", "", 600, 601, "не получены"), Spoiling("Э", "", 1, 1, "другая серия")):
        with hub.sessions.begin() as session, pytest.raises(Permanent, match="списать можно"):
            spoil_blanks(session, wrong, None, ACTING)
    with hub.sessions.begin() as session, pytest.raises(Permanent, match="списать можно 0"):
        spoil_blanks(session, Spoiling("П", "", 1, 2, "чужие"), frozenset(("63001",)), ACTING)
    with hub.sessions.begin() as session:
        made = transfer_blanks(session, "63001", list(boxes(hub).values()), None, ACTING)
        settle_transfer(session, made.id, CONFIRMED, ACTING)
        assert spoil_blanks(session, Spoiling("П", "", 1, 2, "порваны"), frozenset(("63001",)), ACTING) == 2
    assert counted(hub)["63001"].handed["П"] == 290


def test_parallel_transfers_never_hand_over_more_than_there_is(hub: Hub) -> None:
    load(hub, BOXES)
    ids = list(boxes(hub).values())

    def hand(_: int) -> int:
        try:
            with hub.sessions.begin() as session:
                transfer_blanks(session, "63001", ids, 70, ACTING)
        except Permanent:
            return 0
        return 70

    with ThreadPoolExecutor(6) as pool:
        handed = sum(pool.map(hand, range(6)))
    assert handed == 280 == counted(hub)["63001"].handed["П"]


PORTIONS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["63001", "63002", ""])), min_size=1, max_size=3)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["receive", "transfer", "confirm", "cancel", "spoil"]), st.integers(1, 12)), max_size=8
)


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    from registry.store.engine import create_hub_engine, session_factory

    engine = create_hub_engine(sqlite_url)
    yield session_factory(engine)
    engine.dispose()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(PORTIONS, min_size=1, max_size=3), actions=ACTIONS)
def test_totals_equal_the_boxes_whatever_is_done(
    small: sessionmaker[Session], made: list[list[tuple[int, str]]], actions: list[tuple[str, int]]
) -> None:
    with small.begin() as session:
        _forget(session)
        ids = _enter(session, made)
        for action, number in actions:
            try:
                with session.begin_nested():
                    _act(session, action, number, ids)
            except Permanent:
                continue
        found = totals(session)
    held = sum(size for portions in made for size, _ in portions)
    assert sum(sum(one.quantity.values()) for one in found) == held
    for one in found:
        for kind in ("П", "Э"):
            assert 0 <= one.confirmed[kind] <= one.handed[kind] <= one.received[kind] <= one.quantity[kind]
            assert one.spoilt[kind] <= one.received[kind]


def _forget(session: Session) -> None:
    for table in (SpoiltBlanks, BlankTransferPart, BlankTransfer, BlankPortion, BlankBox):
        session.execute(delete(table))


def _enter(session: Session, made: list[list[tuple[int, str]]]) -> list[int]:
    ids, number = [], 1
    for place, portions in enumerate(made):
        box = BlankBox(number=str(place), policy_type="П", recorded_at=CLOCK.now())
        session.add(box)
        session.flush()
        ids.append(box.id)
        for size, insurer in portions:
            values = {"box_id": box.id, "policy_type": "П", "insurer_code": insurer}
            session.add(BlankPortion(first=number, last=number + size - 1, **values))
            number += size
    session.flush()
    return ids


def _act(session: Session, action: str, number: int, ids: list[int]) -> None:
    transfers = session.scalars(select(BlankTransfer.id).order_by(BlankTransfer.id)).all()
    if action == "receive":
        receive_boxes(session, [ids[number % len(ids)]], date(2026, 11, 1), ACTING)
    elif action == "transfer":
        transfer_blanks(session, "63001" if number % 2 else "63002", ids, number // 2 or None, ACTING)
    elif action == "spoil":
        spoil_blanks(session, Spoiling("П", "", number, number + 1, "испорчены"), None, ACTING)
    elif transfers:
        chosen = transfers[number % len(transfers)]
        settle_transfer(session, chosen, CONFIRMED if action == "confirm" else CANCELLED, ACTING)
