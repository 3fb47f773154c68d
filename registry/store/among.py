"""Conditions "is one of these many values" in statements that are built once and used for any number of values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def among_ids(dialect: str, column: ColumnElement[Any] | InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """The condition that a column of whole numbers is among the values of the parameter."""
    if dialect == "postgresql":
        return column == func.any(bindparam(name, type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value))


def among_bytes(
    dialect: str, column: ColumnElement[Any] | InstrumentedAttribute[Any], name: str
) -> ColumnElement[bool]:
    """The condition that a column of bytes is among the values of the parameter."""
    if dialect == "postgresql":
        return column == func.any(bindparam(name, type_=ARRAY(LargeBinary)))
    given = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(func.from_hex(given.c.value)))


def ids_parameter(dialect: str, values: Sequence[int]) -> Any:
    """The value of a parameter of ``among_ids``."""
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def bytes_parameter(dialect: str, values: Sequence[bytes]) -> Any:
    """The value of a parameter of ``among_bytes``."""
    return list(values) if dialect == "postgresql" else json.dumps([value.hex() for value in values])
