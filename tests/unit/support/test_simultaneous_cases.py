"""Nobody is in two hospitals in the same hour."""

from datetime import date

import pytest

from registry.support.hospital.rules.simultaneous import Case, impossible_pairs

DAY, NEXT, LATER = date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 9)


@pytest.mark.parametrize(
    ("one", "other", "impossible"),
    [
        (Case("1", DAY, "10:15:00"), Case("2", DAY, "10:55:00"), True),
        (Case("1", DAY, "10:15:00"), Case("1", DAY, "10:55:00"), False),
        (Case("1", DAY, "10:15:00"), Case("2", DAY, "11:05:00"), False),
        (Case("1", DAY, "", LATER), Case("2", NEXT, "12:00", LATER), True),
        (Case("1", DAY, "", NEXT), Case("2", NEXT, "12:00", LATER), False),
        (Case("1", DAY, "10:15"), Case("2", DAY, ""), False),
        (Case("1", DAY, "в обед", LATER, "x"), Case("2", NEXT, "", LATER), True),
    ],
)
def test_cases_share_an_hour_only_when_that_is_sure(one: Case, other: Case, *, impossible: bool) -> None:
    assert bool(list(impossible_pairs([one], [other]))) is impossible
    assert bool(list(impossible_pairs([other], [one]))) is impossible
