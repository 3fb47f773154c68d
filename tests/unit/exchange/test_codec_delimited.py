from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.delimited import DelimitedReader, DelimitedRow, write_rows


def read(raw: bytes, *, strict: bool = False) -> tuple[DelimitedReader, list[DelimitedRow]]:
    reader = DelimitedReader(io.BytesIO(raw), strict=strict)
    return reader, list(reader)


def written(rows: list[list[str | None]], *, for_people: bool = False) -> bytes:
    stream = io.BytesIO()
    write_rows(stream, rows, for_people=for_people)
    return stream.getvalue()


def test_the_exact_form_is_read_without_a_word() -> None:
    reader, rows = read('"1";"Р";;"Иванов ""Ваня"" ; Петров"\r\n"2";"И";;"Ёлкин"'.encode("cp1251"))
    assert [row.values for row in rows] == [["1", "Р", None, 'Иванов "Ваня" ; Петров'], ["2", "И", None, "Ёлкин"]]
    assert not any(row.problems or row.warnings for row in rows)
    assert reader.warnings == []
    assert reader.encoding == "cp1251"


TOLERATED_IN_A_ROW = [
    (b'1;"2"', ["1", "2"], "значение без кавычек"),
    (b' "1" ;"2"', ["1", "2"], "пробелы вокруг значения"),
    (b'"1 ";"2"', ["1", "2"], "пробелы вокруг значения"),
    (b'"1";""', ["1", None], "пустые кавычки вместо отсутствующего значения"),
]


@pytest.mark.parametrize(("raw", "values", "text"), TOLERATED_IN_A_ROW)
def test_a_departure_within_a_row_is_a_warning(raw: bytes, values: list[str | None], text: str) -> None:
    _, rows = read(raw)
    assert rows[0].values == values
    assert rows[0].problems == []
    assert [(warning.code, warning.text) for warning in rows[0].warnings] == [(FindingCode.FILE_TOLERATED, text)]


@pytest.mark.parametrize(("raw", "values", "text"), TOLERATED_IN_A_ROW)
def test_the_strict_setting_makes_such_a_departure_a_problem(raw: bytes, values: list[str | None], text: str) -> None:
    _, rows = read(raw, strict=True)
    assert rows[0].warnings == []
    assert {problem.code for problem in rows[0].problems} == {FindingCode.ROW_CHARACTERS}
    assert rows[0].problems[0].text.endswith(text)


TOLERATED_IN_A_FILE = [
    (b'"1"\r\n"2"\r\n', ["1", "2"], FindingCode.FILE_TOLERATED),
    (b'"1"\n"2"', ["1", "2"], FindingCode.FILE_TOLERATED),
    ('"Иванов"'.encode("utf-8-sig"), ["Иванов"], FindingCode.ENCODING_GUESSED),
    ('"Иванов"'.encode(), ["Иванов"], FindingCode.ENCODING_GUESSED),
    ('"Действие"\r\n"Р"'.encode("cp1251"), ["Р"], FindingCode.FILE_TOLERATED),
]


@pytest.mark.parametrize(("raw", "values", "code"), TOLERATED_IN_A_FILE)
def test_a_departure_of_the_file_is_one_warning(raw: bytes, values: list[str], code: FindingCode) -> None:
    reader, rows = read(raw)
    assert [row.values for row in rows] == [[value] for value in values]
    assert not any(row.problems or row.warnings for row in rows)
    assert [warning.code for warning in reader.warnings] == [code]


def test_the_strict_setting_refuses_what_the_file_should_not_be() -> None:
    with pytest.raises(Permanent) as caught:
        read('"Иванов"'.encode(), strict=True)
    assert caught.value.code == FindingCode.ENCODING_WRONG
    assert [bool(row.problems) for row in read(b'"1"\r\n"2"\r\n', strict=True)[1]] == [False, False, True]
    assert [bool(row.problems) for row in read(b'"1"\n"2"', strict=True)[1]] == [True, False]
    assert len(read('"Действие"\r\n"Р"'.encode("cp1251"), strict=True)[1]) == 2


@pytest.mark.parametrize(
    "line",
    [
        b'"a"b";"c"',
        b'"a" b;"c"',
        b'a"b;"c"',
        b'"a',
        b'"',
        b'"a""',
        b'"a\rb"',
        b'"a\0b"',
        b"a\x07b",
        b'"a";\r"b"',
        b'"\x98"',
    ],
)
def test_a_row_that_breaks_the_form_is_a_problem_and_the_next_one_is_read(line: bytes) -> None:
    _, rows = read(line + b'\r\n"next"')
    assert {problem.code for problem in rows[0].problems} == {FindingCode.ROW_CHARACTERS}
    reason = rows[0].problems[0].text
    assert reason
    assert "недопустимые символы" not in reason  # that is said by the finding made of it
    assert (rows[1].number, rows[1].values, rows[1].problems) == (2, ["next"], [])


