"""Lines of approved numbers: what is read, and what is said about the rest."""

import pytest

from registry.support.plans.rules.quantity_lines import Quantity, read_quantities

HEADING = "code_mo;kind;kind2;year;mnth;quantity"
CLINICS = {"630001", "630002"}


def test_right_lines_are_read_and_blank_ones_passed_over() -> None:
    read = read_quantities([HEADING, "630001;1;0;2026;12;150", "", " 630002 ; 2;3;2027;1;0"], CLINICS)
    assert read.problems == []
    assert read.quantities == [Quantity("630001", 2026, 12, 1, 0, 150), Quantity("630002", 2027, 1, 2, 3, 0)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("630009;1;0;2026;12;150", "строка 2: code_mo: дано «630009»"),
        ("630001;0;0;2026;12;150", "строка 2: kind: дано «0», нужно целое число от 1 до 99"),
        ("630001;1;0;2026;13;150", "строка 2: mnth: дано «13»"),
        ("630001;1;0;26;12;150", "строка 2: year: дано «26»"),
        ("630001;1;0;2026;12;-1", "строка 2: quantity: дано «-1»"),
        ("630001;1;0;2026;12;²", "строка 2: quantity: дано «²»"),
        ("630001;1;0;2026;12", "строка 2: дано значений 5, нужно 6"),
    ],
)
def test_a_wrong_line_is_named_with_what_was_expected(line: str, said: str) -> None:
    read = read_quantities([HEADING, line], CLINICS)
    assert read.quantities == []
    assert len(read.problems) == 1
    assert read.problems[0].startswith(said)


def test_one_place_is_given_once() -> None:
    read = read_quantities([HEADING, "630001;1;0;2026;12;1", "630001;1;0;2026;12;2"], CLINICS)
    assert [one.quantity for one in read.quantities] == [1]
    assert read.problems == ["строка 3: то же место уже задано в строке 2"]


def test_a_file_without_the_heading_is_not_read() -> None:
    for lines in ([], ["630001;1;0;2026;12;1"]):
        read = read_quantities(lines, CLINICS)
        assert read.quantities == []
        assert read.problems == [f"строка 1: нужен заголовок {HEADING}"]
