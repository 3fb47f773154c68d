"""Key forms against the vectors, and the promise that a key of a key is the key."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.core.normalisation import (
    date_key,
    digits,
    document_key,
    loose_name,
    name_key,
    place_key,
    policy_key,
)

VECTORS = Path(__file__).resolve().parents[2] / "reference" / "vectors" / "normalisation.csv"
KEYS = {"FAM": name_key, "OT": name_key, "MR": place_key}
ODD = st.text(st.sampled_from("АБЁЬЪабёйABEHKXVDLI1 11-–.,'«№_\t\xa0\u0301\u0306\u0308НХ/"), max_size=12)


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["expected"])
def test_a_value_gets_the_key_form_of_its_vector(row: dict[str, str]) -> None:
    assert KEYS[row["field"]](row["input"]) == row["expected"]


@pytest.mark.parametrize("key", [name_key, place_key, loose_name, document_key, policy_key, digits])
@given(text=st.one_of(ODD, st.text(max_size=20)))
@example(text="Ё\u0300")
@example(text="Ё" + "\u0308" * 3)
@example(text="НН")
@example(text="А-.Б")
def test_the_key_of_a_key_is_the_key(key: Callable[[str], str], text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.one_of(ODD, st.text(max_size=20)))
def test_the_key_form_does_not_depend_on_case_and_outer_blanks(text: str) -> None:
    assert name_key(f"  {text}\t") == name_key(text)
    assert name_key(text.upper()) == name_key(text)


def test_placeholders_are_absent_in_keys() -> None:
    for text in ("нет", "-", " — ", "XXX", "Без отчества", "б/о", ""):
        assert name_key(text) == ""


def test_spellings_of_one_name_have_one_loose_form() -> None:
    assert loose_name("ФИЛИППОВА-ОРЕХОВА") == loose_name("ФИЛИПОВА ОРЕХОВА")
    assert loose_name("ДАНЬШИН") == loose_name("DАН111ИН")
    assert loose_name("III") == loose_name("Ш")
    assert loose_name("VЛЬЯНОВ") == loose_name("УЛЯНОВ")
    assert loose_name("ИВАНОВ") != loose_name("ИВАНОВА")


def test_spellings_of_one_document_have_one_key() -> None:
    assert document_key("14 99") == document_key("1499") == "1499"
    for text in ("IV-СН", "1У-сн", "ivсн", "IV — CH"):
        assert document_key(text) == "IV-СН"
    assert document_key("AB 123") == document_key("АВ123")
    assert document_key("001234") == "001234"


def test_leading_zeros_of_a_policy_number_stay() -> None:
    assert policy_key(" 000123 ") == "000123"
    assert policy_key("63 – аб") == "63-АБ"


def test_numbers_keep_their_digits_only() -> None:
    assert digits("112-233-445 95") == "11223344595"
    assert digits("ЕНП 1456 5108 4400 0443") == "1456510844000443"
    assert digits("нет") == ""


def test_dates_outside_seven_centuries_are_unusable_in_keys() -> None:
    assert date_key(date(1984, 3, 5)) == "19840305"
    assert date_key(date(1800, 1, 1)) == "18000101"
    assert date_key(date(2500, 1, 1)) == "25000101"
    assert date_key(date(1799, 12, 31)) == date_key(date(2500, 1, 2)) == date_key(None) == ""