def test_a_line_end_inside_quotes_does_not_swallow_the_rest_of_the_file() -> None:
    _, rows = read(b'"a\r\nb"\r\n"c"')
    assert [bool(row.problems) for row in rows] == [True, True, False]


def test_empty_rows_are_problems_and_keep_their_number() -> None:
    _, rows = read(b'\r\n"a"\r\n\r\n"b"')
    assert [(row.number, bool(row.problems)) for row in rows] == [(1, True), (2, False), (3, True), (4, False)]


def test_a_problem_tells_its_column() -> None:
    assert read(b'"a";"b"c";"d"')[1][0].problems[0].column == "2"


@pytest.mark.parametrize("encoding", ["utf-16", "cp866"])
def test_files_that_are_seen_to_be_in_another_encoding_are_refused(encoding: str) -> None:
    with pytest.raises(Permanent) as caught:
        read('"1";"Иванова";"Анна"'.encode(encoding))
    assert caught.value.code == FindingCode.ENCODING_WRONG


def test_wide_characters_without_a_mark_are_problems_of_every_row() -> None:
    _, rows = read('"1";"Иванова"\r\n"2";"Анна"'.encode("utf-16-le"))
    assert all(row.problems for row in rows)


def test_empty_files_and_files_of_a_heading_alone_are_refused() -> None:
    for raw in (b"", '"Действие"'.encode("cp1251")):
        with pytest.raises(Permanent) as caught:
            read(raw)
        assert caught.value.code == FindingCode.FILE_EMPTY


def test_more_rows_than_allowed_refuse_the_file() -> None:
    with pytest.raises(Permanent) as caught:
        list(DelimitedReader(io.BytesIO(b'"1"\r\n"2"\r\n"3"'), max_rows=2))
    assert caught.value.code == FindingCode.TOO_MANY_ROWS


def test_the_setting_of_the_sender_fixes_the_encoding() -> None:
    raw = '"Иванов"'.encode("cp866")
    assert next(iter(DelimitedReader(io.BytesIO(raw), encoding="cp866"))).values == ["Иванов"]


def test_rows_come_whole_over_the_borders_of_portions() -> None:
    rows: list[list[str | None]] = [[str(number), "Щукин" * 20, None] for number in range(4_000)]
    _, seen = read(written(rows))
    assert [row.values for row in seen] == rows
    reader, seen = read(written(rows).decode("cp1251").encode())
    assert [row.values for row in seen] == rows
    assert reader.encoding == "utf-8"


def test_absent_values_are_nothing_and_the_file_ends_without_a_line_end() -> None:
    assert written([["1", None, "", 'a"b']]) == b'"1";;;"a""b"'
    assert written([["1"], [None, "2"]]) == b'"1"\r\n;"2"'
    assert written([["a\r\nb"]]) == b'"a  b"'


@pytest.mark.parametrize("value", ["=1+1", "+7", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formulas_are_disarmed_for_people_and_left_alone_on_the_wire(value: str) -> None:
    assert written([[value]], for_people=True).startswith(b"\"'")
    assert not written([[value]]).startswith(b"\"'")


def test_characters_outside_windows_1251_are_replaced_by_the_nearest() -> None:
    assert written([["Гөлнара «é»"]]) == '"Голнара «e»"'.encode("cp1251")


VALUES = st.one_of(
    st.none(),
    st.text("абвЁёя123\";=-' ", min_size=1).filter(lambda text: text == text.strip(" ")),
)


@given(st.lists(st.lists(VALUES, min_size=2, max_size=5), min_size=1, max_size=5))
def test_whatever_is_written_is_read_back(rows: list[list[str | None]]) -> None:
    reader, seen = read(written(rows))
    assert [row.values for row in seen] == rows
    assert not any(row.problems or row.warnings for row in seen)
    assert reader.warnings == []


@given(st.binary(min_size=1, max_size=200))
def test_any_bytes_give_rows_or_a_refusal(raw: bytes) -> None:
    try:
        _, rows = read(raw)
    except Permanent:
        return
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("other", ["cp866", "utf-8"])
def test_a_row_in_another_code_page_is_a_problem_of_its_own(other: str) -> None:
    line = '"7";"Кузнецова";"Анна"'
    raw = b"\r\n".join([line.encode("cp1251")] * 3 + [line.encode(other)] + [line.encode("cp1251")])
    reader, rows = read(raw)
    assert [[one.text for one in row.problems] for row in rows] == [
        [],
        [],
        [],
        [f"строка в кодировке {other}, а файл – в cp1251"],
        [],
    ]
    assert {row.values[1] for row in rows if not row.problems} == {"Кузнецова"}
    assert reader.encoding == "cp1251"


def test_a_code_page_laid_down_for_a_sender_is_not_doubted_whatever_the_letters() -> None:
    raw = '"7";"Кузнецова"'.encode("cp866")
    (row,) = DelimitedReader(io.BytesIO(raw), encoding="cp866")
    assert (row.values, row.problems) == (["7", "Кузнецова"], [])
