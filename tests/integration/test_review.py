"""A held record waits for an operator: messages are answered after the decision, files a second time (9.6, held)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.content import ANSWER, RAW, stored_bytes
from registry.exchange.dialects.base import Batch
from registry.exchange.options import set_option
from registry.exchange.pipeline import advance
from registry.exchange.stages.answer_reviewed import answer_reviewed, take_up_again
from registry.exchange.stages.review import put_under_review
from registry.exchange.tables import Job, OutboxMessage, OutgoingPacket, Packet, RecordRow
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.queries.possible import compare_possible
from registry.insured.review import Verdict, decide_case
from registry.insured.review.operations import install_weights
from registry.insured.review.queries import case_page, installed_weights, waiting_cases, weights_in_force
from registry.insured.review.tables import ReviewCase
from registry.insured.scoring import packaged_weights
from registry.insured.scoring.model import written_weights
from tests.channels.carriers import File, Message, Place
from tests.channels.golden_cases import Case, all_cases
from tests.channels.golden_hub import NOW, GoldenHub, golden_hub
from tests.fixtures.databases import postgresql_database

CASE = next(case for case in all_cases() if case.id == "identification/held_for_an_operator")


@pytest.fixture(scope="module")
def sqlite_hub(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenHub]:
    folder = tmp_path_factory.mktemp("review")
    database = folder / "hub.sqlite3"
    database.write_bytes(migrated_sqlite.read_bytes())
    with golden_hub(f"sqlite:///{database}", (CASE,), folder) as hub:
        yield hub


@pytest.fixture(scope="module")
def postgresql_hub(migrated_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenHub]:
    with (
        postgresql_database(migrated_postgresql) as url,
        golden_hub(url, (CASE,), tmp_path_factory.mktemp("review")) as hub,
    ):
        yield hub


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    hub: GoldenHub = request.getfixturevalue(f"{request.param}_hub")
    hub.context.remembered.forget()
    with hub.sessions() as session:
        yield Place(session, hub.context, tmp_path)
        session.rollback()
    hub.context.remembered.forget()


def send_file(place: Place, case: Case = CASE) -> int:
    carrier = File("dbf", "crimea", "cp866")
    [outcome] = carrier.carry(place, case)
    assert "PERSON_UNDER_REVIEW" in str(outcome)
    return place.session.scalars(select(Packet.id).order_by(Packet.id.desc())).first() or 0


def the_case(session: Session) -> ReviewCase:
    [line] = case_page(session, limit=10)
    return line.case


def decide(place: Place, verdict: Verdict) -> ReviewCase:
    case = the_case(place.session)
    person_id = int(case.possible[0]["person_id"]) if verdict is Verdict.PERSON else None
    decided = decide_case(place.session, case.id, verdict, person_id=person_id, by="operator", now=NOW)
    assert decided is not None
    return decided


def row_of(body: bytes) -> dict[str, str]:
    [row] = DbfReader(BytesIO(body))
    return dict(row.values)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [(Verdict.PERSON, ""), (Verdict.NOBODY, "Не найден в РС ЕРЗ"), (Verdict.SEVERAL, "Найдено несколько лиц")],
)
def test_a_file_is_answered_at_once_and_again_after_the_decision(place: Place, verdict: Verdict, said: str) -> None:
    packet_id = send_file(place)
    first = row_of(stored_bytes(place.session, packet_id, ANSWER))
    assert (first["EERP"], first["RENP"]) == ("На рассмотрении", "")
    case = decide(place, verdict)
    assert take_up_again(place.session, case.id, place.context) == 1
    job = place.session.scalars(select(Job).where(Job.name == "reviewed")).one()
    assert job.packet_id == packet_id
    answer_reviewed(place.session, packet_id, place.context)
    outgoing = place.session.scalars(select(OutgoingPacket)).one()
    assert outgoing.name == place.session.get_one(Packet, packet_id).answer_name.replace(".DBF", "_2.DBF")
    second = row_of(stored_bytes(place.session, outgoing.id, RAW))
    assert second["EERP"].startswith(said)
    assert bool(second["RENP"]) == (verdict is Verdict.PERSON)
    record = place.session.scalars(select(RecordRow).where(RecordRow.packet_id == packet_id)).one()
    assert (record.person_id is not None) == (verdict is Verdict.PERSON)
    assert any("Решение оператора" in note for note in record.evidence["notes"])


def test_no_second_file_where_the_region_wants_none(place: Place) -> None:
    set_option(place.session, "review_second_file", False, NOW)
    place.context.remembered.forget()
    send_file(place)
    assert take_up_again(place.session, decide(place, Verdict.NOBODY).id, place.context) == 0


def test_a_message_waits_and_is_answered_by_the_decision(place: Place) -> None:
    message = Message("pers", "PERS")
    with pytest.raises(AssertionError):
        message.carry(place, CASE)  # no answer yet
    packet = place.session.scalars(select(Packet)).one()
    assert packet.status == PacketStatus.HELD.value
    assert [one.partition(":")[0] for one in packet.properties["held_for"]] == ["review"]
    waiting = place.session.scalars(select(Job).where(Job.name == "held")).one()
    assert waiting.available_at > NOW
    assert take_up_again(place.session, decide(place, Verdict.PERSON).id, place.context) == 1
    place.session.refresh(waiting)
    assert waiting.available_at == NOW
    assert not advance(place.session, packet.id, place.context)
    answer = place.session.scalars(select(OutboxMessage).where(OutboxMessage.packet_id == packet.id)).one()
    assert answer.kind == "ANSWER"
    assert packet.finished_at is not None


def test_a_message_whose_patience_ended_is_told_that_it_is_under_review(place: Place) -> None:
    message = Message("pers", "PERS")
    with pytest.raises(AssertionError):
        message.carry(place, CASE)
    packet = place.session.scalars(select(Packet)).one()
    packet.properties = {**packet.properties, "hold_until": (NOW - timedelta(hours=1)).isoformat()}
    assert not advance(place.session, packet.id, place.context)
    assert packet.status == PacketStatus.REJECTED.value


def test_equal_data_are_one_case_and_a_decision_holds_for_the_next_question(place: Place) -> None:
    send_file(place)
    assert waiting_cases(place.session) == 1
    decide(place, Verdict.PERSON)
    [outcome] = File("dbf", "crimea", "cp866").carry(replace(place, turn=2), CASE)  # another file, same rows
    assert outcome.status == "accepted"
    assert waiting_cases(place.session) == 0


def test_a_decided_case_cannot_be_decided_again_nor_for_a_stranger(place: Place) -> None:
    send_file(place)
    case = the_case(place.session)
    decided = decide_case(place.session, case.id, Verdict.PERSON, person_id=10**9, by="x", now=NOW)
    assert decided is None
    decide(place, Verdict.NOBODY)
    assert decide_case(place.session, case.id, Verdict.SEVERAL, by="x", now=NOW) is None


def test_an_operator_sees_given_and_known_values_side_by_side(place: Place) -> None:
    send_file(place)
    case = the_case(place.session)
    assert case.doubt == "ни один из указанных номеров не совпадает"
    comparison = compare_possible(place.session, case, NOW.date(), NOW)
    [person] = comparison.people
    assert comparison.given["surname"].upper() == person.sides["surname"].value.upper()
    assert person.sides["surname"].words == "совпадает"
    assert person.sides["snils"].words == "отличается"
    assert person.insured == "63001"


def test_the_weights_of_the_latest_day_that_has_come_are_in_force(place: Place) -> None:
    text = written_weights(packaged_weights())
    today = NOW.date()
    assert weights_in_force(place.session, today) is None
    for days in (-10, -2, 5):
        install_weights(place.session, text, valid_from=today + timedelta(days=days), by="test", now=NOW)
    found = weights_in_force(place.session, today)
    assert found is not None
    assert found.valid_from == today - timedelta(days=2)
    assert len(installed_weights(place.session)) == 3
    with pytest.raises(ValueError, match="набор"):
        install_weights(place.session, "{}", valid_from=today, by="test", now=NOW)


def test_a_packet_with_other_records_beside_a_doubtful_one_is_not_held(place: Place) -> None:
    packet = place.session.get_one(Packet, send_file(place))
    held = Identification(IdentificationOutcome.HELD, fingerprint="f" * 32)
    doubtful, clear = (
        SimpleNamespace(identification=found, held_for="", position=position, record=SimpleNamespace())
        for position, found in enumerate((held, Identification(IdentificationOutcome.FOUND)), 1)
    )

    def waits_for(*items: SimpleNamespace) -> str:
        doubtful.held_for = ""
        batch = SimpleNamespace(items=list(items), packet=packet, now=NOW, options={"review_holds": True})
        put_under_review(place.session, cast(Batch, batch))
        return str(doubtful.held_for)

    assert waits_for(doubtful, clear) == ""
    assert waits_for(doubtful) == f"review:{held.fingerprint}"
