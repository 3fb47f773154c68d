"""Forms: how a value is written on the wire. The list is closed; a spelling picks from it, a kind never does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any

from registry.core.checks.dates import parse_date
from registry.core.checks.newborn import read_newborn
from registry.core.errors import ReferenceBroken


class FormError(Exception):
    """The text does not have the form; ``expected`` says in Russian what would."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


MCOD_LENGTH = 6
LEAST_INT, GREATEST_INT = -(2**31), 2**31 - 1
_TIME_OF_DAY = re.compile(r"T(\d\d:\d\d)(?::(\d\d))?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,17}", re.ASCII)
_GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a value: ``read`` turns text into a value or raises ``FormError``, ``write`` turns it back.

    ``parts`` is the number of fields one text carries (a series and a number joined by a sign carry two); such a form
    reads into and writes from a tuple. ``type`` is what a schema calls it, ``most`` bounds the
    length of a text (0: no bound).
    """

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    type: str = "string"
    title: str = "текст"
    parts: int = 1
    most: int = 0
    choices: Mapping[str, Any] = field(default_factory=dict)


def _read_date(text: str) -> date | None:
    if text == "00000000":
        return None
    found = parse_date(text)
    if found is None:
        raise FormError("существующая дата")
    return found


def _read_integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise FormError("целое число")
    return int(text)


def _read_int(text: str) -> int:
    """A number that xs:int can hold: a contract that says so must be able to write it back."""
    number = _read_integer(text)
    if not LEAST_INT <= number <= GREATEST_INT:
        raise FormError(f"целое число не больше {GREATEST_INT}")
    return number


def _read_number_text(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise FormError("только цифры")
    return text


def _read_full_name(text: str) -> tuple[str | None, ...]:
    """Names in one text: what stands behind the second space belongs to the patronymic."""
    words = text.split(maxsplit=2)
    return (*words, *(None,) * (3 - len(words)))


def _write_full_name(names: tuple[str | None, ...]) -> str:
    return " ".join(filter(None, names))


def _only_digits(value: str) -> str:
    """Numbers that people write with dashes and spaces, such as a СНИЛС, go out as bare digits."""
    return "".join(filter(str.isdigit, value))


def _read_clinic(text: str) -> str:
    """Leading zeros of a code may be lost on the way, so it is compared as six digits (amqp.md 3.1)."""
    return _read_number_text(text).zfill(MCOD_LENGTH)


def _read_mcod(text: str) -> str:
    if len(text) != MCOD_LENGTH or not text.isascii() or not text.isdigit():
        raise FormError("6 цифр")
    return text


def _read_guid(text: str) -> str:
    if not _GUID.fullmatch(text):
        raise FormError("UUID: 8-4-4-4-12 шестнадцатеричных знаков")
    return text.lower()


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise FormError("дата и время ГГГГ-ММ-ДДTчч:мм:сс") from None
    if not MINYEAR < moment.year < MAXYEAR:  # another zone may have no such moment
        raise FormError("дата и время обозримых лет")
    return moment


def _read_local(text: str) -> tuple[date | None, str | None]:
    """The day and the time of day as written: a zone says nothing, the sender meant his own clock."""
    found = _TIME_OF_DAY.search(text)
    return _read_date(text), f"{found[1]}:{found[2] or '00'}" if found else None


def _write_local(pair: tuple[date | None, str | None]) -> str:
    day, time = pair
    return f"{day.isoformat()}T{time or '00:00:00'}.000" if day else ""


def _read_flag(text: str) -> bool:
    value = {"1": True, "0": False, "true": True, "false": False}.get(text.lower())
    if value is None:
        raise FormError("1 или 0")
    return value


def _read_novor(text: str) -> str | None:
    """The sign of a newborn; 0 says that the record is of the person himself."""
    if not text.strip("0"):
        return None
    if read_newborn(text) is None:
        raise FormError("0 или ПДДММГГН")
    return text


def _zero_is_absent(text: str) -> int | None:
    return _read_int(text) or None


def write_moment(moment: datetime) -> str:
    """Return xs:dateTime with milliseconds and offset (`2017-06-29T11:52:55.090+03:00`)."""
    return moment.isoformat(timespec="milliseconds")


TEXT = Form("text", str, str)
INTEGER = Form("integer", _read_integer, str, "int", "целое число")
INT = Form("int", _read_int, str, "int", "целое число")
CODE = Form("code", _zero_is_absent, lambda value: str(value or 0), "int", "код, 0 — не задан")
DIGITS = Form("digits", _read_number_text, _only_digits, "string", "цифры")
CLINIC = Form("clinic", _read_clinic, str, "string", "код МО, 6 цифр")
NOVOR = Form("novor", _read_novor, str, "string", "признак новорождённого: 0 или ПДДММГГН")
MCOD = Form("mcod", _read_mcod, str, "string", "код МО, ровно 6 цифр")
DATE = Form("date", _read_date, lambda value: value.isoformat(), "date", "дата ГГГГ-ММ-ДД")
DAY_MOMENT = Form(
    "day_moment", _read_date, lambda value: f"{value.isoformat()}T00:00:00.000", "dateTime", "дата и время"
)
COMPACT_DATE = Form("compact_date", _read_date, lambda value: value.strftime("%Y%m%d"), "string", "дата ГГГГММДД")
DOTTED_DATE = Form("dotted_date", _read_date, lambda value: value.strftime("%d.%m.%Y"), "string", "дата ДД.ММ.ГГГГ")
FULL_NAME = Form("full_name", _read_full_name, _write_full_name, title="фамилия, имя и отчество через пробел", parts=3)
GUID = Form("guid", _read_guid, str, "string", "UUID")
MOMENT = Form("moment", _read_moment, lambda value: value.isoformat(), "dateTime", "дата и время")
SECONDS = Form(
    "seconds", _read_moment, lambda value: value.strftime("%Y-%m-%dT%H:%M:%S"), "dateTime", "дата и время до секунды"
)
MIDNIGHT = Form("midnight", _read_date, lambda value: f"{value.isoformat()}T00:00:00", "dateTime", "дата и полночь")
LOCAL_MOMENT = Form("local_moment", _read_local, _write_local, "dateTime", "дата и время", parts=2)
FLAG = Form("flag", _read_flag, lambda value: "1" if value else "0", "int", "1 или 0")


def codes(
    choices: Mapping[str, Any], *, name: str = "codes", type_: str = "string", also: Mapping[Any, str] | None = None
) -> Form:
    """Return a form of coded values; reading takes any key, writing prefers the first key of a value.

    ``also`` are values that share a code with another one: they are written by it and never read.
    """
    backwards: dict[Any, str] = dict(also or {})
    for code, value in choices.items():
        backwards.setdefault(value, code)
    expected = "одно из: " + ", ".join(choices)

    def read(text: str) -> Any:
        if text in choices:
            return choices[text]
        if text.upper() in choices:
            return choices[text.upper()]
        raise FormError(expected)

    return Form(name, read, lambda value: backwards[value], type_, expected, choices=dict(choices))


def bounded(most: int) -> Form:
    """Return the form of a text of at most ``most`` characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise FormError(f"не более {most} знаков")
        return text

    return Form(f"bounded({most})", read, str, title=f"текст до {most} знаков", most=most)


