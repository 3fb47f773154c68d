"""How values are written for people: moments, days, sizes, numbers, long ids."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from registry.core.checks.snils import format_snils
from registry.store.base import OPEN_DATE

NOTHING = "–"
LONG_ID = 24
HIDDEN = "•"
_RUSSIAN = str.maketrans({",": "\u202f", ".": ","})


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """``дд.мм.гггг чч:мм:сс`` in the zone of the fund."""
    return value.astimezone(zone).strftime("%d.%m.%Y %H:%M:%S") if value else NOTHING


def day(value: date | None) -> str:
    """``дд.мм.гггг``; an open end is said in words."""
    if value is None:
        return NOTHING
    return "по настоящее время" if value == OPEN_DATE else value.strftime("%d.%m.%Y")


def number(value: float | None) -> str:
    """A number with narrow spaces between thousands; of a fraction one digit behind a comma."""
    if value is None:
        return NOTHING
    return (f"{value:,}" if isinstance(value, int) else f"{value:,.1f}").translate(_RUSSIAN)


def signed(value: float) -> str:
    """A weight with its sign: +6,8 or −10,5."""
    return f"{value:+.1f}".replace("-", "−").replace(".", ",")


def size(value: int | None) -> str:
    """Bytes in the largest unit that keeps the number readable."""
    if value is None:
        return NOTHING
    amount = float(value)
    for unit in ("Б", "КБ", "МБ"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "Б" else f"{amount:.1f} {unit}".replace(".", ",")
        amount /= 1024
    return f"{amount:.1f} ГБ".replace(".", ",")


def duration(value: int | None) -> str:
    """Milliseconds as people say them."""
    if value is None:
        return NOTHING
    if value < 1000:
        return f"{value} мс"
    seconds = value / 1000
    if seconds < 60:
        return f"{seconds:.1f} с".replace(".", ",")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} мин {rest} с"


def short(value: str) -> str:
    """Both ends of a long id."""
    return value if len(value) <= LONG_ID else f"{value[:10]}…{value[-8:]}"


def sentence(value: str) -> str:
    """The text with a capital at its beginning; what is written in capitals stays."""
    return value[:1].upper() + value[1:]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun that agrees with a number: 1 запись, 2 записи, 5 записей."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else many


def masked(value: str) -> str:
    """A personal number of which only the last digits are left."""
    bare = re.sub(r"\s", "", value)
    if not bare:
        return NOTHING
    shown = min(4, len(bare) // 3)
    return HIDDEN * min(8, len(bare) - shown) + bare[len(bare) - shown :]


def enp(value: str) -> str:
    """An ЕНП in groups of four."""
    return " ".join(value[start : start + 4] for start in range(0, len(value), 4)) or NOTHING


def snils(value: str) -> str:
    """A СНИЛС as it is printed."""
    return format_snils(value) or NOTHING


def plain(value: Any) -> str:
    """Any stored value of a record as text: dates turned round, flags in words, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain(item)}" for name, item in value.items())
    text = str(value)
    if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        return ".".join(reversed(found.groups()))
    return text
