"""Cyrillic code pages: which one bytes are written in, and how to write what a page lacks."""

from __future__ import annotations

import codecs
import unicodedata
from functools import lru_cache

from registry.core.errors import Permanent
from registry.core.findings import FindingCode

#: Letters of Russian names per mille, roughly; only their order of magnitude matters for telling code pages apart.
_FREQUENCIES = {
    "а": 120, "в": 60, "о": 80, "н": 75, "и": 80, "е": 60, "р": 50, "л": 45, "к": 40, "с": 35, "т": 30, "м": 30,
    "д": 25, "г": 20, "ь": 15, "у": 20, "ч": 25, "я": 20, "п": 15, "б": 15, "й": 15, "з": 12, "х": 10, "ж": 6,
    "ш": 8, "ю": 6, "ф": 5, "ы": 5, "щ": 3, "ц": 4, "э": 3, "ё": 2, "ъ": 1,
}  # fmt: skip
_NOT_A_LETTER = -100
#: The score of some four letters: fewer may be a slip.
_CERTAIN = 300

_SEVERAL_LETTERS = 4
ONE_BYTE_PAGES = ("cp866", "cp1251")
_IN_TEXTS = frozenset((*_FREQUENCIES, *(letter.upper() for letter in _FREQUENCIES), *"№«»–—\xa0"))

#: The nearest writing of characters that cp866 or windows-1251 may lack (files.md 1.4); decomposition does the rest.
_NEAREST = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("«»“”„‟″", '"'),
    **dict.fromkeys("‘’‚‛′‹›ʼ`´", "'"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
    "…": "...", "№": "N", "•": "*", "·": ".", "©": "(c)", "®": "(r)", "™": "(tm)", "€": "EUR", "§": "п.", "±": "+/-",
    "×": "x", "°": " ", "µ": "мк", "ß": "ss", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Æ": "AE",
    "æ": "ae", "Œ": "OE", "œ": "oe", "ı": "i", "Þ": "Th", "þ": "th", "Ð": "D", "ð": "d",
    "І": "И", "і": "и", "Ґ": "Г", "ґ": "г", "Є": "Е", "є": "е", "Ў": "У", "ў": "у", "Ђ": "Д", "ђ": "д", "Ѕ": "З",
    "ѕ": "з", "Ј": "Й", "ј": "й", "Љ": "Л", "љ": "л", "Њ": "Н", "њ": "н", "Ћ": "Ч", "ћ": "ч", "Џ": "Ц", "џ": "ц",
    "Ә": "А", "ә": "а", "Ө": "О", "ө": "о", "Ү": "У", "ү": "у", "Ұ": "У", "ұ": "у", "Җ": "Ж", "җ": "ж", "Ң": "Н",
    "ң": "н", "Һ": "Х", "һ": "х", "Қ": "К", "қ": "к", "Ғ": "Г", "ғ": "г", "Ҫ": "С", "ҫ": "с", "Ҙ": "З", "ҙ": "з",
    "Ҡ": "К", "ҡ": "к", "Ӏ": "I", "ӏ": "I", "Ѣ": "Е", "ѣ": "е", "Ѳ": "Ф", "ѳ": "ф", "Ѵ": "И", "ѵ": "и",
}  # fmt: skip
#: Stands for a character with no neighbour at all; a question mark would look like a question to the reader.
_NO_NEIGHBOUR = "_"
#: What a byte that a code page does not know is read as.
LACKING = "\ufffd"


@lru_cache(maxsize=4096)
def _nearest(character: str, encoding: str) -> bytes:
    """The nearest writing of one character in a code page; never a question mark unless it is one."""
    decomposed = unicodedata.normalize("NFKD", character)
    candidates = (
        character,
        _NEAREST.get(character, character),
        "".join(_NEAREST.get(part, part) for part in decomposed if not unicodedata.combining(part)),
        " " if unicodedata.category(character).startswith("Z") else "",
    )
    for position, candidate in enumerate(candidates):
        if not candidate and not (position == 1 and character in _NEAREST):
            continue
        try:
            return candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
    return b"" if unicodedata.combining(character) else _NO_NEIGHBOUR.encode(encoding)


