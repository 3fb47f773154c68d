"""Search keys: what they are made of, which values are combined, and what the index of keys must be able to find."""

from datetime import date
from typing import Any

import pytest

from registry.insured.keys import (
    DEFINITIONS,
    INDEXED,
    KeyHasher,
    KeyKind,
    NamesPiece,
    Part,
    PersonPieces,
    Piece,
    document_number_key,
    keys_of,
    policy_class,
    policy_number_key,
)
from registry.store.base import OPEN_DATE

HASHER = KeyHasher(b"s" * 32)
EARLY, WEDDING, LATER = date(2010, 1, 1), date(2021, 6, 12), date(2021, 7, 1)
EVE = date(2021, 6, 11)


def names(surname: str, since: date = EARLY, until: date = OPEN_DATE, patronymic: str = "АРКАДЬЕВНА") -> NamesPiece:
    return NamesPiece(surname, "ЗОЯ", patronymic, "19491231", "Г.ЯКУТСК", since, until)


def kinds(pieces: PersonPieces) -> list[int]:
    return sorted(row.kind for row in keys_of(pieces, HASHER))


def test_a_person_with_one_of_everything_has_one_key_of_each_indexed_kind() -> None:
    pieces = PersonPieces(
        [names("ЛЕДНЕВА")],
        [Piece("1467050868000018", EARLY, OPEN_DATE)],
        [Piece("11223344595", EARLY, OPEN_DATE)],
        [Piece("1499123456", EARLY, OPEN_DATE)],
        [Piece("123456789", EARLY, OPEN_DATE)],
    )
    assert kinds(pieces) == sorted(definition.kind for definition in INDEXED)


def test_former_and_current_values_are_combined_but_two_former_ones_that_never_met_are_not() -> None:
    pieces = PersonPieces(
        names=[
            names("ЛЕДНЕВА", until=EVE),
            names("САХАРОВА", WEDDING, date(2023, 1, 1)),
            names("ИВАНОВА", date(2023, 1, 2)),
        ],
        documents=[Piece("OLD", EARLY, EVE), Piece("NEW", LATER, OPEN_DATE)],
    )
    rows = {row.hash: row for row in keys_of(pieces, HASHER) if row.kind == KeyKind.K3}
    assert len(rows) == 2  # the birth date never changed, so each document gives one key
    old = rows[HASHER("K3|OLD|19491231")]
    assert old.valid_to == EVE


def test_a_former_surname_keeps_its_key_with_the_day_it_ended() -> None:
    pieces = PersonPieces(names=[names("ЛЕДНЕВА", until=EVE), names("САХАРОВА", WEDDING)])
    found = {row.hash: row.valid_to for row in keys_of(pieces, HASHER)}
    assert found == {
        HASHER("H18|ЛЕДНЕВА|ЗОЯ|АРКАДЬЕВНА|19491231"): EVE,
        HASHER("H18|САХАРОВА|ЗОЯ|АРКАДЬЕВНА|19491231"): OPEN_DATE,
    }


def test_a_value_that_comes_back_has_one_key_from_its_first_day_to_its_last() -> None:
    pieces = PersonPieces(enps=[Piece("1", EARLY, EVE), Piece("1", LATER, OPEN_DATE)])
    assert [(row.valid_from, row.valid_to) for row in keys_of(pieces, HASHER)] == [(EARLY, OPEN_DATE)]


def test_an_absent_patronymic_is_an_empty_part_and_never_equals_a_present_one() -> None:
    with_one = keys_of(PersonPieces(names=[names("САХАРОВА")]), HASHER)
    without = keys_of(PersonPieces(names=[names("САХАРОВА", patronymic="")]), HASHER)
    assert without[0].hash == HASHER("H18|САХАРОВА|ЗОЯ||19491231")
    assert with_one[0].hash != without[0].hash


@pytest.mark.parametrize("missing", ["surname", "first_name", "birth_date"])
def test_any_other_absent_part_makes_the_names_key_impossible(missing: str) -> None:
    absent: dict[str, Any] = {missing: ""}
    pieces = PersonPieces(names=[names("САХАРОВА")._replace(**absent)])
    assert KeyKind.H18 not in kinds(pieces)


def test_keys_depend_on_the_secret() -> None:
    assert KeyHasher(b"a" * 32)("K1|1") != KeyHasher(b"b" * 32)("K1|1")
    assert len(HASHER("K1|1")) == 16


def test_a_secret_too_short_to_protect_is_refused() -> None:
    with pytest.raises(ValueError, match="16 to 64"):
        KeyHasher(b"short")


def test_every_kind_that_decides_is_found_through_the_index() -> None:
    """Ranks 1 to 5 of clause 9.2: sets with the birthplace count only together with the birth date."""
    stored = [definition.mask for definition in INDEXED]
    for definition in DEFINITIONS.values():
        if definition.kind in (KeyKind.K5, KeyKind.H17):
            continue
        deciding = definition.mask | Part.BIRTH_DATE if definition.mask & Part.BIRTH_PLACE else definition.mask
        assert any(deciding & mask == mask for mask in stored), definition.code


@pytest.mark.parametrize(
    ("series", "number", "key"),
    [
        ("14 99", "123456", "1499123456"),
        ("1499", "123456", "1499123456"),
        ("1У-сн", "404872", "IV-СН404872"),
        ("", "77", "77"),
        ("XI-ДН", "404872", "XI-ДН404872"),
        ("", "XI-ДН 404872", "XI-ДН404872"),
        ("", "11сн404872", "II-СН404872"),
        ("", "1У-сн №404872", "IV-СН404872"),
        ("", "14 99 123456", "1499123456"),
        ("", "АВ 1234567", "АВ1234567"),
        ("AB", "1234567", "АВ1234567"),
    ],
)
def test_spellings_of_one_document_have_one_key(series: str, number: str, key: str) -> None:
    assert document_number_key(series, number) == key


@pytest.mark.parametrize(
    ("series", "number"), [("63-24", "81185762"), ("63-24 ", "№ 81185762"), ("", "63-24 № 81185762")]
)
def test_spellings_of_one_old_policy_have_one_key(series: str, number: str) -> None:
    assert policy_number_key(series, number) == "63-2481185762"


@pytest.mark.parametrize(("letter", "expected"), [("П", 3), ("C", 1), ("Е", 2), ("3", 3), ("?", 0), ("", 0)])
def test_letters_and_digits_of_policy_types_fall_into_the_classes_of_f008(letter: str, expected: int) -> None:
    assert policy_class(letter) == expected
