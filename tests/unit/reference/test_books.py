"""Books in memory, what a file says, and what an edition changes."""

from __future__ import annotations

from datetime import date

import pytest

from registry.core.checks.books import FOREVER, BookContent, BookLine, CodeForm, Verdict, same_form, told_periods
from registry.core.checks.f011 import DOCUMENT_TYPES
from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.reference.descriptions import Description, packaged, read_descriptions
from registry.reference.raw import RawBook
from registry.reference.rules.comparing import Held, changes_of, edition_key, historical_changes
from registry.reference.rules.reading import Line, read_rows
from registry.reference.shipped import shipped_files, shipped_rows

KSG = Description(code="V999", title="Проба", key_fields=("IDUMP", "K"), name_field="N", form=CodeForm.NUMBER)
ONE = Description(code="V998", title="Проба", key_fields=("ID",), name_field="NAME", attributes=("GROUP",))


def line(key: str, since: date = date(2020, 1, 1), until: date = FOREVER, name: str = "а") -> Line:
    return Line(key, since, until, {"ID": key, "NAME": name}, {})


def content(*lines: BookLine) -> BookContent:
    found: dict[str, tuple[BookLine, ...]] = {}
    for one in lines:
        found[one.key] = (*found.get(one.key, ()), one)
    return BookContent("V998", "Проба", "1.0", 1, found, ("ID",), CodeForm.NUMBER)


TWICE = content(
    BookLine("1", date(2011, 1, 1), date(2015, 12, 31), {"ID": "001", "GROUP": ["2", "3"]}),
    BookLine("1", date(2020, 1, 1), FOREVER, {"ID": "1", "GROUP": "4"}),
)


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        (date(2010, 12, 31), Verdict.CLOSED),
        (date(2011, 1, 1), Verdict.VALID),
        (date(2015, 12, 31), Verdict.VALID),
        (date(2016, 1, 1), Verdict.CLOSED),
        (date(2020, 1, 1), Verdict.VALID),
    ],
)
def test_a_code_is_valid_on_both_edges_of_its_periods_and_between_them_not(on: date, verdict: Verdict) -> None:
    assert TWICE.verdict("01", on) is verdict
    assert TWICE.exists("ID", "1", on) is (verdict is Verdict.VALID)


def test_a_code_that_never_was_is_told_from_one_that_is_closed() -> None:
    assert TWICE.verdict(7, date(2020, 1, 1)) is Verdict.ABSENT
    assert told_periods(TWICE.periods("1")) == "действовал с 01.01.2011 по 31.12.2015; действовал с 01.01.2020"


def test_the_set_of_a_column_is_made_once_for_every_stretch_of_days() -> None:
    first = TWICE.column_set("GROUP", date(2012, 5, 5))
    assert first == {"2", "3"}
    assert TWICE.column_set("GROUP", date(2015, 12, 31)) is first
    assert TWICE.column_set("GROUP", date(2021, 1, 1)) == {"4"}
    assert TWICE.column_set("GROUP", date(2017, 1, 1)) == frozenset()


def test_codes_are_compared_in_the_form_of_their_book() -> None:
    assert same_form(CodeForm.NUMBER, " 007 ") == same_form(CodeForm.NUMBER, 7) == "7"
    assert same_form(CodeForm.MKB, "с50") == same_form(CodeForm.MKB, "C50.")
    assert same_form(CodeForm.TEXT, "1.0") != same_form(CodeForm.TEXT, "1")


def read(
    description: Description, *rows: dict[str, object], columns: tuple[str, ...] = ()
) -> tuple[list[Line], list[F]]:
    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    found = read_rows(RawBook(rows=rows, columns=names), description)
    return found.lines, [one.code for one in found.findings]


def test_names_of_columns_differ_in_case_and_what_is_not_described_is_kept() -> None:
    (one,), codes = read(KSG, {"idump": "1", "k": "007", "n": "Имя", "dateBeg": "05.02.2021", "Цвет": "синий"})
    assert (one.key, one.since, one.until) == ("1|7", date(2021, 2, 5), FOREVER)
    assert (one.values, one.extra) == ({"IDUMP": "1", "K": "007", "N": "Имя"}, {"Цвет": "синий"})
    assert codes == [F.BOOK_COLUMN_UNKNOWN]


def test_our_template_needs_to_know_no_name_of_a_column() -> None:
    (one,), codes = read(ONE, {"code": "А1", "name": "Имя", "date_beg": "2021-02-05", "date_end": "2021-03-01"})
    assert (one.key, one.since, one.until) == ("А1", date(2021, 2, 5), date(2021, 3, 1))
    assert (one.values, codes) == ({"ID": "А1", "NAME": "Имя"}, [])


def test_a_file_without_a_column_of_the_key_is_refused() -> None:
    with pytest.raises(Permanent, match="нет колонок ключа: K") as refused:
        read(KSG, {"IDUMP": "1"})
    assert refused.value.code == F.COLUMN_ABSENT


