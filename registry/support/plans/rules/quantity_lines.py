"""Lines of the CSV with approved numbers of measures: read strictly, every wrong one named."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

COLUMNS = ("code_mo", "kind", "kind2", "year", "mnth", "quantity")
LIMITS = {"kind": (1, 99), "kind2": (0, 99), "year": (2000, 2100), "mnth": (1, 12), "quantity": (0, 10_000_000)}
LONGEST = 8
Place = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many measures of a kind a clinic (its mcod) is to hold in a month."""

    clinic_code: str
    year: int
    month: int
    event_kind: int
    second_kind: int
    quantity: int

    @property
    def place(self) -> Place:
        """What makes a number one: clinic, month and kinds."""
        return self.clinic_code, self.year, self.month, self.event_kind, self.second_kind


@dataclass(slots=True)
class ReadQuantities:
    """The numbers that were read, and a Russian sentence for every line that was not."""

    quantities: list[Quantity] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_quantities(lines: Iterable[str], clinics: Collection[str]) -> ReadQuantities:
    """Read lines with a heading, fields apart by semicolons; a clinic is one of ``clinics``, a place is given once."""
    found = ReadQuantities()
    rows = csv.reader(lines, delimiter=";")
    heading = [name.strip().lower() for name in next(rows, [])]
    if heading != list(COLUMNS):
        found.problems.append(f"строка 1: нужен заголовок {';'.join(COLUMNS)}")
        return found
    places: dict[Place, int] = {}
    for number, row in enumerate(rows, 2):
        if not any(value.strip() for value in row):
            continue
        one = _read(row, clinics)
        if isinstance(one, Quantity) and one.place in places:
            one = f"то же место уже задано в строке {places[one.place]}"
        if isinstance(one, str):
            found.problems.append(f"строка {number}: {one}")
        else:
            places[one.place] = number
            found.quantities.append(one)
    return found


def _read(row: list[str], clinics: Collection[str]) -> Quantity | str:
    if len(row) != len(COLUMNS):
        return f"дано значений {len(row)}, нужно {len(COLUMNS)}"
    values = dict(zip(COLUMNS, (value.strip() for value in row), strict=True))
    clinic = values.pop("code_mo")
    if clinic not in clinics:
        return f"code_mo: дано «{clinic}», нужен код зарегистрированной МО из 6 цифр"
    numbers: dict[str, int] = {}
    for name, text in values.items():
        least, most = LIMITS[name]
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else -1
        if not least <= number <= most:
            return f"{name}: дано «{text}», нужно целое число от {least} до {most}"
        numbers[name] = number
    return Quantity(
        clinic_code=clinic,
        year=numbers["year"],
        month=numbers["mnth"],
        event_kind=numbers["kind"],
        second_kind=numbers["kind2"],
        quantity=numbers["quantity"],
    )