def encode_nearest(text: str, encoding: str) -> bytes:
    """Bytes of the text in a code page, with lacking characters replaced by their nearest (files.md 1.4)."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        composed = unicodedata.normalize("NFC", text)
        return b"".join(_nearest(character, encoding) for character in composed)


def single_byte_encoding(name: str) -> str:
    """The canonical name of a one-byte code page; anything else is refused as a setting that cannot work."""
    try:
        canonical = codecs.lookup(name).name
        single = len(bytes(range(32, 127)).decode(canonical)) == 95 and len("яЯ".encode(canonical)) == 2
    except (LookupError, UnicodeError):
        single = False
    if not single:
        raise Permanent(FindingCode.ENCODING_WRONG, "Кодовая страница не поддерживается", expected="cp866, cp1251")
    return canonical


class CodePage:
    """A one-byte code page with ready tables: some times quicker than the codecs by name, and strict in nothing.

    Bytes that the page lacks are read as ``LACKING``; characters that it lacks are written as their nearest.
    """

    def __init__(self, name: str) -> None:
        self.name = single_byte_encoding(name)
        self._letters = bytes(range(256)).decode(self.name, "replace")
        self._bytes = codecs.charmap_build(self._letters.replace(LACKING, "\ufffe"))
        self._lacking = bytes(code for code, letter in enumerate(self._letters) if letter == LACKING)

    def decode(self, raw: bytes) -> str:
        """The text of the bytes, one character for each."""
        return codecs.charmap_decode(raw, "strict", self._letters)[0]

    def encode(self, text: str) -> bytes:
        """The bytes of the text, nearest characters in place of lacking ones."""
        try:
            return codecs.charmap_encode(text, "strict", self._bytes)[0]
        except UnicodeEncodeError:
            return encode_nearest(text, self.name)

    def lacks_some(self, raw: bytes) -> bool:
        """Whether some of the bytes stand for nothing in this page."""
        return any(raw.find(code) >= 0 for code in self._lacking)


def cyrillic_score(raw: bytes, encoding: str) -> int:
    """How much the bytes above 127 look like Russian letters in a code page; negative when they do not."""
    high = raw.translate(None, bytes(range(128)))
    text = high.decode(encoding, "replace").lower()
    return sum(_FREQUENCIES.get(character, _NOT_A_LETTER) * text.count(character) for character in set(text))


def is_surely_other(raw: bytes, said: str, other: str) -> bool:
    """Whether bytes said to be in one code page can only be in the other: nonsense there, several letters here."""
    return cyrillic_score(raw, said) < 0 and cyrillic_score(raw, other) > _CERTAIN


@lru_cache(maxsize=16)
def _of_texts(encoding: str) -> bytes:
    """The bytes that Russian texts are made of in a code page."""
    return bytes(range(128)) + "".join(_IN_TEXTS).encode(encoding, "ignore")


def other_page(raw: bytes, said: str) -> str:
    """The only code page in which these bytes are Russian letters when in the one said some cannot be; else empty."""
    if not raw.translate(None, _of_texts(said)):
        return ""
    high = raw.translate(None, bytes(range(128)))
    if len(high) < _SEVERAL_LETTERS:
        return ""
    for other in ONE_BYTE_PAGES:
        if other != said and not high.translate(None, _of_texts(other)):
            return other
    try:
        return "utf-8" if _IN_TEXTS.issuperset(high.decode("utf-8")) else ""
    except UnicodeDecodeError:
        return ""


def guess_cyrillic(raw: bytes) -> str | None:
    """cp866 or cp1251 by letter frequencies; None when the bytes hold no letter that tells them apart."""
    scores = {encoding: cyrillic_score(raw, encoding) for encoding in ("cp866", "cp1251")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] <= 0 or scores["cp866"] == scores["cp1251"]:
        return None
    return best
