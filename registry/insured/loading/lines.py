"""Lines of the people CSV: read strictly, every wrong value named with its line, column and what was expected."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self, TypeVar

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.insured.loading.values import (
    WrongValue,
    read_code,
    read_day,
    read_document_type,
    read_enp,
    read_method,
    read_number,
    read_policy_letter,
    read_sex,
    read_snils,
    read_text,
)

COLUMNS = (
    "person_key enp surname first_name patronymic birth_date sex birth_place snils doc_type doc_series doc_number "
    "doc_issued_on policy_type policy_series policy_number insurer_code insured_from insured_to clinic_code "
    "attached_on detached_on attachment_method district_code doctor_snils died_on"
).split()


class IdentityPart(NamedTuple):
    """Who the person is, in one line; ``None`` and empty mean unknown."""

    enp: str
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int
    birth_place: str
    snils: str
    doc_type: int | None
    doc_series: str
    doc_number: str
    doc_issued_on: date | None


class CoverPart(NamedTuple):
    """Policy and insurer of one line."""

    policy_type: str
    policy_series: str
    policy_number: str
    insurer_code: str
    insured_from: date | None
    insured_to: date | None


class ClinicPart(NamedTuple):
    """Attachment of one line."""

    clinic_code: str
    attached_on: date | None
    detached_on: date | None
    method: str
    district_code: str
    doctor_snils: str


class Line(NamedTuple):
    """One good line; parts equal to those of the line before are the same objects."""

    number: int
    person_key: str
    identity: IdentityPart
    cover: CoverPart
    clinic: ClinicPart
    died_on: date | None


class LineProblem(NamedTuple):
    """Why a line was not loaded."""

    line: int
    column: str
    value: str
    expected: str


_IDENTITY, _COVER, _CLINIC, _DIED = slice(1, 13), slice(13, 19), slice(19, 25), 25
_READERS: tuple[Callable[[str], Any], ...] = (
    read_number(36, required=True),
    read_enp,
    read_text(60),
    read_text(60),
    read_text(60),
    read_day(required=True),
    read_sex,
    read_text(250),
    read_snils,
    read_document_type,
    read_number(20),
    read_number(30),
    read_day(),
    read_policy_letter,
    read_number(20),
    read_number(30),
    read_code(5),
    read_day(),
    read_day(),
    read_code(6),
    read_day(),
    read_day(),
    read_method,
    read_number(20),
    read_snils,
    read_day(),
)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
PartType = TypeVar("PartType", IdentityPart, CoverPart, ClinicPart)


@dataclass(slots=True)
class LineReader:
    """Turns rows of text into lines; parts repeated from the row before are not checked again."""

    _row: Sequence[str] = ()
    _line: Line | None = None

    def read(self, number: int, row: Sequence[str]) -> Line | LineProblem:
        """The line, or the first thing that is wrong with it."""
        if len(row) != len(COLUMNS):
            return LineProblem(number, "", f"значений: {len(row)}", f"значений: {len(COLUMNS)}")
        before, line = self._row, self._line
        try:
            if line is not None and before[0] == row[0]:
                identity = line.identity if before[_IDENTITY] == row[_IDENTITY] else self._identity(row)
                cover = line.cover if before[_COVER] == row[_COVER] else self._part(CoverPart, _COVER, row)
                clinic = line.clinic if before[_CLINIC] == row[_CLINIC] else self._part(ClinicPart, _CLINIC, row)
                key = line.person_key
            else:
                key = self._value(0, row)
                identity = self._identity(row)
                cover = self._part(CoverPart, _COVER, row)
                clinic = self._part(ClinicPart, _CLINIC, row)
            died_on = self._value(_DIED, row) if row[_DIED] else None
            read = Line(number, key, identity, cover, clinic, died_on)
            _check_order(read)
        except WrongValue as wrong:
            return LineProblem(number, wrong.column, wrong.value, wrong.expected)
        self._row, self._line = row, read
        return read

    def _identity(self, row: Sequence[str]) -> IdentityPart:
        identity = self._part(IdentityPart, _IDENTITY, row)
        if not identity.surname and not identity.first_name:
            raise WrongValue("", "фамилия или имя", "surname")
        if identity.doc_type is None and identity.doc_number:
            raise WrongValue("", "код F011 при заполненном номере документа", "doc_type")
        return identity

    def _part(self, part: type[PartType], places: slice, row: Sequence[str]) -> PartType:
        try:
            return part._make([read(value) for read, value in zip(_READERS[places], row[places], strict=True)])
        except WrongValue:
            for place in range(places.start, places.stop):
                self._value(place, row)
            raise

    def _value(self, place: int, row: Sequence[str]) -> Any:
        try:
            return _READERS[place](row[place])
        except WrongValue as wrong:
            wrong.column = COLUMNS[place]
            raise


def _check_order(line: Line) -> None:
    born, cover, clinic, died = line.identity.birth_date, line.cover, line.clinic, line.died_on
    pairs = (
        ("insured_to", cover.insured_from, cover.insured_to, "не раньше insured_from"),
        ("detached_on", clinic.attached_on, clinic.detached_on, "не раньше attached_on"),
        ("died_on", born, died, "не раньше birth_date"),
        ("insured_from", born, cover.insured_from, "не раньше birth_date"),
        ("attached_on", born, clinic.attached_on, "не раньше birth_date"),
    )
    for column, earlier, later, expected in pairs:
        if earlier is not None and later is not None and later < earlier:
            raise WrongValue(later.isoformat(), expected, column)


class PeopleFile:
    """An open people CSV that knows how far it has been read."""

    def __init__(self, path: Path) -> None:
        self.total_bytes = path.stat().st_size
        self._raw: BinaryIO = path.open("rb")
        self._text = TextIOWrapper(self._raw, encoding="utf-8-sig", errors="replace", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    @property
    def done_bytes(self) -> int:
        """Bytes read so far, read-ahead included."""
        return self._raw.tell()

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Rows after the header with their line numbers, values in the order of ``COLUMNS``."""
        rows = csv.reader(self._text, delimiter=";")
        header = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            names = ", ".join(missing)
            raise Permanent(
                FindingCode.COLUMN_ABSENT, f"В файле людей нет обязательных столбцов: {names}", expected=names
            )
        width = len(header)
        pick = itemgetter(*(header.index(name) for name in COLUMNS)) if header != COLUMNS else None
        for row in rows:
            if row:
                yield rows.line_num, list(pick(row)) if pick is not None and len(row) == width else row
