from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import dbf
import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf import DbfField, DbfReader, DbfRow, DbfWriter, echoing_fields

CRIMEA = (
    DbfField("FAM", "C", 60),
    DbfField("IM", "C", 60),
    DbfField("OT", "C", 60),
    DbfField("DR", "D", 8),
    DbfField("W", "N", 1),
    DbfField("SS", "C", 14),
    DbfField("C_DOC", "N", 2),
    DbfField("S_DOC", "C", 10),
    DbfField("N_DOC", "C", 30),
    DbfField("OPDOC", "N", 1),
    DbfField("SPOL", "C", 10),
    DbfField("NPOL", "C", 19),
    DbfField("ENP", "C", 16),
    DbfField("DIN", "D", 8),
    DbfField("DOUT", "D", 8),
)
SHORT = (DbfField("FAM", "C", 20), DbfField("DR", "D", 8), DbfField("W", "N", 3))
PERSON = {"FAM": "Ёлкина", "DR": "19800229", "W": "2"}


def written(
    rows: Sequence[Mapping[str, str | bytes]], fields: Sequence[DbfField] = SHORT, encoding: str = "cp866"
) -> bytes:
    stream = io.BytesIO()
    with DbfWriter(stream, fields, encoding, today=date(2026, 11, 20)) as writer:
        for row in rows:
            writer.write_row(row)
    return stream.getvalue()


def patched(raw: bytes, offset: int, value: bytes) -> bytes:
    return raw[:offset] + value + raw[offset + len(value) :]


def rows_of(raw: bytes, encoding: str | None = None) -> tuple[DbfReader, list[DbfRow]]:
    reader = DbfReader(io.BytesIO(raw), encoding=encoding)
    return reader, list(reader)


def refusal(raw: bytes) -> Permanent:
    with pytest.raises(Permanent) as caught:
        rows_of(raw)
    return caught.value


@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
def test_what_was_written_is_read_back_in_the_same_code_page(encoding: str) -> None:
    reader, rows = rows_of(written([PERSON, {"FAM": "Щукин"}], encoding=encoding))
    assert reader.encoding == encoding
    assert [row.values for row in rows] == [PERSON, {"FAM": "Щукин", "DR": "", "W": ""}]
    assert [row.number for row in rows] == [1, 2]
    assert reader.warnings == []


@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
def test_the_independent_reader_sees_the_same_rows(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "answer.dbf"
    path.write_bytes(written([PERSON, {"FAM": "Щукин", "W": "1"}], encoding=encoding))
    with dbf.Table(str(path)) as table:
        seen = [(record.FAM.rstrip(), record.DR, record.W) for record in table]
    assert seen == [("Ёлкина", date(1980, 2, 29), 2), ("Щукин", None, 1)]


# The independent writer leaves the file it made open; that is its own affair.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("codepage", "encoding"), [("cp866", "cp866"), ("cp1251", "cp1251")])
def test_files_of_the_independent_writer_are_read(tmp_path: Path, codepage: str, encoding: str) -> None:
    path = tmp_path / "request.dbf"
    table = dbf.Table(str(path), "FAM C(20); DR D; W N(3,0); OK L", codepage=codepage, dbf_type="db3")
    with table.open(dbf.READ_WRITE):
        table.append(("Ёжиков", dbf.Date(2001, 2, 3), 1, True))
        table.append(("Щукин", None, None, None))
        dbf.delete(table[1])
        table.append(("Яшин", dbf.Date(1999, 12, 31), 2, False))
    reader, rows = rows_of(path.read_bytes())
    assert reader.encoding == encoding
    assert rows[0].values == {"FAM": "Ёжиков", "DR": "20010203", "W": "1", "OK": "T"}
    assert (rows[1].deleted, rows[1].values, rows[1].number) == (True, {}, 2)
    assert (rows[2].values["FAM"], rows[2].number) == ("Яшин", 3)


@pytest.mark.parametrize(
    ("language", "encoding"), [(0x65, "cp866"), (0x26, "cp866"), (0xC9, "cp1251"), (0x57, "cp1251")]
)
def test_the_language_byte_names_the_code_page(language: int, encoding: str) -> None:
    raw = patched(written([PERSON], encoding=encoding), 29, bytes([language]))
    reader, rows = rows_of(raw)
    assert (reader.encoding, rows[0].values["FAM"], reader.warnings) == (encoding, "Ёлкина", [])


@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
@pytest.mark.parametrize("names", [["Иванов", "Петрова"], ["ИВАНОВ", "ПЕТРОВА"], ["Рустамова"]])
def test_a_silent_language_byte_is_replaced_by_the_letters_of_names(encoding: str, names: list[str]) -> None:
    raw = patched(written([{"FAM": name} for name in names], encoding=encoding), 29, b"\0")
    reader, rows = rows_of(raw)
    assert [row.values["FAM"] for row in rows] == names
    assert [warning.code for warning in reader.warnings] == [FindingCode.ENCODING_GUESSED]


@pytest.mark.parametrize(("encoding", "lie"), [("cp1251", b"\x65"), ("cp866", b"\xc9")])
def test_a_language_byte_that_cannot_be_true_gives_way_to_the_letters_of_names(encoding: str, lie: bytes) -> None:
    names = ["ГОНЧАРОВ", "МИТРОФАНОВ", "Пастухинская"]
    reader, rows = rows_of(patched(written([{"FAM": name} for name in names], encoding=encoding), 29, lie))
    assert [row.values["FAM"] for row in rows] == names
    assert (reader.encoding, [one.code for one in reader.warnings]) == (encoding, [FindingCode.ENCODING_GUESSED])


def test_a_language_byte_a_few_letters_speak_against_is_believed_but_noted() -> None:
    reader, _ = rows_of(patched(written([{"FAM": "Иванова"}], encoding="cp1251"), 29, b"\x65"))
    assert reader.encoding == "cp866"
    assert [warning.code for warning in reader.warnings] == [FindingCode.ENCODING_GUESSED]


def test_the_setting_of_the_sender_wins_over_the_language_byte() -> None:
    raw = patched(written([PERSON], encoding="cp1251"), 29, b"\x65")
    _, rows = rows_of(raw, encoding="cp1251")
    assert rows[0].values["FAM"] == "Ёлкина"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "no-such-page", "base64"])
