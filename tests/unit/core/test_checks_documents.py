"""Masks and ages of identity documents; letters and numbers of policies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.checks.documents import (
    AgeVerdict,
    DocumentVerdict,
    age_rule,
    display_series,
    document_type,
    document_verdict,
    join_document,
    mask_matcher,
    roman_series,
    split_document,
)
from registry.core.checks.f011 import DOCUMENT_TYPES, DocumentType
from registry.core.checks.policies import (
    DCX_OF,
    F008_OF,
    OF_DCX,
    OF_F008,
    OF_SMO,
    SMO_OF,
    PolicyType,
    PolicyVerdict,
    policy_verdict,
    read_policy_type,
)


def test_the_list_has_all_rows_of_f011_and_one_is_no_identity_document() -> None:
    assert sorted(DOCUMENT_TYPES) == [*range(1, 19), *range(20, 26), 30]
    assert [row.code for row in DOCUMENT_TYPES.values() if not row.identity] == [30]
    assert [row.code for row in DOCUMENT_TYPES.values() if row.expires] == [11, 12, 23, 25]


@pytest.mark.parametrize(
    ("code", "series", "number", "verdict"),
    [
        (14, "14 99", "123456", "valid"),
        (14, "1499", "123456", "valid"),
        ("14", " 1 499 ", "123456", "valid"),
        (14, "14-99", "123456", "series_mask"),
        (14, "14 9", "123456", "series_mask"),
        (14, "14 99", "12345", "number_mask"),
        (14, "14 99", "", "number_mask"),
        (3, "II-СН", "123456", "valid"),
        (3, "IIСН", "123456", "valid"),
        (3, "1У-СН", "123456", "valid"),
        (3, "ХII-CH", "123456", "valid"),
        (3, "IIII-СН", "123456", "series_mask"),
        (3, "СН", "123456", "series_mask"),
        (7, "АБ", "123456", "valid"),
        (7, "АБ", "1234567", "valid"),
        (7, "АБ", "12345678", "number_mask"),
        (7, "AB", "123456", "series_mask"),
        (9, "", "1", "valid"),
        (9, "ABCDEFGH", "1234567890", "valid"),
        (9, "ABCDEFGHI", "1", "series_mask"),
        (9, "", "12345678901", "number_mask"),
        (30, "", "123456789012", "valid"),
        (30, "А", "1", "series_mask"),
        (19, "", "1", "unknown_type"),
        (None, "14 99", "123456", "unknown_type"),
        ("паспорт", "14 99", "123456", "unknown_type"),
    ],
)
def test_a_document_gets_the_verdict_of_its_masks(
    code: int | str | None, series: str, number: str, verdict: str
) -> None:
    assert document_verdict(code, series, number) == verdict


def test_a_newer_edition_of_the_list_replaces_the_built_in_one() -> None:
    newer = {14: DocumentType(14, "Паспорт", "99 99", "9999999")}
    assert document_verdict(14, "14 99", "1234567", newer) is DocumentVerdict.VALID
    assert document_verdict(3, "II-СН", "123456", newer) is DocumentVerdict.UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("code", "series", "shown"),
    [
        (14, "1499", "14 99"),
        (3, "1усн", "IV-СН"),
        (1, "Х1Х-AE", "XIX-АЕ"),
        (15, " 71 ", "71"),
        (4, "аб", "АБ"),
        (14, "14А9", "14А9"),
        (99, " ab ", "ab"),
    ],
)
def test_a_series_is_shown_as_its_mask_prints_it(code: int, series: str, shown: str) -> None:
    assert display_series(code, series) == shown


@given(st.integers(1, 199), st.sampled_from(("СН", "ЕР", "ЯД", "УХ")), st.booleans(), st.booleans())
def test_every_spelling_of_a_roman_series_becomes_one(number: int, letters: str, hyphen: bool, own: bool) -> None:
    numeral = roman(number)
    typed = numeral.translate(str.maketrans("IVXC", "1УХС")) if own else numeral
    assert roman_series(f"{typed}{'-' if hyphen else ''}{letters.lower()}") == f"{numeral}-{letters}"


@given(st.one_of(st.none(), st.integers(), st.text()), st.text(), st.text())
def test_no_text_breaks_the_checks_of_documents(code: int | str | None, series: str, number: str) -> None:
    assert document_verdict(code, series, number) in DocumentVerdict
    shown = display_series(code, series)
    assert display_series(code, shown) == shown
    assert split_document(join_document(series, number)) is not None
    assert (document_type(code) is None) == (document_verdict(code, series, number) is DocumentVerdict.UNKNOWN_TYPE)


def test_a_document_in_one_field_is_split_at_the_spaced_number_sign_only() -> None:
    assert split_document("14 99 № 123456") == ("14 99", "123456")
    assert split_document("14 99 №123456") == ("", "14 99 №123456")
    assert split_document(" 123456 ") == ("", "123456")
    assert join_document("II-СН", "123456") == "II-СН № 123456"
    assert join_document("", "123456") == "123456"


def test_literals_of_a_mask_stand_for_themselves() -> None:
    assert mask_matcher("9.9-(0)").fullmatch("1.2-()")
    assert not mask_matcher("9.9").fullmatch("1x2")


def test_a_passport_begins_at_14_and_a_birth_certificate_serves_a_month_longer() -> None:
    born = date(2010, 1, 31)
    birthday = date(2024, 1, 31)
    assert age_rule(14, born, birthday - timedelta(days=1)) is AgeVerdict.TOO_YOUNG
    assert age_rule(14, born, birthday) is AgeVerdict.FITS
    assert age_rule(3, born, date(2024, 2, 29)) is AgeVerdict.FITS
    assert age_rule(3, born, date(2024, 3, 1)) is AgeVerdict.TOO_OLD
    assert age_rule(24, born, date(2024, 3, 1)) is AgeVerdict.TOO_OLD
    assert age_rule(9, born, birthday) is AgeVerdict.FITS
    assert age_rule(99, born, birthday) is AgeVerdict.FITS


@given(st.sampled_from(sorted(DOCUMENT_TYPES)), st.dates(), st.dates())
def test_no_date_breaks_the_age_rule(code: int, born: date, on: date) -> None:
    assert age_rule(code, born, on) in AgeVerdict


@pytest.mark.parametrize(("latin", "own"), [*zip("CBEKMX", "СВЕКМХ", strict=True)])
def test_a_latin_look_alike_of_a_policy_letter_is_converted_and_reported(latin: str, own: str) -> None:
    assert read_policy_type(latin) == (PolicyType(own), True)
    assert read_policy_type(f" {own.lower()} ") == (PolicyType(own), False)


def test_letters_without_a_policy_are_not_read() -> None:
    for text in ("", "П1", "Я", "P", "1"):
        assert read_policy_type(text) == (None, False)


def test_every_letter_has_a_code_in_each_list_and_the_codes_read_back() -> None:
    assert "".join(f"{kind}{code}" for kind, code in F008_OF.items()) == "С1В2Е2П3Э3К3Ц3Х3М3"
    for there, back in ((F008_OF, OF_F008), (DCX_OF, OF_DCX), (SMO_OF, OF_SMO)):
        assert set(there) == set(PolicyType)
        assert set(there.values()) == set(back)
        assert all(there[kind] == code for code, kind in back.items())


def test_the_lists_of_insurers_and_of_the_service_count_differently() -> None:
    assert (SMO_OF[PolicyType.OLD], DCX_OF[PolicyType.OLD]) == (4, 1)
    assert (SMO_OF[PolicyType.UEC], DCX_OF[PolicyType.UEC]) == (3, 5)


@pytest.mark.parametrize(
    ("letter", "series", "number", "verdict"),
    [
        ("П", "", "1456510844000443", "valid"),
        ("Ц", "", "1456510844000444", "enp"),
        ("Э", "", "", "number_absent"),
        ("В", "", "012345678", "valid"),
        ("В", "", "12345678", "certificate_number"),
        ("Е", "", "12345678А", "certificate_number"),
        ("Е", "63", "123456789", "certificate_series"),
        ("С", "63-АБ", "000123", "valid"),
        ("С", "63-АБ", "", "number_absent"),
        ("C", "", "1", "valid"),
        ("Ж", "", "1", "unknown_type"),
        (None, "", "1", "unknown_type"),
    ],
)
def test_a_policy_gets_the_verdict_of_its_type(letter: str | None, series: str, number: str, verdict: str) -> None:
    assert policy_verdict(letter, series, number) == verdict


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_the_checks_of_policies(letter: str, series: str, number: str) -> None:
    assert policy_verdict(letter, series, number) in PolicyVerdict


def roman(number: int) -> str:
    parts = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for value, letters in parts:
        count, number = divmod(number, value)
        text += letters * count
    return text
