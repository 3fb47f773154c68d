"""What somebody typed into the one search box: its type is guessed from its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from registry.exchange.queries.journal import PACKET_ID

FILE = re.compile(r".*\.(xml|dbf|csv|zip|txt|rar|json)|\d{2,6}_\d{8}_\d+|[^\W\d_]{1,4}\d{10,}", re.IGNORECASE)
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})")
NUMBER = re.compile(r"[\d\s№-]+")

WORDS = {
    "guid": "GUID пакета или человека",
    "file": "имя файла",
    "enp": "ЕНП",
    "snils": "СНИЛС",
    "document": "серия и номер документа",
    "policy": "номер полиса",
    "packet": "номер пакета",
    "name": "фамилия, имя, отчество",
    "text": "текст",
}


#: What leads to a packet and to nobody; every other text may be a person's.
OF_PACKETS = frozenset({"guid", "file", "packet"})


@dataclass(frozen=True, slots=True)
class Guess:
    """A search text with its type; ``words`` and ``birth_date`` are the parts of a name."""

    kind: str
    text: str
    words: tuple[str, ...] = ()
    birth_date: date | None = None

    @property
    def word(self) -> str:
        """The type in Russian."""
        return WORDS[self.kind]


def guess(text: str) -> Guess:
    """The likeliest reading of a text; every text has one."""
    text = " ".join(text.split())[:200]
    if PACKET_ID.fullmatch(text):
        return Guess("guid", text)
    if FILE.fullmatch(text):
        return Guess("file", text)
    if NUMBER.fullmatch(text):
        return _number(text)
    birth_date = _day(text)
    words = tuple(DAY.sub(" ", text).split())
    if words and all(re.fullmatch(r"[^\W\d_]+(?:[-'.][^\W\d_]+)*\.?", word) for word in words) and len(words) <= 5:
        return Guess("name", text, words, birth_date)
    if re.fullmatch(r"[^\W\d_]{1,6}(?:-[^\W\d_]{1,3})?[\s№]*[\d\s]{4,}", text):
        return Guess("document", text)
    return Guess("text", text)


def means_a_person(text: str) -> bool:
    """True unless a text can only be a packet's: who looks for it looks for a person."""
    return bool(text) and guess(text).kind not in OF_PACKETS


def _number(text: str) -> Guess:
    digits = re.sub(r"\D", "", text)
    if len(digits) == 16:
        return Guess("enp", digits)
    if len(digits) == 11:
        return Guess("snils", digits)
    if len(digits) == 10 and digits != text:
        return Guess("document", text)
    if digits == text and len(digits) <= 10:
        return Guess("packet", digits)
    return Guess("policy", text)


def _day(text: str) -> date | None:
    found = DAY.search(text)
    if found is None:
        return None
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return None
