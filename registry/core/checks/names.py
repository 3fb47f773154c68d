"""Names of people: allowed characters and words that stand for no name (insured.md 2 and 2.1)."""

import re
import unicodedata
from enum import StrEnum

from registry.core.checks.alphabet import TO_CYRILLIC, TO_HYPHEN

MAX_LENGTH = 40
ABSENT_NAMES = frozenset(("", "НЕТ", "Н", "-", ".", "БЕЗ ОТЧЕСТВА", "НЕ УКАЗАНО", "ХХХ", "Б/О"))
_NEVER_FIRST = frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ") - {name[:1] for name in ABSENT_NAMES}
UNKNOWN_SURNAMES = frozenset(("НЕИЗВЕСТНЫЙ", "НЕИЗВЕСТНАЯ"))

_SEPARATORS = " -'."
_CYRILLIC = re.compile(r"[Ѐ-ҁҊ-ԯ]+")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+")
# what nearly every name is: whole letters, which nothing can be joined to
_PLAIN = re.compile(r"[А-Яа-яЁё]+(?:[ -][А-Яа-яЁё]+)*")
_LETTERS = str.maketrans("", "", _SEPARATORS)
_TWO_SEPARATORS = re.compile(r"[ \-'.]{2}")


class NameVerdict(StrEnum):
    """What is wrong with the characters of a name, the first thing only."""

    VALID = "valid"
    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    ALPHABETS = "alphabets"
    SEPARATORS = "separators"


def name_verdict(text: str) -> NameVerdict:
    """The verdict on a name as received; blanks around it are ignored."""
    if len(text) <= MAX_LENGTH and _PLAIN.fullmatch(text):
        return NameVerdict.VALID
    name = unicodedata.normalize("NFC", text.strip())
    if not name:
        return NameVerdict.EMPTY
    if len(name) > MAX_LENGTH:
        return NameVerdict.LENGTH
    letters = name.translate(_LETTERS)
    if letters and not _CYRILLIC.fullmatch(letters) and not _LATIN.fullmatch(letters):
        rest = _LATIN.sub("", _CYRILLIC.sub("", letters))
        return NameVerdict.CHARACTERS if rest else NameVerdict.ALPHABETS
    if name[0] in _SEPARATORS or name[-1] in _SEPARATORS or _TWO_SEPARATORS.search(name):
        return NameVerdict.SEPARATORS
    return NameVerdict.VALID


def is_absent_name(text: str) -> bool:
    """True for an empty field and for the words senders put there instead (`НЕТ`, `-`, `Б/О` …)."""
    if text[:1].upper() in _NEVER_FIRST:
        return False
    return _plain(text) in ABSENT_NAMES


def is_unknown_person(surname: str) -> bool:
    """True for the surname of an unidentified patient, who is never searched."""
    return _plain(unicodedata.normalize("NFC", surname)) in UNKNOWN_SURNAMES


def _plain(text: str) -> str:
    return " ".join(text.upper().split()).translate(TO_HYPHEN).translate(TO_CYRILLIC)
