"""Ranges of numbers: nothing is lost and nothing counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from registry.insured.blanks.rules import Range, Taken, first_of, gap, is_range, without

RANGES = st.tuples(st.integers(1, 60), st.integers(0, 15)).map(lambda pair: Range(pair[0], sum(pair)))


def numbers(ranges: list[Range]) -> list[int]:
    return [number for one in ranges for number in range(one.first, one.last + 1)]


@given(RANGES, st.lists(RANGES, max_size=6))
def test_what_is_left_and_what_is_taken_make_the_whole(whole: Range, taken: list[Range]) -> None:
    left = numbers(without(whole, taken))
    assert left == sorted(set(numbers([whole])) - set(numbers(taken)))


@given(st.lists(RANGES, max_size=12))
def test_no_number_is_taken_twice(ranges: list[Range]) -> None:
    taken = Taken()
    accepted: list[Range] = []
    for one in ranges:
        fits = not set(numbers([one])) & set(numbers(accepted))
        assert taken.add(one) is fits
        accepted += [one] if fits else []


@given(st.lists(RANGES, min_size=1, max_size=6), st.integers(0, 100))
def test_the_first_numbers_are_as_many_as_wanted(ranges: list[Range], quantity: int) -> None:
    assert numbers(first_of(ranges, quantity)) == numbers(ranges)[:quantity]


def test_a_gap_between_portions_is_named() -> None:
    assert gap([Range(1, 5), Range(8, 9)]) == Range(6, 7)
    assert gap([Range(6, 9), Range(1, 5)]) is None


def test_a_range_goes_upwards_and_fits_a_box() -> None:
    assert is_range(1, 1)
    assert not is_range(2, 1)
    assert not is_range(0, 5)
    assert not is_range(1, 2_000_000)
