"""What a file really is, by its first bytes: said to a sender whose file is not what its name promises."""

from __future__ import annotations

import codecs

from registry.exchange.codecs.dbf_header import is_dbf

LONGEST = 512
TABLE, TEXT = "таблица DBF", "текст"
_HEADER = 32
_BEGINNINGS = (
    (b"PK\x03\x04", "архив ZIP или книга Excel (.xlsx)"),
    (b"PK\x05\x06", "пустой архив ZIP"),
    (b"Rar!", "архив RAR"),
    (b"7z\xbc\xaf\x27\x1c", "архив 7-Zip"),
    (b"\x1f\x8b", "архив GZIP"),
    (b"\xd0\xcf\x11\xe0", "книга Excel 97–2003 (.xls) или документ Word"),
    (b"%PDF", "документ PDF"),
    (b"{\\rtf", "документ RTF"),
)
_IN_TEXTS = frozenset(b"\t\r\n\f\x1a")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def what_it_is(beginning: bytes) -> str:
    """The kind of a file in words; empty when its first bytes tell nothing."""
    if beginning and is_dbf(beginning[0]) and b"\0" in beginning[:_HEADER]:
        return TABLE
    for first, title in _BEGINNINGS:
        if beginning.startswith(first):
            return title
    mark = next((one for one in _MARKS if beginning.startswith(one)), b"")
    if beginning[len(mark) :].lstrip().startswith((b"<", b"\0<")):
        return "XML или HTML"
    is_text = bool(beginning) and not any(byte < ord(" ") and byte not in _IN_TEXTS for byte in beginning)
    return TEXT if mark or is_text else ""
