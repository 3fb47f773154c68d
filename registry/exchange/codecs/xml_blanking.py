"""Takes secrets out of stored copies of XML without parsing or rewriting anything else."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_FILLER = b"***"
_NAME_PREFIX = rb"(?:[^\s<>/:\"'=&!?]+:)?"
#: Attributes with quoted values, then whatever a broken tag holds up to its end; no branch passes a ``<``.
_ATTRIBUTES = rb"(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+[^<>]*+"
_UTF_16_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@lru_cache(maxsize=32)
def _tokens(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """Comments, CDATA and instructions (stepped over), start and end tags of the given local names."""
    alternatives = b"|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(
        rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
        rb"|<(?P<end>/?)" + _NAME_PREFIX + rb"(?P<name>" + alternatives + rb")(?=[\s/>]|\Z)"
        rb"(?P<rest>" + _ATTRIBUTES + rb")>?",
        re.DOTALL,
    )


def blank_elements(raw: bytes, names: set[bytes] | frozenset[bytes]) -> bytes:
    """The same bytes with ``***`` in place of all content of elements with the given local names, any prefix.

    Start tags with their attributes, empty elements and everything else stay byte for byte; an element that is never
    closed is blanked to the end of the document. Comments and CDATA outside such elements are no elements.
    """
    if not names:
        return raw
    encoding = _wide_encoding(raw)
    if encoding:
        text = raw.decode(encoding, "replace")
        narrow = text.encode("utf-8", "replace")
        blanked = _blank(narrow, frozenset(names))
        return raw if blanked == narrow else blanked.decode("utf-8").encode(encoding)
    if not any(name in raw for name in names):
        return raw
    return _blank(raw, frozenset(names))


def _wide_encoding(raw: bytes) -> str:
    """UTF-16 by its mark or by the zero byte beside the first sign; empty for encodings that keep ASCII."""
    for mark, encoding in _UTF_16_MARKS:
        if raw.startswith(mark):
            return encoding
    if raw[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if raw[:1] == b"\0" else ""


def _first_place(raw: bytes, names: frozenset[bytes]) -> int:
    """Where the first tag of these names can begin; 0 when something that is stepped over may stand before it."""
    if b"<!" in raw or raw.find(b"<?", 1) >= 0:
        return 0
    first = min((place for name in names if (place := raw.find(name)) >= 0), default=len(raw))
    return max(0, raw.rfind(b"<", 0, first))


def _blank(raw: bytes, names: frozenset[bytes]) -> bytes:
    parts: list[bytes] = []
    kept = 0  # where the bytes not copied yet begin
    opened, depth = b"", 0
    for token in _tokens(names).finditer(raw, _first_place(raw, names)):
        name = token["name"]
        if name is None or (depth and name != opened):
            continue
        if token["end"]:
            if depth == 1:
                parts.append(_FILLER if token.start() > kept else b"")
                kept = token.start()
            depth = max(0, depth - 1)
        elif not token["rest"].endswith(b"/"):
            if not depth:
                parts.append(raw[kept : token.end()])
                opened, kept = name, token.end()
            depth += 1
    if depth:
        return b"".join((*parts, _FILLER if kept < len(raw) else b""))
    return b"".join((*parts, raw[kept:]))
