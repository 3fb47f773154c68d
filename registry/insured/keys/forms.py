"""Comparison forms of what is written in two fields: series and number together."""

from __future__ import annotations

import re
from functools import lru_cache

from registry.core.checks.alphabet import is_digits
from registry.core.checks.documents import roman_series
from registry.core.checks.policies import F008_OF, read_policy_type
from registry.core.normalisation import document_key, policy_key

_NUMBER_SIGN = str.maketrans("", "", "№")
_SERIES_WITHIN = re.compile(r"(.+[А-ЯЁ]{2})([0-9]+)")


def document_number_key(series: str, number: str) -> str:
    """Series and number of an identity document as one compared text: `14 99` + `123456` = `1499123456`.

    A number given without a series may hold it: `1У-сн 404872` = `IV-СН404872`.
    """
    if series:
        return document_key(series) + document_key(number)
    return number if is_digits(number) else _whole_number_key(number)


@lru_cache(maxsize=1 << 14)
def _whole_number_key(number: str) -> str:
    key = policy_key(number.translate(_NUMBER_SIGN))
    found = _SERIES_WITHIN.fullmatch(key)
    series = roman_series(found[1]) if found else None
    return f"{series}{found[2]}" if found and series else document_key(key)


def policy_number_key(series: str, number: str) -> str:
    """Series and number of a policy as one compared text; a number sign between them means nothing."""
    return policy_key((series + number).translate(_NUMBER_SIGN))


@lru_cache(maxsize=256)
def policy_class(policy_type: str) -> int:
    """F008 class (1 old form, 2 certificate, 3 unified) of a letter or of the digit itself; 0 when it is unknown."""
    text = policy_type.strip()
    if text in {"1", "2", "3"}:
        return int(text)
    kind = read_policy_type(text).type
    return F008_OF[kind] if kind is not None else 0
