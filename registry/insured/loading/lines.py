"""Lines of the people CSV: read strictly, every wrong value named with its line, column and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.insured.loading.values import (
    ColumnReader,
    WrongValue,
    read_code,
    read_day,
    read_document_type,
    read_enp,
    read_method,
    read_needed_day,
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
    """One good line."""

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
_READERS: tuple[ColumnReader, ...] = (
    read_number(36, required=True),
    read_enp,
    read_text(60),
    read_text(60),
    read_text(60),
    read_needed_day,
    read_sex,
    read_text(250),
    read_snils,
    read_document_type,
    read_number(20),
    read_number(30),
    read_day,
    read_policy_letter,
    read_number(20),
    read_number(30),
    read_code(5),
    read_day,
    read_day,
    read_code(6),
    read_day,
    read_day,
    read_method,
    read_number(20),
    read_snils,
    read_day,
)
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_ORDER = tuple(
    (_PLACES[later], _PLACES[earlier], f"не раньше {earlier}")
    for later, earlier in (
        ("insured_to", "insured_from"),
        ("detached_on", "attached_on"),
        ("died_on", "birth_date"),
        ("insured_from", "birth_date"),
        ("attached_on", "birth_date"),
    )
)
Rows = Sequence[tuple[int, Sequence[str]]]


def read_lines(rows: Rows, problems: list[LineProblem]) -> list[Line]:
    """The good lines among these rows, read a column at a time; of every other the first thing wrong is told."""
    width = len(COLUMNS)
    wrong = {
        number: LineProblem(number, "", f"значений: {len(row)}", f"значений: {width}")
        for number, row in rows
        if len(row) != width
    }
    whole = [row for row in rows if row[0] not in wrong] if wrong else rows
    lines = _read_columns(whole, wrong) if whole else []
    problems.extend(wrong[number] for number in sorted(wrong))
    return lines


def _read_columns(rows: Rows, wrong: dict[int, LineProblem]) -> list[Line]:
    numbers = [number for number, _ in rows]
    texts = list(zip(*[row for _, row in rows], strict=True))
    columns = [_column(place, texts[place], numbers, wrong) for place in range(len(COLUMNS))]
    _check_identity(columns, numbers, wrong)
    _check_order(columns, numbers, wrong)
    lines = map(
        Line,
        numbers,
        columns[0],
        map(IdentityPart._make, zip(*columns[_IDENTITY], strict=True)),
        map(CoverPart._make, zip(*columns[_COVER], strict=True)),
        map(ClinicPart._make, zip(*columns[_CLINIC], strict=True)),
        columns[_DIED],
    )
    return [line for line in lines if line.number not in wrong] if wrong else list(lines)


def _column(place: int, texts: Sequence[str], numbers: Sequence[int], wrong: dict[int, LineProblem]) -> Sequence[Any]:
    """Values of a column; where one is wrong it is ``None``, and the line has a problem."""
    read = _READERS[place]
    try:
        return read(texts)
    except WrongValue:
        values = []
        for number, text in zip(numbers, texts, strict=True):
            try:
                values.append(read((text,))[0])
            except WrongValue as bad:
                values.append(None)
                wrong.setdefault(number, LineProblem(number, COLUMNS[place], bad.value, bad.expected))
        return values


def _check_identity(columns: Sequence[Sequence[Any]], numbers: Sequence[int], wrong: dict[int, LineProblem]) -> None:
    names = ("surname", "first_name", "doc_type", "doc_number")
    told = zip(numbers, *(columns[_PLACES[name]] for name in names), strict=True)
    for number, surname, first_name, doc_type, doc_number in told:
        if not surname and not first_name:
            wrong.setdefault(number, LineProblem(number, "surname", "", "фамилия или имя"))
        elif doc_type is None and doc_number:
            needed = "код F011 при заполненном номере документа"
            wrong.setdefault(number, LineProblem(number, "doc_type", "", needed))


def _check_order(columns: Sequence[Sequence[Any]], numbers: Sequence[int], wrong: dict[int, LineProblem]) -> None:
    for later, earlier, expected in _ORDER:
        for number, end, begin in zip(numbers, columns[later], columns[earlier], strict=True):
            if end is not None and begin is not None and end < begin:
                wrong.setdefault(number, LineProblem(number, COLUMNS[later], end.isoformat(), expected))