def test_a_code_page_that_is_no_code_page_is_refused(encoding: str) -> None:
    with pytest.raises(Permanent) as caught:
        DbfReader(io.BytesIO(written([PERSON])), encoding=encoding)
    assert caught.value.code == FindingCode.ENCODING_WRONG


def test_stored_bytes_of_a_field_are_echoed_unchanged() -> None:
    stored = b"  \x8fX\0  ".ljust(20, b" ")
    _, rows = rows_of(written([{"FAM": stored, "DR": b"20260231", "W": b"***"}]))
    assert rows[0].field_bytes("FAM") == stored
    echo = written([{name: rows[0].field_bytes(name) for name in ("FAM", "DR", "W")}])
    _, again = rows_of(echo)
    assert again[0].raw == rows[0].raw


@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
def test_every_byte_given_for_a_column_behind_an_echo_stands_as_it_is(encoding: str) -> None:
    stream, every = io.BytesIO(), bytes(range(256))
    with DbfWriter(stream, (*SHORT, DbfField("N_DOC", "C", 16), DbfField("REPL", "C", 9)), encoding) as writer:
        for start in range(0, 256, 16):
            writer.write_echo(b" " * 31, {"N_DOC": every[start : start + 16], "REPL": "Отличие"})
            writer.write_echo(b" " * 31, {"N_DOC": every[start : start + 5], "REPL": "Отличие"})
    _, rows = rows_of(stream.getvalue())
    assert b"".join(row.field_bytes("N_DOC") for row in rows[::2]) == every
    assert [row.field_bytes("N_DOC") for row in rows[1::2]] == [
        every[start : start + 5].ljust(16) for start in range(0, 256, 16)
    ]
    assert {row.field_bytes("REPL") for row in rows} == {"Отличие  ".encode(encoding)}


def test_an_answer_layout_takes_the_widths_of_the_request_for_echoed_columns() -> None:
    request = (DbfField("FAM", "C", 100), DbfField("W", "C", 1))
    assert echoing_fields(request, (DbfField("NREC", "N", 6), DbfField("FAM", "C", 60))) == (
        DbfField("NREC", "N", 6),
        DbfField("FAM", "C", 100),
    )


