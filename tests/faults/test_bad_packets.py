"""Bad messages and files: the contract's answer, a line in the journal, and nothing else changed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import func, select

from registry.exchange.access import caller_of_sender
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import Limits
from registry.exchange.pipeline import Incoming, Reply, advance, receive
from registry.exchange.tables import ChangeRow, FindingRow, JournalEntry, OutboxMessage, Packet, RecordRow
from registry.insured.kinds.district import DistrictRecord
from registry.insured.tables import Attachment, District
from server.demo.packets import csv_file, dbf_file, message, packaged_layout
from tests.channels.carriers import Place
from tests.channels.golden_cases import AS_OF, Case, all_cases
from tests.channels.golden_hub import GoldenHub, golden_hub
from tests.fixtures.databases import postgresql_database

CLINIC = "630001"
GUID = "0F1E2D3C-4B5A-4968-8776-655443322110"
CSV_NAME = f"MO2{CLINIC}{AS_OF:%Y%m%d}.csv"
DBF_NAME = f"{CLINIC}_{AS_OF:%d%m%Y}_1.DBF"


def case(name: str) -> Case:
    return next(one for one in all_cases() if one.id == name)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GoldenHub]:
    folder = tmp_path_factory.mktemp("bad")
    cases = (case("attachment/first_attachment"), case("identification/found"))
    if request.param == "sqlite":
        database = folder / "hub.sqlite3"
        database.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        with golden_hub(f"sqlite:///{database}", cases, folder) as made:
            yield made
    else:
        with (
            postgresql_database(request.getfixturevalue("migrated_postgresql")) as url,
            golden_hub(url, cases, folder) as made,
        ):
            yield made


@dataclass(frozen=True)
class Bad(Place):
    """A place where bad things are sent to, which can tell what they left behind."""

    def deliver(self, body: bytes, kind: str = "DISTRICT", **properties: object) -> Reply:
        told = {"message_id": GUID, "queue": "tfoms.ch1.in", "channel": "ch1", "user_id": "mis", **properties}
        incoming = Incoming("amqp", "generic", kind, body, properties={**told, "type": kind})
        return receive(self.session, incoming, self.context)

    def upload(self, name: str, body: bytes, sender: str = CLINIC) -> Reply:
        path = self.folder / "spooled"
        path.write_bytes(body)
        caller = caller_of_sender(self.session, sender)
        reply = receive(self.session, Incoming("file", "files", path=path, file_name=name, caller=caller), self.context)
        while reply.packet_id is not None and advance(self.session, reply.packet_id, self.context):
            pass
        return reply

    def left(self) -> dict[str, int]:
        """How many rows there are of everything a packet may change."""
        self.session.flush()
        tables = (Packet, RecordRow, ChangeRow, Attachment, District)
        counts = {one.__tablename__: self.session.scalar(select(func.count()).select_from(one)) for one in tables}
        return {name: count or 0 for name, count in counts.items()}

    def journal(self, reply: Reply) -> JournalEntry:
        self.session.flush()
        return self.session.get_one(JournalEntry, reply.journal_id)

    def answers(self) -> list[str]:
        """The results of every ANSWER in the outbox: OK, or ERROR with its first code."""
        self.session.flush()
        told = []
        for one in self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)):
            root = etree.fromstring(one.body)
            assert root.findtext("HEADER/MESSAGE_ID") == GUID
            told.append(f"{root.findtext('BODY/RESULTS/RESULT')} {root.findtext('.//RESULT_CODE') or ''}".strip())
        return told


@pytest.fixture
def place(hub: GoldenHub, tmp_path: Path) -> Iterator[Bad]:
    hub.context.remembered.forget()
    with hub.sessions() as session:
        yield Bad(session, hub.context, tmp_path)
        session.rollback()


def district(place: Bad, clinic: str = CLINIC, *, operation: str = "Insert", name: str = "77") -> bytes:
    record = DistrictRecord(number="9001", clinic=clinic, district=name, area_type=1, opened_on=date(2020, 1, 1))
    return message(place.context.catalog, "DISTRICT", record, operation=operation, day=AS_OF)


def with_doctype(body: bytes) -> bytes:
    return body.replace(b"?>", b'?><!DOCTYPE DISTRICT [<!ENTITY a "b">]>', 1)


def in_another_encoding(body: bytes) -> bytes:
    return body.decode("utf-8").replace("77", "Ж").encode("cp1251")


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _body: b"",
    "no XML": lambda _body: "Участок 77".encode(),
    "cut in the middle": lambda body: body[: len(body) // 2],
    "a DOCTYPE": with_doctype,
    "two roots": lambda body: body + body.partition(b"?>")[2],
    "bytes of another encoding": in_another_encoding,
    "an encoding nobody knows": lambda body: body.replace(b"utf-8", b"utf-99", 1),
    "larger than may be": lambda body: body.replace(b">77<", b">" + b"7" * (16 * 1024 * 1024) + b"<"),
    "nested too deep": lambda body: body.replace(b">77<", b">" + b"<a>" * 5000 + b"</a>" * 5000 + b"<"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_message_that_cannot_be_read_is_answered_101_and_leaves_a_line(place: Bad, what: str) -> None:
    before = place.left()
    reply = place.deliver(BROKEN[what](district(place)))
    assert place.answers() == ["ERROR 101"]
    assert place.journal(reply).status == "refused"
    assert place.journal(reply).sender_packet_id == GUID
    assert place.left() == before


def other_root(place: Bad) -> bytes:
    return district(place).replace(b"DISTRICT>", b"SECTION>")


REFUSED: dict[str, tuple[str, Callable[[Bad], bytes], str]] = {
    "a kind nobody knows": ("NOTHING", lambda _place: b"<NOTHING><HEADER/></NOTHING>", "ERROR 102"),
    "a root of another kind": ("DISTRICT", other_root, "ERROR 0"),
    "no header": ("DISTRICT", lambda _place: b"<DISTRICT><BODY/></DISTRICT>", "ERROR 0"),
    "an operation of queries": ("DISTRICT", lambda place: district(place, operation="Query"), "ERROR 106"),
    "no operation": ("DISTRICT", lambda place: district(place, operation=""), "ERROR 106"),
    "a clinic nobody knows": ("DISTRICT", lambda place: district(place, "639999"), "ERROR 103"),
    "a clinic of somebody else": ("DISTRICT", lambda place: district(place, "630002"), "ERROR 104"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_message_that_may_not_be_sent_is_answered_with_its_code(place: Bad, what: str) -> None:
    kind, body, expected = REFUSED[what]
    before = place.left()
    reply = place.deliver(body(place), kind)
    assert place.answers() == [expected]
    assert place.journal(reply).status == "refused"
    assert place.left() == before


def test_a_message_without_an_id_has_nothing_to_be_answered_to(place: Bad) -> None:
    before = place.left()
    reply = place.deliver(district(place), message_id="")
    assert place.answers() == []
    assert place.journal(reply).status == "refused"
    assert place.left() == before


def test_a_login_that_is_not_the_channels_is_not_let_in(place: Bad) -> None:
    before = place.left()
    reply = place.deliver(district(place), user_id="somebody")
    assert reply.refusal is not None
    assert reply.refusal.code == "NOT_PERMITTED"
    assert place.journal(reply).login == "somebody"
    assert place.left() == before


def test_another_body_under_a_used_id_is_answered_105_and_the_same_body_with_the_first_answer(place: Bad) -> None:
    place.finish(place.deliver(district(place)).packet_id)
    after = place.left()
    assert place.deliver(district(place)).status == "repeated"
    assert place.answers() == ["OK"]
    reply = place.deliver(district(place, name="78"))
    assert place.answers() == ["OK", "ERROR 105"]
    assert place.journal(reply).status == "refused"
    assert place.left() == after


def test_a_wrong_field_is_named_in_the_answer_and_nothing_is_applied(place: Bad) -> None:
    before = place.left()
    body = district(place).replace(b">2020-01-01<", b">2020-31-31<")
    packet_id = place.finish(place.deliver(body).packet_id)
    assert place.answers() == ["ERROR 0"]
    text = place.session.scalars(select(OutboxMessage.body)).one().decode()
    assert "LPUREGION_BEGDATE" in text
    assert place.session.get_one(JournalEntry, packet_id).status == "rejected"
    assert place.left() == {**before, "packet": 1, "record": 1}


# --- files ------------------------------------------------------------------------------------------------------------


def dbf(place: Bad, code_page: str = "cp866") -> bytes:
    asked = case("identification/found")
    layout = packaged_layout(place.context.catalog, "crimea")
    records = [one.record(asked.kind) for one in asked.sent]
    return dbf_file(layout, records, code_page=code_page, today=AS_OF)


def csv(place: Bad) -> bytes:
    told = case("attachment/first_attachment")
    layout = packaged_layout(place.context.catalog, "full25")
    from registry.core.outcomes import Operation

    return csv_file(layout, [one.record(told.kind, action=Operation.INSERT) for one in told.sent])


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in members:
            archive.writestr(name, body)
    return stream.getvalue()


AT_THE_DOOR: dict[str, tuple[str, Callable[[Bad], bytes], str]] = {
    "a name nobody knows": ("report.csv", csv, "FILE_NAME_UNKNOWN"),
    "a day that does not exist": (f"MO2{CLINIC}20260231.csv", csv, "FILE_NAME_UNKNOWN"),
    "another organisation": (f"MO2630002{AS_OF:%Y%m%d}.csv", csv, "FILE_FOREIGN"),
    "a name that climbs": (f"../../{CSV_NAME}.exe", csv, "FILE_NAME_UNKNOWN"),
    "no archive": (CSV_NAME.replace("csv", "zip"), csv, "ARCHIVE_BROKEN"),
    "two files in an archive": (
        CSV_NAME.replace("csv", "zip"),
        lambda place: zipped((CSV_NAME, csv(place)), ("MO263000120261119.csv", csv(place))),
        "ARCHIVE_MEMBERS",
    ),
    "an archive of another name": (
        CSV_NAME.replace("csv", "zip"),
        lambda place: zipped(("MO263000120261119.csv", csv(place))),
        "ARCHIVE_MEMBERS",
    ),
}


@pytest.mark.parametrize("what", AT_THE_DOOR)
def test_a_file_that_is_not_let_in_leaves_only_a_line(place: Bad, what: str) -> None:
    name, body, code = AT_THE_DOOR[what]
    before = place.left()
    reply = place.upload(name, body(place))
    assert reply.refusal is not None
    assert reply.refusal.code == code
    assert place.journal(reply).status == "refused"
    assert place.left() == before


def test_a_file_of_nobody_and_a_file_too_large_are_not_let_in(place: Bad) -> None:
    before = place.left()
    path = place.folder / "spooled"
    path.write_bytes(csv(place))
    nobody = receive(place.session, Incoming("file", "files", path=path, file_name=CSV_NAME), place.context)
    assert nobody.refusal is not None
    assert nobody.refusal.code == "NOT_PERMITTED"
    small = replace(place, context=replace(place.context, limits=Limits(upload=10)))
    large = small.upload(CSV_NAME, csv(place))
    assert large.refusal is not None
    assert large.refusal.code == "TOO_LARGE"
    assert {place.journal(one).status for one in (nobody, large)} == {"refused"}
    assert place.left() == before


def other_code_page(body: bytes) -> bytes:
    return body.decode("cp1251").encode("cp866")


def many_rows(body: bytes) -> bytes:
    return b"\r\n".join([body] * 5000)


UNREADABLE_CSV: dict[str, tuple[str, Callable[[bytes], bytes], str, str | None]] = {
    "nothing": (CSV_NAME, lambda _body: b"", "FILE_EMPTY", None),
    "another code page": (CSV_NAME, other_code_page, "ENCODING_WRONG", "801"),
    "a DBF": (CSV_NAME, lambda _body: b"\x03" + b"\0" * 64, "FILE_CONTENT_MISMATCH", None),
    "an archive": (CSV_NAME, lambda body: zipped((CSV_NAME, body)), "FILE_CONTENT_MISMATCH", None),
    "too many rows": (CSV_NAME, many_rows, "TOO_MANY_ROWS", "38"),
    "columns nobody knows": (CSV_NAME, lambda _body: b'"1";"2";"3"', "COLUMN_ABSENT", "183"),
    "a day to come": (f"MO2{CLINIC}20261125.csv", lambda body: body, "FILE_DATE_IN_FUTURE", "20"),
}


@pytest.mark.parametrize("what", UNREADABLE_CSV)
def test_a_file_that_cannot_be_read_is_refused_row_by_row_where_rows_can_be_counted(place: Bad, what: str) -> None:
    name, spoil, code, number = UNREADABLE_CSV[what]
    before = place.left()
    reply = place.upload(name, spoil(csv(place)))
    packet = place.session.get_one(Packet, reply.packet_id)
    assert packet.status == "refused"
    found = place.session.scalars(select(FindingRow.code).where(FindingRow.packet_id == packet.id)).all()
    assert found == [code]
    answer = stored_bytes(place.session, packet.id, ANSWER)
    if number:
        rows = [line.split(";") for line in answer.decode("cp1251").split("\r\n")]
        assert {(row[6], row[7]) for row in rows} == {('"2"', f'"{number}"')}
    else:
        assert b"<FLK_P>" in answer
    # beside the answer row by row the protocol goes out as a packet of its own
    assert place.left() == {**before, "packet": before["packet"] + (2 if number else 1)}


def test_an_empty_line_is_refused_and_the_others_are_answered(place: Bad) -> None:
    body = csv(place)
    rows = [body.replace(b'"1"', str(number).join('""').encode(), 1) for number in range(1, 7)]
    reply = place.upload(CSV_NAME, b"\r\n".join([*rows[:3], b"", *rows[3:]]))
    assert reply.packet_id is not None
    answer = stored_bytes(place.session, reply.packet_id, ANSWER).decode("cp1251")
    told = [(line.split(";")[6], line.split(";")[7]) for line in answer.split("\r\n")]
    assert len(told) == 7
    assert told[3] == ('"2"', '"13"')
    assert [one for one in told if one[0] == '"1"'] == [('"1"', "")] * 6


UNREADABLE_DBF: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda _body: b"", "FILE_EMPTY"),
    "a record length of zero": (lambda body: body[:10] + struct.pack("<H", 0) + body[12:], "FILE_UNREADABLE"),
    "a header cut short": (lambda body: body[:40], "FILE_UNREADABLE"),
    "text": (lambda _body: b"FAM;IM;OT", "FILE_CONTENT_MISMATCH"),
    "no surname": (lambda body: body.replace(b"FAM\0", b"FAX\0", 1), "COLUMN_ABSENT"),
}


@pytest.mark.parametrize("what", UNREADABLE_DBF)
def test_a_table_that_cannot_be_read_is_refused_with_its_reason(place: Bad, what: str) -> None:
    spoil, code = UNREADABLE_DBF[what]
    before = place.left()
    reply = place.upload(DBF_NAME, spoil(dbf(place)))
    packet = place.session.get_one(Packet, reply.packet_id)
    entry = place.session.get_one(JournalEntry, packet.id)
    assert (packet.status, entry.status) == ("refused", "refused")
    found = place.session.scalars(select(FindingRow.code).where(FindingRow.packet_id == packet.id)).all()
    assert found == [code]
    assert place.left() == {**before, "packet": before["packet"] + 1}


def test_a_false_number_of_records_is_warned_of_and_the_real_rows_are_answered(place: Bad) -> None:
    body = dbf(place)
    reply = place.upload(DBF_NAME, body[:4] + struct.pack("<I", 900) + body[8:])
    assert reply.packet_id is not None
    warned = select(FindingRow.code, FindingRow.level).where(
        FindingRow.packet_id == reply.packet_id, FindingRow.position == 0
    )
    assert [tuple(row) for row in place.session.execute(warned)] == [("RECORD_COUNT_DIFFERS", "warning")]
    rows = place.outcomes(reply.packet_id)
    assert [row.status for row in rows] == ["accepted", "accepted"]


def test_another_file_under_a_used_name_is_refused_and_the_first_stays(place: Bad) -> None:
    first = place.upload(CSV_NAME, csv(place))
    assert first.packet_id is not None
    after = place.left()
    answer = stored_bytes(place.session, first.packet_id, ANSWER)
    again = place.upload(CSV_NAME, csv(place))
    assert (again.status, again.body) == ("repeated", answer)
    other = place.upload(CSV_NAME, csv(place).replace(b'"12"', b'"13"'))
    assert other.refusal is not None
    assert other.refusal.code == "FILE_NAME_TAKEN"
    assert place.journal(other).status == "refused"
    assert place.left() == after
