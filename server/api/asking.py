"""Parameters of addresses: read strictly, so that a misspelt filter is told instead of ignored."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import request

from server.api.problems import Problem
from server.web.current import zone

PAGE, MOST = 50, 200
YEARS = (1900, 2999)


def parameters(*allowed: str) -> dict[str, str]:
    """The parameters of the address; one outside the list is refused."""
    unknown = set(request.args) - set(allowed)
    if unknown:
        raise wrong(min(unknown)[:60], "такого параметра нет", ", ".join(allowed))
    return {name: request.args[name].strip() for name in request.args}


def wrong(name: str, text: str, expected: str = "") -> Problem:
    """The refusal of a parameter."""
    return Problem(400, "PARAMETER_WRONG", f"Параметр {name}: {text}", place=name, expected=expected)


def whole(given: dict[str, str], name: str, default: int | None, most: int | None = None) -> int | None:
    """A whole number from 1 on."""
    text = given.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and 1 <= int(text) <= (most or int(text))):
        raise wrong(name, "нужно целое число", f"от 1 до {most}" if most else "от 1")
    return int(text)


def limit(given: dict[str, str]) -> int:
    """How many rows a page has."""
    return whole(given, "limit", PAGE, MOST) or PAGE


def moment(given: dict[str, str], name: str) -> datetime | None:
    """A moment, or the beginning of a day, in the zone of the fund unless it has its own."""
    text = given.get(name, "")
    if not text:
        return None
    try:
        if len(text) == 10:
            return _possible(name, datetime.combine(date.fromisoformat(text), time.min, zone()))
        found = datetime.fromisoformat(text)
    except ValueError:
        raise wrong(name, "нужна дата или дата со временем", "2026-11-20 или 2026-11-20T09:30:00+04:00") from None
    return _possible(name, found if found.tzinfo else found.replace(tzinfo=zone()))


def _possible(name: str, found: datetime) -> datetime:
    """A moment that databases and zones can tell; nothing here happened before, or will happen after."""
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise wrong(name, "такого времени здесь нет", f"годы {YEARS[0]}–{YEARS[1]}")
    return found


def iso(value: datetime | None) -> str | None:
    """A moment in the zone of the fund."""
    return value.astimezone(zone()).isoformat(timespec="milliseconds") if value else None


def page(name: str, rows: list[dict[str, Any]], size: int, key: str) -> dict[str, Any]:
    """One page of rows: one more than asked for was fetched, so that the end is known."""
    shown = rows[:size]
    return {name: shown, "next": shown[-1][key] if len(rows) > size else None}
