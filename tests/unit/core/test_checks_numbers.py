"""Check digits of ЕНП and СНИЛС against the published vectors and against the rule written out."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.checks.enp import EnpVerdict, check_digit, enp_verdict, facet, facet_agrees, make_enp
from registry.core.checks.snils import SnilsVerdict, check_digits, format_snils, snils_digits, snils_verdict

VECTORS = Path(__file__).resolve().parents[2] / "reference" / "vectors"
DIGITS = "0123456789"


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_digit_as_published(first15: str) -> int:
    right = first15[::-1]
    doubled = str(int(right[0::2]) * 2)
    return (10 - sum(map(int, right[1::2] + doubled)) % 10) % 10


@pytest.mark.parametrize("row", rows("enp.csv"), ids=lambda row: f"{row['value']}-{row['expected']}")
def test_an_enp_gets_the_verdict_of_its_vector(row: dict[str, str]) -> None:
    assert enp_verdict(row["value"]) == row["expected"]


@pytest.mark.parametrize("row", rows("snils.csv"), ids=lambda row: f"{row['value']}-{row['expected']}")
def test_a_snils_gets_the_verdict_of_its_vector(row: dict[str, str]) -> None:
    assert snils_verdict(row["value"]) == row["expected"]


@pytest.mark.parametrize("row", rows("people.csv"), ids=lambda row: row["enp"])
def test_numbers_of_the_invented_people_agree_with_them(row: dict[str, str]) -> None:
    born = date.fromisoformat(row["dr"])
    assert facet(int(row["w"]), born) == row["enp_facet"]
    assert facet_agrees(row["enp"], int(row["w"]), born)
    assert not facet_agrees(row["enp"], 3 - int(row["w"]), born)
    assert make_enp(row["enp"][:2], int(row["enp"][10:15]), int(row["w"]), born) == row["enp"]
    assert snils_verdict(row["snils"]) in {SnilsVerdict.VALID, SnilsVerdict.EMPTY}


@given(st.text(DIGITS, min_size=15, max_size=15))
def test_the_quick_check_digit_equals_the_published_rule(first15: str) -> None:
    assert check_digit(first15) == check_digit_as_published(first15)


@given(
    st.integers(0, 99_999),
    st.sampled_from((1, 2)),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 15),
    st.integers(1, 9),
)
def test_one_wrong_digit_of_an_enp_is_always_seen(serial: int, sex: int, born: date, place: int, step: int) -> None:
    enp = make_enp("63", serial, sex, born)
    assert enp_verdict(enp) is EnpVerdict.VALID
    assert facet_agrees(enp, sex, born)
    wrong = enp[:place] + str((int(enp[place]) + step) % 10) + enp[place + 1 :]
    assert enp_verdict(wrong) is EnpVerdict.CHECK_DIGIT


@given(st.integers(1_001_999, 999_999_999))
def test_every_accepted_spelling_of_a_snils_reads_as_one_number(first: int) -> None:
    number = f"{first:09d}{check_digits(f'{first:09d}')}"
    printed = format_snils(number)
    hyphens = printed.replace(" ", "-")
    assert {snils_digits(number), snils_digits(printed), snils_digits(hyphens)} == {number}
    assert {snils_verdict(number), snils_verdict(printed), snils_verdict(hyphens)} == {SnilsVerdict.VALID}
    wrong = f"{number[:9]}{(int(number[9:]) + 1) % 100:02d}"
    assert snils_verdict(wrong) is SnilsVerdict.CHECK_DIGIT


def test_a_snils_with_separators_in_wrong_places_is_not_read() -> None:
    assert snils_digits("1122-33-445 95") is None
    assert snils_verdict("1122-33-445 95") is SnilsVerdict.CHARACTERS
    assert snils_verdict("112-233-445 9A") is SnilsVerdict.CHARACTERS


@given(st.text())
def test_no_text_breaks_the_checks_of_numbers(text: str) -> None:
    assert enp_verdict(text) in EnpVerdict
    assert snils_verdict(text) in SnilsVerdict
    assert check_digit(text) in range(-1, 10)
    assert not facet_agrees(text, 1, date(1984, 3, 5)) or text.strip()[2:10] == "56510844"
    assert format_snils(text) is not None


def test_a_serial_or_a_fund_code_out_of_range_makes_no_enp() -> None:
    for code, serial in (("63", 100_000), ("63", -1), ("6", 0), ("6A", 0)):
        with pytest.raises(ValueError, match="fund code"):
            make_enp(code, serial, 1, date(1984, 3, 5))
