"""Conditions "is one of these many values" in statements that are built once and used for any number of values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def among_ids(dialect: str, column: Column, name: str) -> ColumnElement[bool]:
    """The condition that a column of whole numbers is among the values of the parameter."""
    given = bindparam(name, type_=Text)
    if dialect == "postgresql":
        return column == func.any(cast(given, ARRAY(BigInteger)))
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def among_bytes(dialect: str, column: Column, name: str) -> ColumnElement[bool]:
    """The condition that a column of bytes is among the values of the parameter."""
    given = bindparam(name, type_=Text)
    if dialect == "postgresql":
        return column == func.any(cast(given, ARRAY(LargeBinary)))
    return column.in_(select(func.from_hex(func.json_each(given).table_valued("value").c.value)))


def ids_parameter(dialect: str, values: Sequence[int]) -> str:
    """The value of a parameter of ``among_ids``: one text, which PostgreSQL reads quicker than thousands of numbers."""
    if dialect == "postgresql":
        return "{" + ",".join(map(str, values)) + "}"
    return json.dumps(list(values))


def bytes_parameter(dialect: str, values: Sequence[bytes]) -> str:
    """The value of a parameter of ``among_bytes``, one text too."""
    if dialect == "postgresql":
        return "{" + ",".join([f'"\\\\x{value.hex()}"' for value in values]) + "}"
    return json.dumps([value.hex() for value in values])
