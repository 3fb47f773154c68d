"""Files of identification of any region: columns by name in any order, answers as the sender wants them, exact echo."""

from __future__ import annotations

import errno
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from registry.core.errors import Retryable
from registry.exchange.access import fund_caller
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.operations.replay_packet import replay_packet
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, advance, receive
from registry.exchange.queries import Visibility
from registry.exchange.queries.batches import BatchFilter, batch_named, batch_page, batch_rows
from registry.exchange.queries.outgoing import caused_by
from registry.exchange.tables import FindingRow, Job, LayoutField, Packet
from registry.insured.generator.population import generate_people
from registry.insured.queries.choosing import Choice, chosen_people, count_chosen
from registry.insured.tables import Insurance
from server.bootstrap import Hub
from tests.integration.batches.handing_in import REGIONAL, handed_in, insured, regional_row, use, worked_off


def test_the_number_of_a_row_always_fits_its_column(hub: Hub, tmp_path: Path) -> None:
    narrow = update(LayoutField).where(LayoutField.layout == "crimea_short", LayoutField.column == "NREC")
    with hub.sessions.begin() as session:
        session.execute(narrow.values(length=1))
    rows = [regional_row(number, insured()[0]) for number in range(11)]
    reply = handed_in(hub, tmp_path, 1, REGIONAL, rows)
    answer = DbfReader(io.BytesIO(worked_off(hub, reply.packet_id or 0)))
    assert [row.values["NREC"].strip() for row in answer] == [str(number) for number in range(1, 12)]


def test_a_file_processed_once_more_keeps_its_first_answer_and_is_answered_under_a_suffix(
    hub: Hub, tmp_path: Path
) -> None:
    rows = [regional_row(number, line) for number, line in enumerate(insured()[:2])]
    packet_id = handed_in(hub, tmp_path, 1, REGIONAL, rows).packet_id or 0
    first = worked_off(hub, packet_id)
    for number in (2, 3):
        with hub.sessions.begin() as session:
            session.execute(update(Job).values(status="done"))
            session.execute(update(Insurance).values(insurer_code=f"6300{number}"))
            replay_packet(session, packet_id, hub.context)
        assert worked_off(hub, packet_id) == first
    with hub.sessions() as session:
        packet = session.get_one(Packet, packet_id)
        assert (packet.answer_name, packet.status) == ("63_01032026_1.dbf", "accepted")
        later = caused_by(session, packet_id)
        assert [one.file_name for one in later] == ["63_01032026_1_2.dbf", "63_01032026_1_3.dbf"]
        answers = [list(DbfReader(io.BytesIO(stored_bytes(session, one.id, RAW)))) for one in later]
    assert [answer[0].values["RQ"] for answer in answers] == ["63002", "63003"]


