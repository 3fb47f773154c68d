"""ЕНП, the single number of a policy: 16 digits with a facet and a check digit (insured.md 3.1)."""

from datetime import date
from enum import StrEnum
from functools import lru_cache

from registry.core.checks.alphabet import is_digits

LENGTH = 16
MALE = 1
SERIALS = 100_000

# The digits of twice a number sum up to 2d − 9 for every digit d ≥ 5 (the carry) and to 2d for the others.
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_SINGLE = bytes.maketrans(b"0123456789", bytes(range(10)))
_NINE_MINUS = str.maketrans("0123456789", "9876543210")


class EnpVerdict(StrEnum):
    """What is wrong with an ЕНП, the first thing only."""

    VALID = "valid"
    EMPTY = "empty"
    ZEROS = "zeros"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"


def check_digit(first15: str) -> int:
    """The 16th digit that belongs to these 15, or -1 (equal to no digit) for a text that is not 15 digits."""
    if len(first15) != LENGTH - 1 or not is_digits(first15):
        return -1
    digits = first15.encode("ascii")
    return -(sum(digits[::2].translate(_DOUBLED)) + sum(digits[1::2].translate(_SINGLE))) % 10


@lru_cache(maxsize=1 << 13)
def facet(sex: int, birth_date: date) -> str:
    """The eight digits of an ЕНП that encode sex and birth date; `sex` is V005 (1 male, 2 female)."""
    year = birth_date.year
    month = birth_date.month + (20 if year <= 1950 else 40 if year <= 2000 else 0)
    day = birth_date.day + (50 if sex == MALE else 0)
    return f"{month:02d}{f'{year:04d}'[::-1]}{day:02d}".translate(_NINE_MINUS)


def enp_verdict(text: str) -> EnpVerdict:
    """The verdict on a number as it was received; blanks around it are ignored."""
    number = text.strip()
    if not number:
        return EnpVerdict.EMPTY
    if not is_digits(number):
        return EnpVerdict.CHARACTERS
    if len(number) != LENGTH:
        return EnpVerdict.LENGTH
    if number == "0" * LENGTH:
        return EnpVerdict.ZEROS
    if check_digit(number[:15]) != int(number[15]):
        return EnpVerdict.CHECK_DIGIT
    return EnpVerdict.VALID


def facet_agrees(enp: str, sex: int, birth_date: date) -> bool:
    """True when the number was made for this sex and birth date; a corrected person may keep a number that was not."""
    return enp.strip()[2:10] == facet(sex, birth_date)


def territory(enp: str) -> str:
    """Code of the fund that issued the number (F001 `tf_kod`): its first two digits."""
    return enp.strip()[:2]


def make_enp(tf_code: str, serial: int, sex: int, birth_date: date) -> str:
    """A right ЕНП of the fund; `serial` is 0…99999, anything else is a mistake of the caller."""
    if not 0 <= serial < SERIALS or len(tf_code) != 2 or not is_digits(tf_code):
        raise ValueError("An ЕНП needs a fund code of two digits and a serial of five.")
    first15 = f"{tf_code}{facet(sex, birth_date)}{serial:05d}"
    return f"{first15}{check_digit(first15)}"
