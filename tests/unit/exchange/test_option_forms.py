"""What the value of a setting may be: reading, refusing, showing."""

from __future__ import annotations

from typing import Any

import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.options import DEFAULTS, OPTIONS, option_of
from registry.exchange.options.forms import Choice, Days, Form, Number, Numbers, Several, YearDay, YesNo
from registry.exchange.options.list import check_relations, check_value, read_value

COUNT = Number(0, 100, "раз", zero="никогда")
SHARE = Number(0, 1, whole=False)
AREAS = Numbers({"1": "терапевтический", "2": "педиатрический"}, Number(1, 9_999))


@pytest.mark.parametrize(
    ("form", "text", "value", "shown"),
    [
        (COUNT, " 15 ", 15, "15 раз"),
        (COUNT, "0", 0, "0 – никогда"),
        (SHARE, "0,25", 0.25, "0,25"),
        (Number(0, 10**6), "1 700", 1_700, "1\u202f700"),
        (YesNo(), "Да", True, "да"),
        (YesNo(), "0", False, "нет"),
        (Choice({"a": "первое", "": "ничего"}), "", "", "ничего"),
        (Several({1: "один", 2: "два"}), "2, 1", [2, 1], "два, один"),
        (Several({"POLIS": "полисы"}), "", [], "ничего"),
        (AREAS, "1 = 1700, 2=900", {"1": 1_700, "2": 900}, "терапевтический: 1\u202f700, педиатрический: 900"),
        (YearDay("всегда"), "11-01", "11-01", "01.11"),
        (YearDay("всегда"), "", "", "всегда"),
        (Days(), "2026-11-04, 2027-01-01", ["2026-11-04", "2027-01-01"], "04.11.2026, 01.01.2027"),
    ],
)
def test_a_line_of_text_is_read_kept_and_shown(form: Form, text: str, value: Any, shown: str) -> None:
    read = form.read(text)
    assert read == value
    assert type(read) is type(value)
    assert form.accepts(read)
    assert form.show(read) == shown
    assert form.read(form.write(read)) == read


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_failures", "много"),
        ("max_failures", "0"),
        ("max_failures", "2.5"),
        ("max_failures", "inf"),
        ("unreadable_share", "1,1"),
        ("unreadable_share", "nan"),
        ("insurer_until", "02-30"),
        ("insurer_until", "1-11"),
        ("insurer_until", "31.12"),
        ("strict_files", "может быть"),
        ("attachment_year", "год"),
        ("outgoing_kinds", "POLIS, POLYS"),
        ("outgoing_kinds", "POLIS, POLIS"),
        ("plan_kinds", ""),
        ("district_norm", "1=1700, 1=900"),
        ("district_norm", "7=10"),
        ("district_norm", "1"),
        ("holidays", "2026-02-30"),
        ("holidays", "2026-11-04, 2026-11-04"),
        ("holidays", "04.11.2026"),
        ("dcx_quiet_hours", "9-25"),
        ("backup_folder", " "),
        ("event_text_4", "Ошибка {value}"),
        ("event_text_4", ""),
        ("unknown_district.dcx", "drop"),
    ],
)
def test_a_wrong_value_is_refused_with_code_place_value_and_what_is_expected(name: str, text: str) -> None:
    with pytest.raises(Permanent) as caught:
        read_value(name, text)
    told = caught.value
    assert told.code == FindingCode.VALUE_MALFORMED
    assert told.place == name
    assert told.value == text.strip()
    assert told.expected
    assert told.expected in told.text
    assert OPTIONS[name.partition(".")[0]].title in told.text


@pytest.mark.parametrize("value", [True, "5", 5.0, None, [5]])
def test_a_value_of_another_type_is_refused_however_it_comes(value: object) -> None:
    with pytest.raises(Permanent):
        check_value("max_failures", value)


def test_a_name_nobody_described_is_refused() -> None:
    with pytest.raises(Permanent) as caught:
        option_of("max_failure")
    assert caught.value.code == FindingCode.BOOK_VALUE_UNKNOWN
    for name in ("max_failures.dcx", "unknown_district.nobody"):
        with pytest.raises(Permanent) as caught:
            option_of(name)
        assert caught.value.code == FindingCode.VALUE_FORBIDDEN
        assert caught.value.place == name


def test_thresholds_that_contradict_each_other_are_refused() -> None:
    check_relations(DEFAULTS, {"matching_review": 26.0})
    with pytest.raises(Permanent) as caught:
        check_relations(DEFAULTS, {"matching_review": 40.0})
    assert "не выше порога «найден»" in caught.value.expected
    check_relations(DEFAULTS, {"matching_review": 40.0, "matching_found": 50.0})
