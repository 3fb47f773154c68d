"""The packaged books of preventive care say what the contract's lists say."""

from __future__ import annotations

import pytest

from registry.reference.preventive import (
    exam_kinds,
    health_group,
    health_groups,
    is_health_group,
    required_of_direction,
    sex_of_mkb,
)


def test_every_kind_of_exam_has_its_operation_stage_and_second_stage() -> None:
    kinds = exam_kinds()
    assert {one.code for one in kinds.values() if one.programme == "exam"} == {"ОПВ", "ПН1", "ПН2"}
    seconds = {one.code: one.second for one in kinds.values() if one.second}
    assert seconds == {"ПН1": "ПН2", "ДВ4": "ДВ2", "УД1": "УД2", "ДР1": "ДР2", "ДС1": "ДС2", "ДС3": "ДС4"}
    assert all(kinds[second].stage == 2 and not kinds[second].second for second in seconds.values())
    assert kinds["ОПВ"].stage == 1


@pytest.mark.parametrize(
    ("groups", "text", "read"),
    [
        ("adult", "1", "1"),
        ("adult", "3a", "3а"),
        ("adult", "3b", "3б"),
        ("adult", "31", "3а"),
        ("adult", "32", "3б"),
        ("adult", "3", ""),
        ("adult", "4", ""),
        ("reproductive", "3", "3"),
        ("reproductive", "3а", ""),
        ("child", "IV", "4"),
        ("child", "V", "5"),
        ("child", "3а", ""),
    ],
)
def test_a_health_group_is_read_as_its_set_has_it(groups: str, text: str, read: str) -> None:
    assert health_group(groups, text) == read


def test_a_group_stands_in_the_book_when_any_set_has_it() -> None:
    assert is_health_group("3")
    assert is_health_group("V")
    assert not is_health_group("7")
    assert health_groups("adult") == ["1", "2", "3а", "3б"]


def test_directions_demand_what_their_kind_needs() -> None:
    assert required_of_direction()[3] == ("research", "service_code", "on", "clinic")
    assert sorted(required_of_direction()) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("code", "sex"),
    [("C61", 1), ("N40", 1), ("C53.9", 2), ("O80.0", 2), ("N80.1", 2), ("I10", None), ("N39.0", None), ("C64", None)],
)
def test_diagnoses_of_one_sex_are_known(code: str, sex: int | None) -> None:
    assert sex_of_mkb(code) == sex
