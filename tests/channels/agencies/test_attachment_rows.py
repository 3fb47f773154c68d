"""Rows of attachment files and of their answer E2 (files.md 3.2, 3.5, 3.6)."""

from __future__ import annotations

import io
import zipfile
from datetime import date

from sqlalchemy import select

from registry.core.outcomes import Operation
from registry.exchange.tables import FindingRow, JournalEntry
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.methods import Method
from server.demo.packets import csv_file, packaged_layout
from tests.channels.agencies.hub import PEOPLE, AgenciesHub, Sent
from tests.channels.invented import DOCTOR

NAME = "MO2630002202611201.csv"


def record(name: str, number: str) -> Attachment:
    block = {**PEOPLE[name].block, "policy_number": None}
    return Attachment(
        **{field: value for field, value in block.items() if value is not None},
        number=number,
        action=Operation.INSERT,
        clinic="630002",
        method=Method.APPLICATION,
        attached_on=date(2026, 11, 10),
        district="12",
        doctor_snils=DOCTOR,
    )


def text_of(hub: AgenciesHub, sent: Sent) -> str:
    """What the journal says of a file as a whole."""
    return hub.session.get_one(JournalEntry, sent.reply.packet_id).text


def test_a_row_replaced_by_a_later_one_is_answered_with_what_the_later_one_did(hub: AgenciesHub) -> None:
    sent = hub.send(NAME, "full25", [record("anna", "1"), record("anna", "2")], "630002")
    replaced, done = sent.protocol
    assert (done[3], done[5], done[6]) == ("630002", "20261110", "1")
    assert replaced == ["1", *done[1:7], ""]


def test_a_number_of_a_row_is_a_number(hub: AgenciesHub) -> None:
    numbers = ("=1+1", "1234567", "3")
    people = ("anna", "boris", "vera")
    records = [record(name, number) for name, number in zip(people, numbers, strict=True)]
    sent = hub.send(NAME, "full25", records, "630002")
    assert [(row[0], row[6], row[7].split(",")[0]) for row in sent.protocol[:2]] == [
        ("=1+1", "2", "13"),
        ("1234567", "2", "13"),
    ]
    assert (sent.protocol[2][0], sent.protocol[2][6]) == ("3", "1")


def test_a_file_of_unreadable_rows_is_refused_naming_them(hub: AgenciesHub) -> None:
    layout = packaged_layout(hub.context.catalog, "full25")
    rows = csv_file(layout, [record("anna", "1"), record("boris", "2")]).split(b"\r\n")
    sent = hub.send_bytes(NAME, rows[0] + b"\r\n" + rows[1].replace(b'"2";', b'"2"";', 1), "630002")
    assert [row[6:] for row in sent.protocol] == [["2", "801"]] * 2
    assert "Строка 2 – кавычка" in text_of(hub, sent)


def test_what_does_not_belong_into_an_archive_is_left_out_and_noted(hub: AgenciesHub) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Thumbs.db", b"x")
        archive.writestr(NAME, csv_file(packaged_layout(hub.context.catalog, "full25"), [record("anna", "1")]))
    sent = hub.send_bytes(NAME.replace(".csv", ".zip"), packed.getvalue(), "630002")
    assert [row[6] for row in sent.protocol] == ["1"]
    of_file = select(FindingRow.text).where(FindingRow.packet_id == sent.reply.packet_id, FindingRow.position == 0)
    assert any("Служебный файл в архиве пропущен: Thumbs.db" in text for text in hub.session.scalars(of_file))


def test_a_file_in_utf_16_is_refused_for_its_encoding(hub: AgenciesHub) -> None:
    sent = hub.send_bytes(
        NAME,
        csv_file(packaged_layout(hub.context.catalog, "full25"), [record("anna", "1")])
        .decode("cp1251")
        .encode("utf-16"),
        "630002",
    )
    assert "windows-1251" in text_of(hub, sent)
