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
from sqlalchemy.types import TypeEngine


def _reading(name: str, kind: TypeEngine[Any], postgresql: str, sqlite: str) -> type[FunctionElement[Any]]:
    """A function of SQL that each database writes in its own way; its arguments stand where ``{0}`` does."""
    made = type(name, (FunctionElement,), {"name": name, "type": kind, "inherit_cache": True})
    for dialect, written in (("postgresql", postgresql), ("sqlite", sqlite)):

        def write(element: Any, compiler: Any, *, written: str = written, **options: Any) -> str:
            return written.format(compiler.process(element.clauses, **options))

        compiles(made, dialect)(write)
    return made


_MONTH_AND_DAY = "(CAST(date_part('month', {0}) * 100 + date_part('day', {0}) AS smallint))"

year = _reading("year", Integer(), "(CAST(date_part('year', {0}) AS smallint))", "substr({0}, 1, 4)")
#: The day within the year, comparable with another one only.
month_and_day = _reading("month_and_day", Integer(), _MONTH_AND_DAY, "substr({0}, 6, 5)")
last_six = _reading("last_six", String(), '"right"({0}, 6)', "substr({0}, -6)")
#: The text with letters read as others, or as none; see ``letters_as``.
translated = _reading("translated", String(), "translate({0})", "translated({0})")


class said_once(FunctionElement[Any]):  # noqa: N801 - used as functions of SQL are
    """The text with each of these letters written once where it stands twice; the letters are a literal."""

    name = "said_once"
    type = String()
    inherit_cache = True


@compiles(said_once, "sqlite")
def _by_name(element: Any, compiler: Any, **options: Any) -> str:
    return f"said_once({compiler.process(element.clauses, **options)})"


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
