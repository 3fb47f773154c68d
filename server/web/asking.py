"""What addresses and forms may bring: no number that no row could have, no zero character, which PostgreSQL refuses."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1
DIGITS = 18
FORMS = frozenset(("application/x-www-form-urlencoded", "multipart/form-data"))


class RowNumber(IntegerConverter):
    """A number in a path; one that is larger than any row has leads nowhere."""

    def __init__(self, map: Map, *arguments: Any, **options: Any) -> None:  # noqa: A002 - the name werkzeug gives it
        super().__init__(map, *arguments, **{"max": LARGEST, **options})


def bound_numbers(app: Flask) -> None:
    """Let no path of an application bring a number the databases do not have; before its first address is added."""
    app.url_map.converters["int"] = RowNumber


def refuse_zeros() -> None:
    """Refuse a zero character in an address or in a field of a form: nothing people write has one."""
    fields = request.form.values() if request.mimetype in FORMS else ()
    if "\0" in request.path or any("\0" in one for one in (*request.args.values(), *fields)):
        abort(400)


def number_of(text: str) -> int | None:
    """The number of a row in a parameter; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
