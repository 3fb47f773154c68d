"""Every setting is described for the screen, and a value typed there has the type of its default."""

import pytest

from registry.exchange.option_texts import DESCRIBED, GROUPS, described, read, written
from registry.exchange.options import DEFAULTS


def test_every_setting_is_described_once_and_nothing_else_is() -> None:
    assert set(DESCRIBED) == {name.partition(".")[0] for name in DEFAULTS}
    assert {one.group for one in DESCRIBED.values()} == set(GROUPS)


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_a_default_can_be_typed_as_it_is_shown(name: str) -> None:
    assert read(name, written(DEFAULTS[name])) == DEFAULTS[name]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("backup_hours", "часто", "число"),
        ("backup_keep", "1.5", "целое число"),
        ("backup_keep", "-1", "не меньше нуля"),
        ("strict_files", "наверное", "да или нет"),
        ("attachment_year", "fiscal", "одно из"),
        ("holidays", "2026-01-01", "список JSON"),
        ("district_norm", "[]", "объект JSON"),
    ],
)
def test_a_value_of_another_sort_is_refused(name: str, text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        read(name, text)
    assert described(name).title
