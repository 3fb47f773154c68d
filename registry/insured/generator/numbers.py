"""Numbers for the invented population: every one is well formed and none is given to two people."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from registry.core.checks.enp import SERIALS, make_enp
from registry.core.checks.snils import check_digits, format_snils

# Steps without a common factor with the size of their range walk through the whole range before they repeat.
_SNILS_RANGE, _SNILS_STEP, _SNILS_FIRST = 100_000_000, 61_803_399, 20_000_000
_DOCTOR_FIRST = 130_000_000
_DOCUMENT_RANGE, _DOCUMENT_STEP = 1_000_000, 618_033
_SERIAL_STEP = 7_919
_CERTIFICATE_STEP, _CERTIFICATE_RANGE = 381_966_011, 1_000_000_000
_OLD_STEP, _OLD_RANGE = 38_196_601, 100_000_000

_PASSPORT_REGIONS = ("36", "36", "36", "36", "36", "36", "53", "56", "63", "73", "80", "92", "45")
_ROMANS = ("I", "II", "III", "IV", "V")
_REGISTRY_OFFICES = ("ЕР", "ЕР", "ЕР", "ЕР", "РА", "СТ", "ВЛ", "БА", "ИВ", "АГ", "МЮ")


class Paper(NamedTuple):
    """An identity document: F011 code, series as printed, number, day of issue."""

    type: int
    series: str
    number: str
    issued_on: date


class Numbers:
    """Gives out the numbers of one population; the seed moves the places where the sequences begin."""

    def __init__(self, seed: int) -> None:
        self._offset = seed * 2_654_435_761 % 1_000_000_007
        self._people = 0
        self._policies = 0
        self._serials: dict[tuple[int, date], int] = {}
        self._documents: dict[str, int] = {}

    def enp(self, fund_code: str, sex: int, born: date) -> str:
        """An ЕНП of its own: serials are counted per sex and birth date."""
        taken = self._serials.get((sex, born), 0)
        self._serials[sex, born] = taken + 1
        return make_enp(fund_code, (self._offset + born.toordinal() * 31 + taken * _SERIAL_STEP) % SERIALS, sex, born)

    def snils(self) -> str:
        """A СНИЛС of its own, as it is printed."""
        first = _SNILS_FIRST + (self._offset + self._people * _SNILS_STEP) % _SNILS_RANGE
        self._people += 1
        return _snils(first)

    def passport(self, issued_on: date) -> Paper:
        """A passport of the Russian Federation; its series tells region and year."""
        chosen = (self._offset + issued_on.toordinal()) % len(_PASSPORT_REGIONS)
        series = f"{_PASSPORT_REGIONS[chosen]} {issued_on.year % 100:02d}"
        return Paper(14, series, f"{self._next(series, 0):06d}", issued_on)

    def birth_certificate(self, issued_on: date) -> Paper:
        """A birth certificate; its series is a Roman numeral and two letters."""
        day = self._offset + issued_on.toordinal()
        series = f"{_ROMANS[day % len(_ROMANS)]}-{_REGISTRY_OFFICES[day % len(_REGISTRY_OFFICES)]}"
        return Paper(3, series, f"{self._next(series, 0):06d}", issued_on)

    def foreign(self, kind: int, issued_on: date) -> Paper:
        """A document of a foreigner: foreign passport 9, residence permit 11, foreign document 21, permit 23."""
        series = {9: "", 11: "83", 21: "", 23: "63"}[kind]
        return Paper(kind, series, f"{self._next(f'foreign{kind}', 1_000_000):07d}", issued_on)

    def certificate(self) -> str:
        """Nine digits of a temporary certificate."""
        self._policies += 1
        return f"{(self._offset + self._policies * _CERTIFICATE_STEP) % _CERTIFICATE_RANGE:09d}"

    def old_policy(self) -> str:
        """Eight digits of a policy of the old form; leading zeros happen."""
        self._policies += 1
        return f"{(self._offset + self._policies * _OLD_STEP) % _OLD_RANGE:08d}"

    def _next(self, series: str, first: int) -> int:
        taken = self._documents.get(series)
        if taken is None:
            taken = self._offset + crc32(series.encode())
        self._documents[series] = taken + _DOCUMENT_STEP
        return first + taken % _DOCUMENT_RANGE


@lru_cache(maxsize=1 << 14)
def doctor_snils(clinic_code: str, district: int) -> str:
    """The СНИЛС of the one doctor of a district; it lies outside the numbers given to the population."""
    return _snils(_DOCTOR_FIRST + int(clinic_code) * 100 + district)


def _snils(first: int) -> str:
    nine = f"{first:09d}"
    return format_snils(nine + check_digits(nine))