def test_lengths_over_254_take_two_bytes_and_come_back() -> None:
    fields = (DbfField("EERP", "C", 604), DbfField("REPL", "C", 1534), DbfField("W", "N", 1))
    raw = written([{"EERP": "о" * 604, "REPL": "я" * 1534, "W": "1"}], fields)
    assert (raw[32 + 16], raw[32 + 17], raw[64 + 16], raw[64 + 17]) == (92, 2, 254, 5)
    reader, rows = rows_of(raw)
    assert reader.fields == fields
    assert rows[0].values == {"EERP": "о" * 604, "REPL": "я" * 1534, "W": "1"}


def test_garbage_in_the_decimals_of_a_text_column_is_seen_by_the_record_length() -> None:
    reader, rows = rows_of(patched(written([PERSON]), 32 + 17, b"\x07"))
    assert reader.fields[0] == DbfField("FAM", "C", 20)
    assert rows[0].values == PERSON


@pytest.mark.parametrize(("said", "count"), [(0, 3), (1, 3), (7, 3), (0xFFFFFFFF, 3)])
def test_the_real_number_of_records_wins_over_the_header(said: int, count: int) -> None:
    raw = patched(written([PERSON] * 3), 4, said.to_bytes(4, "little"))
    reader, rows = rows_of(raw)
    assert len(rows) == count
    assert FindingCode.RECORD_COUNT_DIFFERS in [warning.code for warning in reader.warnings]


def test_the_end_mark_is_optional_and_bytes_behind_it_are_left() -> None:
    raw = written([PERSON] * 2)
    assert len(rows_of(raw[:-1])[1]) == 2
    assert len(rows_of(raw + b"\0" * 100)[1]) == 2
    reader, rows = rows_of(raw[:-1] + b"\0" * 100)
    assert len(rows) == 2
    assert [warning.code for warning in reader.warnings] == [FindingCode.FILE_TOLERATED]


def test_a_truncated_last_record_is_a_problem_of_its_row_only() -> None:
    reader, rows = rows_of(written([PERSON] * 2)[:-10])
    assert rows[0].problems == []
    assert [(problem.column, problem.expected) for problem in rows[1].problems] == [("", "полная запись")]
    assert reader.warnings[0].place == "запись 2"


@pytest.mark.parametrize(
    ("column", "stored", "value", "problem"),
    [
        ("DR", b"00000000", "", False),
        ("DR", b"        ", "", False),
        ("DR", b"20260230", "20260230", True),
        ("DR", b"2026 230", "2026 230", True),
        ("DR", "２０２６".encode("cp866", "replace").ljust(8), "????", True),
        ("W", b"***", "***", True),
        ("W", b"1.5", "1.5", False),
        ("W", b"1.0", "1", False),
        ("W", b"2. ", "2", False),
        ("W", b".50", ".50", False),
        ("W", b" . ", "", False),
        ("W", b"1,5", "1,5", True),
        ("W", b"abc", "abc", True),
        ("FAM", b"A\0\0".ljust(20, b"\0"), "A", False),
        ("FAM", b"  A".ljust(20), "  A", False),
    ],
)
def test_stored_values_become_text_and_impossible_ones_problems(
    column: str, stored: bytes, value: str, problem: bool
) -> None:
    _, rows = rows_of(written([{column: stored}]))
    assert rows[0].values[column] == value
    assert [found.column for found in rows[0].problems] == ([column] if problem else [])


def test_a_byte_outside_the_code_page_is_a_problem_of_its_column() -> None:
    _, rows = rows_of(written([{"FAM": b"\x98"}], encoding="cp1251"))
    assert [(problem.column, problem.code) for problem in rows[0].problems] == [("FAM", FindingCode.ROW_CHARACTERS)]