def test_columns_of_a_region_are_found_by_name_and_echoed_as_they_are(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    use(hub, "identification_answer", "answer", "ogrn13")
    people = insured()
    reply = handed_in(hub, tmp_path, 1, REGIONAL, [regional_row(number, one) for number, one in enumerate(people)])
    assert reply.packet_id is not None
    answer = worked_off(hub, reply.packet_id)
    reader = DbfReader(io.BytesIO(answer))
    assert [field.name for field in reader.fields][: len(REGIONAL)] == [field.name for field in REGIONAL]
    assert {(one.name, one.type, one.length) for one in reader.fields} >= {("QOGRN", "C", 13), ("REPL", "C", 500)}
    asked = DbfReader(io.BytesIO((tmp_path / "63_01032026_1.dbf").read_bytes()))
    for given, told in zip(asked, reader, strict=True):
        assert told.raw[: len(given.raw)] == given.raw
        assert (told.values["EERP"], told.values["RENP"], told.values["NREC"]) == (
            "",
            given.values["ENP"],
            str(given.number),
        )
        assert told.values["ROPDOC"] == "3"
    with hub.sessions() as session:
        packet = session.get_one(Packet, reply.packet_id)
        assert (packet.properties["rows"], sum(packet.properties["outcomes"].values())) == (len(people), len(people))


def test_policy_types_are_told_as_letters_to_whom_wants_them(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification_answer", "answer", "letters")
    reply = handed_in(hub, tmp_path, 2, REGIONAL, [regional_row(1, insured()[0])])
    assert reply.packet_id is not None
    (row,) = DbfReader(io.BytesIO(worked_off(hub, reply.packet_id)))
    assert row.values["ROPDOC"] == "П"
    assert (row.values["DOCTP"], row.values["DOCN"]) == (insured()[0].doc_type, insured()[0].doc_number)


def test_columns_that_must_be_there_are_told_once_for_the_file(hub: Hub, tmp_path: Path) -> None:
    fields = [field for field in REGIONAL if field.name not in {"FAM", "W"}]
    row = {name: value for name, value in regional_row(1, insured()[0]).items() if name not in {"FAM", "W"}}
    reply = handed_in(hub, tmp_path, 3, fields, [row] * 3)
    assert reply.packet_id is not None
    assert worked_off(hub, reply.packet_id) == b""
    with hub.sessions() as session:
        packet = session.get_one(Packet, reply.packet_id)
        assert packet.status == "refused"


def test_an_answer_sent_as_a_request_is_answered_anew_and_not_with_its_old_values(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    answered = [*REGIONAL, DbfField("EERP", "C", 254), DbfField("RENP", "C", 16), DbfField("NREC", "N", 7)]
    row = {**regional_row(1, insured()[0]), "EERP": "Не найден в РС ЕРЗ", "RENP": "0" * 16, "NREC": "7"}
    reply = handed_in(hub, tmp_path, 7, answered, [row])
    (told,) = DbfReader(io.BytesIO(worked_off(hub, reply.packet_id or 0)))
    assert (told.values["EERP"], told.values["RENP"], told.values["NREC"]) == ("", insured()[0].enp, "1")
    assert {name: told.values[name] for name in ("ID_PAC", "FAM")} == {"ID_PAC": "p-1", "FAM": row["FAM"]}


def test_a_request_whose_answer_would_be_no_dbf_is_refused_with_the_reason(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    wide = [*REGIONAL, *(DbfField(f"X{number}", "C", 1) for number in range(240))]
    reply = handed_in(hub, tmp_path, 8, wide, [regional_row(1, insured()[0])])
    assert worked_off(hub, reply.packet_id or 0) == b""
    with hub.sessions() as session:
        assert session.get_one(Packet, reply.packet_id).status == "refused"
        told = session.scalars(select(FindingRow).where(FindingRow.packet_id == reply.packet_id)).one()
        assert (told.code, told.value) == (
            "TOO_LARGE",
            f"251 колонок, запись {1 + sum(one.length for one in wide)} байт",
        )


def test_a_file_with_more_rows_than_allowed_is_refused_before_one_of_them_is_looked_at(
    hub: Hub, tmp_path: Path
) -> None:
    use(hub, "identification", "request", "docs")
    with hub.sessions.begin() as session:
        for name, value in (("batch_rows", 20), ("portion_rows", 10)):
            set_option(session, name, value, hub.context.clock.now())
    rows = [regional_row(number, insured()[0]) for number in range(21)]
    reply = handed_in(hub, tmp_path, 9, REGIONAL, rows)
    with hub.sessions.begin() as session:
        assert not advance(session, reply.packet_id or 0, hub.context)
        packet = session.get_one(Packet, reply.packet_id)
        assert (packet.status, packet.done) == ("refused", 0)
    reply = handed_in(hub, tmp_path, 10, REGIONAL, rows[:20])
    assert len(list(DbfReader(io.BytesIO(worked_off(hub, reply.packet_id or 0))))) == 20


def test_what_differs_is_told_in_the_words_of_people(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    one = insured()[0]
    reply = handed_in(hub, tmp_path, 11, REGIONAL, [{**regional_row(1, one), "OT": "Небывалович"}])
    worked_off(hub, reply.packet_id or 0)
    with hub.sessions() as session:
        told = session.scalars(select(FindingRow.text).where(FindingRow.packet_id == reply.packet_id)).all()
    assert "Лицо найдено, но данные отличаются: Отчество" in told


def test_document_columns_under_a_second_name_repeat_the_request(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "crimea")
    use(hub, "identification_answer", "answer", "crimea_short")
    second = {"DOCTP": "C_DOC", "DOCS": "S_DOC", "DOCN": "N_DOC"}
    fields = [DbfField(second.get(one.name, one.name), one.type, one.length) for one in REGIONAL]
    row = {second.get(name, name): value for name, value in regional_row(1, insured()[0]).items()}
    reply = handed_in(hub, tmp_path, 4, fields, [row])
    assert reply.packet_id is not None
    (told,) = DbfReader(io.BytesIO(worked_off(hub, reply.packet_id)))
    assert all(told.values[name] == told.values[asked] == row[asked] for name, asked in second.items())


def test_a_full_disk_leaves_nothing_behind_and_the_answer_comes_later(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = handed_in(hub, tmp_path, 5, REGIONAL, [regional_row(1, insured()[0])])
    assert reply.packet_id is not None
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    use(hub, "identification", "request", "docs")
    with monkeypatch.context() as patched:
        patched.setattr(DbfWriter, "write_echo", full)
        with pytest.raises(Retryable, match="нет места"):
            worked_off(hub, reply.packet_id)
    assert list(spool.iterdir()) == []
    (row,) = DbfReader(io.BytesIO(worked_off(hub, reply.packet_id)))
    assert row.values["RENP"] == insured()[0].enp
    assert list(spool.iterdir()) == []


def test_a_false_number_of_rows_and_a_cut_row_cost_no_other_row_its_answer(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    path = tmp_path / "63_01032026_6.dbf"
    people = insured()
    with path.open("w+b") as stream, DbfWriter(stream, REGIONAL, "cp1251") as writer:
        for number, one in enumerate(people):
            writer.write_row(regional_row(number, one))
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + (9_000_000).to_bytes(4, "little") + whole[8:-40])
    with hub.sessions.begin() as session:
        incoming = Incoming(
            channel="file", dialect="files", path=path, caller=fund_caller(session), file_name=path.name
        )
        reply = receive(session, incoming, hub.context)
    assert reply.packet_id is not None
    rows = list(DbfReader(io.BytesIO(worked_off(hub, reply.packet_id))))
    assert [bool(row.values["EERP"]) for row in rows] == [False] * (len(people) - 1) + [True]
    with hub.sessions() as session:
        codes = set(session.scalars(select(FindingRow.code).where(FindingRow.packet_id == reply.packet_id)))
    assert "RECORD_COUNT_DIFFERS" in {code.upper() for code in codes}


def test_batches_and_their_rows_are_found_on_both_databases(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    people = insured()
    stranger = regional_row(9, people[0]) | {
        "FAM": "НЕЗНАКОМ",
        "ENP": "",
        "DOCN": "000001",
        "DOCS": "99 99",
        "OPDOC": "",
    }
    rows = [*(regional_row(number, one) for number, one in enumerate(people)), stranger]
    reply = handed_in(hub, tmp_path, 7, REGIONAL, rows)
    assert reply.packet_id is not None
    everything = Visibility("fund", None)
    with hub.sessions() as session:
        waiting = batch_page(session, everything, BatchFilter(answered=False))
        assert [(one.key, one.percent) for one in waiting] == [(reply.packet_id, 0)]
    worked_off(hub, reply.packet_id)
    with hub.sessions() as session:
        (one,) = batch_page(session, everything, BatchFilter(answered=True, name="63_0103"))
        assert (one.rows, one.percent, one.ended("not_found")) == (len(rows), 100, 1)
        assert batch_page(session, Visibility("clinic", frozenset({999})), BatchFilter()) == []
        assert batch_named(session, everything, "63_01032026_7") is not None

        def found(**wanted: Any) -> list[int]:
            return [row.position for row in batch_rows(session, one.key, **wanted)]

        assert found(outcomes=["not_found"]) == [len(rows)]
        assert found(text="незнаком") == [len(rows)]
        assert found(text=people[1].enp) == [2]
        assert found(text="3") == [3]
        assert found(after=4) == [5, 6]


def test_people_are_chosen_once_each_on_both_databases(hub: Hub) -> None:
    day = hub.context.clock.today()
    wanted = Choice(born_since=date(1900, 1, 1))
    with hub.sessions() as session:
        chosen = list(chosen_people(session, wanted, day, 1_000))
        assert len(chosen) == len({one.person_id for one in chosen}) == count_chosen(session, wanted, day, 1_000)
        assert len(list(chosen_people(session, wanted, day, 3))) == 3
        without = list(chosen_people(session, Choice(lacking=("snils",)), day, 1_000))
        assert all(not one.snils for one in without)
        clinic = next(line.clinic_code for line in generate_people(30, 5) if line.clinic_code)
        assert count_chosen(session, Choice(clinic=clinic), day, 1_000) < len(chosen)