def test_errors_of_rows_are_told_with_their_places() -> None:
    lines, codes = read(
        ONE,
        {"ID": "", "NAME": "без ключа"},
        {"ID": "1", "DATEBEG": "31.02.2020"},
        {"ID": "2", "DATEBEG": "02.02.2020", "DATEEND": "01.02.2020"},
        columns=("ID", "NAME", "DATEBEG", "DATEEND"),
    )
    assert lines == []
    assert codes == [F.VALUE_ABSENT, F.DATE_WRONG, F.DATE_ORDER]


def test_of_rows_that_overlap_the_later_one_wins() -> None:
    lines, codes = read(
        ONE,
        {"ID": "1", "NAME": "а", "DATEBEG": "01.01.2020"},
        {"ID": "1", "NAME": "б", "DATEBEG": "01.06.2020"},
        {"ID": "1", "NAME": "в", "DATEBEG": "01.06.2020"},
    )
    assert [(one.since, one.until, one.values["NAME"]) for one in lines] == [
        (date(2020, 1, 1), date(2020, 5, 31), "а"),
        (date(2020, 6, 1), FOREVER, "в"),
    ]
    assert codes == [F.BOOK_ROW_REPEATED, F.BOOK_PERIODS_OVERLAP]


def test_a_file_read_in_a_wrong_encoding_is_refused() -> None:
    found = read_rows(RawBook(rows=[{"ID": "1", "NAME": "\ufffd\ufffd"}], columns=("ID", "NAME")), ONE)
    assert found.is_refused
    assert found.findings[0].code is F.ENCODING_WRONG


def held(*lines: Line) -> list[Held]:
    return [Held(number, one) for number, one in enumerate(lines, 1)]


def test_an_edition_adds_changes_closes_and_lets_vanish() -> None:
    before = held(line("1"), line("2"), line("3"), line("4"), line("5", until=date(2021, 1, 1)))
    after = [line("1"), line("2", name="б"), line("3", until=date(2022, 1, 1)), line("6")]
    changes = changes_of(before, after, date(2022, 2, 1))
    assert changes.numbers == {"added": 1, "changed": 1, "closed": 1, "vanished": 1, "same": 2}
    assert [(one.key, one.until) for one in changes.shortened] == [("4", date(2022, 1, 31))]
    assert changes.ended == [2, 3, 4]


def test_a_row_that_got_other_days_ends_before_the_new_one() -> None:
    changes = changes_of(held(line("1")), [line("1", since=date(2021, 1, 1))], date(2022, 2, 1))
    assert [(one.key, one.until) for one in changes.shortened] == [("1", date(2020, 12, 31))]
    earlier = changes_of(held(line("1")), [line("1", since=date(2019, 1, 1))], date(2022, 2, 1))
    assert (earlier.shortened, earlier.ended, earlier.numbers["vanished"]) == ([], [1], 0)


def test_an_edition_that_loses_more_than_a_tenth_must_be_confirmed() -> None:
    before = held(*(line(str(number)) for number in range(20)))
    whole = [line(str(number)) for number in range(20)]
    assert changes_of(before, whole[2:], date(2022, 2, 1)).doubts() == []
    assert "3 из 20" in changes_of(before, whole[3:], date(2022, 2, 1)).doubts()[0]


def test_teaching_data_leave_nothing_behind() -> None:
    changes = changes_of(
        held(line("1"), line("2")), [line("1", since=date(2011, 1, 1))], date(2022, 2, 1), forgets=True
    )
    assert (changes.ended, changes.shortened, changes.doubts()) == ([1, 2], [], [])


def test_an_older_edition_speaks_only_of_days_no_newer_one_speaks_of() -> None:
    before = held(line("1", since=date(2020, 1, 1)), line("2", since=date(2011, 1, 1)))
    older = [line(key, since=date(2011, 1, 1)) for key in ("1", "2", "3")]
    changes = historical_changes(before, older, date(2018, 4, 1))
    assert [(one.key, one.until) for one in changes.added] == [("1", date(2018, 3, 31)), ("3", date(2018, 3, 31))]


def test_editions_are_ordered_by_their_numbers() -> None:
    told = ["3.9", "10.0", "3.108", "2.0", "3.9.1"]
    assert sorted(told, key=edition_key) == ["2.0", "3.9", "3.9.1", "3.108", "10.0"]


def test_every_shipped_book_is_described() -> None:
    codes = {one.code for one in packaged() if one.key_fields}
    assert {name.removesuffix(".csv") for name, _ in shipped_files()} <= codes


def test_a_description_without_a_code_is_refused() -> None:
    with pytest.raises(ValueError, match="строка 2"):
        read_descriptions("code\ttitle\n\tБез кода\n")


def test_the_documents_the_program_knows_are_those_of_the_shipped_book() -> None:
    told = {int(one["IDDoc"]): (one["DocName"], one["DocSer"], one["DocNum"]) for one in shipped_rows("F011")}
    assert told == {one.code: (one.title, one.series, one.number) for one in DOCUMENT_TYPES.values()}
