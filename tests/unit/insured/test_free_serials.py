"""Serials of new ЕНПs: never one that is taken, the next one as long as there is a next one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.checks.enp import SERIALS, EnpVerdict, enp_verdict, facet_agrees, make_enp, territory
from registry.core.errors import Permanent
from registry.insured.operations.people.register import next_free

TAKEN = st.sets(st.integers(0, SERIALS - 1), max_size=60)


@given(TAKEN)
def test_a_free_serial_is_not_taken_and_follows_the_greatest_while_it_can(taken: set[int]) -> None:
    serial = next_free(taken)
    assert serial not in taken
    assert 0 <= serial < SERIALS
    assert SERIALS - 1 in taken or serial == max(taken, default=-1) + 1


@given(TAKEN, st.sampled_from([1, 2]), st.dates(date(1900, 1, 1), date(2026, 12, 31)))
def test_the_number_made_of_it_is_right_and_tells_whose_it_is(taken: set[int], sex: int, born: date) -> None:
    number = make_enp("63", next_free(taken), sex, born)
    assert enp_verdict(number) is EnpVerdict.VALID
    assert facet_agrees(number, sex, born)
    assert territory(number) == "63"


def test_a_full_facet_is_told_and_never_doubled() -> None:
    with pytest.raises(Permanent):
        next_free(set(range(SERIALS)))