def one_of(*numbers: int) -> Form:
    """Return the form of a whole number out of a closed list."""
    return codes({str(number): number for number in numbers}, name="one_of", type_="int")


def joined(sign: str = " № ", *, most: int = 0) -> Form:
    """Return the form «серия № номер»: without the sign the whole text is the number (registry model, 1.2).

    A space alone as the sign divides before the last word: a series may have spaces of its own. ``most`` bounds the
    length of the whole text, 0 does not.
    """
    bare = sign.strip()

    def read(text: str) -> tuple[str | None, str | None]:
        if most and len(text) > most:
            raise FormError(f"не более {most} знаков")
        series, found, number = text.partition(bare) if bare else text.rpartition(sign)
        if not found:
            return None, text.strip() or None
        return series.strip() or None, number.strip() or None

    def write(pair: tuple[str | None, str | None]) -> str:
        series, number = pair
        return f"{series}{sign}{number or ''}" if series else number or ""

    return Form(f"joined({sign})", read, write, title="серия № номер", parts=2, most=most)


SIMPLE = {
    form.name: form
    for form in (
        *(TEXT, FULL_NAME, INTEGER, CODE, DIGITS, CLINIC, MCOD),
        *(DATE, DAY_MOMENT, COMPACT_DATE, DOTTED_DATE, FLAG, SECONDS, NOVOR),
    )
}


def form_named(name: str, coded: Mapping[str, Form]) -> Form:
    """Return the form a layout row names: a simple one, ``joined(sign)`` or a registered list of codes."""
    if name in SIMPLE:
        return SIMPLE[name]
    if name.startswith("joined(") and name.endswith(")") and len(name) > len("joined()"):
        return joined(name[len("joined(") : -1])
    if name in coded:
        return coded[name]
    raise ReferenceBroken(f"no form is called «{name}»")