@pytest.mark.parametrize(
    ("offset", "value", "code"),
    [
        (0, b"\x02", FindingCode.FILE_UNREADABLE),
        (0, b"\x8c", FindingCode.FILE_UNREADABLE),
        (0, b"\x99", FindingCode.FILE_UNREADABLE),
        (8, b"\0\0", FindingCode.FILE_UNREADABLE),
        (8, b"\xff\xff", FindingCode.FILE_UNREADABLE),
        (10, b"\0\0", FindingCode.FILE_UNREADABLE),
        (10, b"\x01\0", FindingCode.FILE_UNREADABLE),
        (15, b"\x01", FindingCode.FILE_UNREADABLE),
        (32, b"\0", FindingCode.FILE_UNREADABLE),
        (32, b"\x80", FindingCode.FILE_UNREADABLE),
        (32, b"ELEVENCHARS", FindingCode.FILE_UNREADABLE),
        (32 + 11, b"M", FindingCode.FILE_UNREADABLE),
        (32 + 11, b"X", FindingCode.FILE_UNREADABLE),
        (32 + 16, b"\0", FindingCode.FILE_UNREADABLE),
        (64 + 16, b"\x07", FindingCode.FILE_UNREADABLE),
        (96 + 17, b"\x03", FindingCode.FILE_UNREADABLE),
        (64, b"FAM\0", FindingCode.DUPLICATE_COLUMN),
        (64, b"fam\0", FindingCode.DUPLICATE_COLUMN),
        (128, b"\x20", FindingCode.FILE_UNREADABLE),
    ],
)
def test_a_header_that_cannot_be_true_refuses_the_file(offset: int, value: bytes, code: FindingCode) -> None:
    assert refusal(patched(written([PERSON]), offset, value)).code == code


def test_overlapping_fields_of_visual_foxpro_are_refused() -> None:
    raw = patched(patched(written([PERSON]), 0, b"\x30"), 64 + 12, b"\x05\0\0\0")
    assert refusal(raw).place == "DR"


def test_empty_files_and_files_without_records_are_refused() -> None:
    assert refusal(b"").code == FindingCode.FILE_EMPTY
    assert refusal(written([])).code == FindingCode.FILE_EMPTY


def test_more_rows_than_allowed_refuse_the_file() -> None:
    reader = DbfReader(io.BytesIO(written([PERSON] * 4)), max_rows=3)
    with pytest.raises(Permanent) as caught:
        list(reader)
    assert caught.value.code == FindingCode.TOO_MANY_ROWS


def test_characters_the_code_page_lacks_are_replaced_by_the_nearest_never_by_a_question_mark() -> None:
    fields = (DbfField("REPL", "C", 60),)
    _, rows = rows_of(written([{"REPL": "«ё» – é, Ә, 李, и\u0306"}], fields))
    assert rows[0].values["REPL"] == '"ё" - e, А, _, й'


@pytest.mark.parametrize(
    "row", [{"NEW": "1"}, {"FAM": b"x" * 21}, {"W": "1000"}, {"W": "one"}, {"DR": "20260230"}, {"DR": "1.1.26"}]
)
def test_a_value_that_cannot_stand_in_its_field_is_our_mistake(row: dict[str, str | bytes]) -> None:
    with pytest.raises(ValueError, match=r"."):
        written([row])


@pytest.mark.parametrize(
    "fields",
    [
        (),
        (DbfField("A", "C", 1),) * 2,
        (DbfField("a", "C", 1),),
        (DbfField("A", "M", 10),),
        (DbfField("A", "C", 0),),
        (DbfField("A", "C", 65535),),
        tuple(DbfField(f"A{n}", "C", 1) for n in range(256)),
    ],
)
def test_a_layout_no_reader_would_accept_is_not_written(fields: tuple[DbfField, ...]) -> None:
    with pytest.raises(ValueError, match="DBF"):
        DbfWriter(io.BytesIO(), fields)


class Dripping(io.BytesIO):
    """A stream that hands out a few bytes at a time and counts the largest request."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        self.largest = max(self.largest, size)
        return super().read(min(size, 1000))


def test_rows_come_in_portions_however_the_stream_drips() -> None:
    stream = Dripping(written([{"FAM": f"F{n}"} for n in range(20_000)]))
    names = [row.values["FAM"] for row in DbfReader(stream)]
    assert names == [f"F{n}" for n in range(20_000)]
    assert stream.largest <= 256 * 1024


def test_twenty_thousand_wide_rows_are_written_and_read_at_speed() -> None:
    row = dict.fromkeys((field.name for field in CRIMEA if field.type == "C"), "Иванов") | {"DR": "19800101", "W": "1"}
    started = time.process_time()
    raw = written([row] * 20_000, CRIMEA)
    wrote = time.process_time() - started
    started = time.process_time()
    count = sum(1 for _ in DbfReader(io.BytesIO(raw)))
    read = time.process_time() - started
    assert count == 20_000
    # Five times the measured cost: a guard against a change of order, not a benchmark.
    assert wrote < 2.5
    assert read < 1.5
