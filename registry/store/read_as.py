"""What a column is read as in a block of candidates: parts of dates, ends of numbers, letters; alike on both databases.

Each is an expression an index can be made over: no column beside the value itself has to be kept in step with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class year(FunctionElement[Any]):  # noqa: N801 - used as functions of SQL are
    """The year of a date."""

    name = "year"
    type = Integer()
    inherit_cache = True


class month_and_day(FunctionElement[Any]):  # noqa: N801
    """The day within the year, comparable with another one only."""

    name = "month_and_day"
    type = Integer()
    inherit_cache = True


class last_six(FunctionElement[Any]):  # noqa: N801
    """The last six characters of a text."""

    name = "last_six"
    type = String()
    inherit_cache = True


@compiles(year, "postgresql")
def _year(element: Any, compiler: Any, **options: Any) -> str:
    return f"(CAST(date_part('year', {compiler.process(element.clauses, **options)}) AS smallint))"


@compiles(year, "sqlite")
def _year_of_text(element: Any, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 4)"


@compiles(month_and_day, "postgresql")
def _month_and_day(element: Any, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"(CAST(date_part('month', {day}) * 100 + date_part('day', {day}) AS smallint))"


@compiles(month_and_day, "sqlite")
def _month_and_day_of_text(element: Any, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 6, 5)"


@compiles(last_six, "postgresql")
def _last_six(element: Any, compiler: Any, **options: Any) -> str:
    return f'"right"({compiler.process(element.clauses, **options)}, 6)'


@compiles(last_six, "sqlite")
def _last_six_of_text(element: Any, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, -6)"


class translated(FunctionElement[Any]):  # noqa: N801
    """The text with letters read as others, or as none; made by ``letters_as``."""

    name = "translated"
    type = String()
    inherit_cache = True


@compiles(translated, "postgresql")
def _translated(element: Any, compiler: Any, **options: Any) -> str:
    return f"translate({compiler.process(element.clauses, **options)})"


class said_once(FunctionElement[Any]):  # noqa: N801
    """The text with each of these letters written once where it stands twice; the letters are a literal."""

    name = "said_once"
    type = String()
    inherit_cache = True


@compiles(translated, "sqlite")
@compiles(said_once, "sqlite")
def _by_name(element: Any, compiler: Any, **options: Any) -> str:
    return f"{element.name}({compiler.process(element.clauses, **options)})"


@compiles(said_once, "postgresql")
def _said_once(element: Any, compiler: Any, **options: Any) -> str:
    text, letters = (compiler.process(clause, **options) for clause in element.clauses.clauses)
    for letter in letters.strip("'"):
        text = f"replace({text}, '{letter * 2}', '{letter}')"
    return str(text)


def letters_as(text: Any, letters: Mapping[str, str]) -> ColumnElement[Any]:
    """The text with every letter read as another one, or as none; no letter is read twice over."""
    kept = {written: read for written, read in letters.items() if read}
    written = "".join((*kept, *(letter for letter in letters if letter not in kept)))
    return translated(text, literal_column(f"'{written}'"), literal_column(f"'{''.join(kept.values())}'"))


def once(text: Any, letters: str) -> ColumnElement[Any]:
    """The text with each of these letters written once where it stands twice."""
    return said_once(text, literal_column(f"'{letters}'"))


# SQLite has neither; the engine gives its connections these.
def translate(text: str | None, written: str, read: str) -> str | None:
    """What ``translate`` of PostgreSQL gives."""
    return None if text is None else text.translate(_table(written, read))


def write_once(text: str | None, letters: str) -> str | None:
    """The text with each of the letters once where it stands twice."""
    if text is not None:
        for letter in letters:
            text = text.replace(letter * 2, letter)
    return text


@lru_cache(maxsize=64)
def _table(written: str, read: str) -> dict[int, str | None]:
    return {ord(letter): read[place : place + 1] or None for place, letter in enumerate(written)}


FUNCTIONS = {"translated": (3, translate), "said_once": (2, write_once)}
