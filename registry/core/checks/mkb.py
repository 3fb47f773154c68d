"""Codes of МКБ-10: their form and their order (decisions.md 12)."""

import re
from enum import StrEnum
from functools import lru_cache

from registry.core.checks.alphabet import TO_LATIN

_FORM = re.compile(r"[A-Z][0-9]{2}(?:\.[0-9]{1,2})?")


class MkbVerdict(StrEnum):
    """What is wrong with the form of a code; whether it is in the book is another question."""

    VALID = "valid"
    EMPTY = "empty"
    FORM = "form"


def mkb_verdict(text: str) -> MkbVerdict:
    """The verdict on a code as received; one final dot is allowed, a missing dot is not."""
    code = text.strip()
    if not code:
        return MkbVerdict.EMPTY
    return MkbVerdict.VALID if _FORM.fullmatch(code.removesuffix(".")) else MkbVerdict.FORM


@lru_cache(maxsize=1 << 15)
def mkb_key(text: str) -> str:
    """The code in the one form that is compared: upper case, Latin letter, dot in its place, no final dot.

    Keys compare as text, so `C00` < `C00.0` < `C01`, `D09.1` > `D09` and `C80.9` lies above `C80`.
    """
    code = text.strip().upper().replace(".", "")
    code = code[:1].translate(TO_LATIN) + code[1:]
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
