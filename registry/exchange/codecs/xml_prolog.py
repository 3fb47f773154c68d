"""What stands before the root of an XML document: its encoding, checked against its bytes, and no DOCTYPE."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from registry.core.errors import Permanent
from registry.core.findings import FindingCode

_DECLARATION = re.compile(rb"<\?xml[ \t\r\n](.*?)\?>", re.DOTALL)
_DECLARED = re.compile(rb"[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*([\"'])([A-Za-z][A-Za-z0-9._-]*)\1")
_DECLARATION_WITHIN = 1024
#: Space, processing instructions and comments may precede a DOCTYPE; nothing is expanded to find it.
_BEFORE_ROOT = rb"(?:[ \t\r\n]++|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE = re.compile(_BEFORE_ROOT + rb"<!(?!--)", re.DOTALL)
_ROOT = re.compile(_BEFORE_ROOT + rb"<[^!?]", re.DOTALL)
_UTF_8 = "utf-8"
#: Python's names of the accepted encodings → the names the parser is given.
_ONE_BYTE = {"cp1251": "windows-1251", "koi8-r": "koi8-r", "iso8859-5": "iso-8859-5", "cp866": "cp866"}
_UTF_16 = {"utf-16", "utf-16-le", "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Prolog:
    """The bytes without a mark and the encoding to parse them in, whatever they declare.

    ``guessed``: nothing told the encoding; ``converted``: the bytes are no longer those that came.
    """

    content: bytes
    encoding: str
    guessed: bool = False
    converted: bool = False


def wrong_encoding(text: str, place: str = "") -> Permanent:
    """The refusal of a document whose encoding cannot be as it says."""
    return Permanent(FindingCode.ENCODING_WRONG, text, place=place)


def inspect_prolog(raw: bytes, *, whole: bool = True, told: str = "") -> Prolog:
    """The encoding of a document (files.md 1.4); Permanent for a DOCTYPE or a declaration that is not true.

    ``told`` is the encoding the transport tells of a document that declares none; without both it is guessed.
    ``whole`` is false when ``raw`` is only the beginning: a character cut at its end is no fault then.
    """
    family, content = _family(raw)
    if family in _UTF_16:
        try:
            content = codecs.getincrementaldecoder(family)().decode(content, whole).encode(_UTF_8)
        except UnicodeError:
            raise wrong_encoding("Содержимое не является текстом в UTF-16") from None
    if content.startswith(codecs.BOM_UTF8):  # the parser would step over a second mark, and over it to a DOCTYPE
        raise wrong_encoding("Метка кодировки повторяется")
    if _DOCTYPE.match(content):
        raise Permanent(FindingCode.DOCTYPE_FORBIDDEN, "Объявление DOCTYPE в документе запрещено")
    if not whole and not _ROOT.match(content):  # what was not seen cannot be vouched for
        raise Permanent(FindingCode.XML_BROKEN, "Корневой элемент не найден в начале документа")
    declared = _declared(content) or (_known(told) if told and not family else None)
    if family in _UTF_16:
        if declared not in (None, "utf-16", family):
            raise _differs()
        return Prolog(content, _UTF_8, converted=True)
    if declared in _UTF_16 or (family == "utf-8-sig" and declared not in (None, _UTF_8)):
        raise _differs()
    return _inspect_bytes(content, declared or (_UTF_8 if family else None), whole=whole)


def _family(raw: bytes) -> tuple[str, bytes]:
    """The encoding told by a mark or by zero bytes around the first sign, and the bytes without the mark."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"<\0\0\0", b"\0\0\0<")):
        raise wrong_encoding("Кодировка UTF-32 не поддерживается")
    for mark, family in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if raw.startswith(mark):
            return family, raw[2:]
    if raw.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", raw[3:]
    if raw[1:2] == b"\0" and raw[:1] != b"\0":
        return "utf-16-le", raw
    if raw[:1] == b"\0" and raw[1:2] != b"\0":
        return "utf-16-be", raw
    return "", raw


def _declared(content: bytes) -> str | None:
    """Python's name of the declared encoding, None when none is declared."""
    declaration = _DECLARATION.match(content[:_DECLARATION_WITHIN])
    found = _DECLARED.search(declaration[0]) if declaration else None
    return _known(found[2].decode("ascii")) if found else None


def _known(encoding: str) -> str:
    """Python's name of an encoding that documents may have."""
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        name = ""
    if name not in ("ascii", _UTF_8) and name not in _ONE_BYTE and name not in _UTF_16:
        raise wrong_encoding("Объявленная кодировка не поддерживается, ожидается utf-8 или windows-1251")
    return name


def _differs() -> Permanent:
    return wrong_encoding("Объявленная кодировка не соответствует содержимому")


def _inspect_bytes(content: bytes, declared: str | None, *, whole: bool) -> Prolog:
    """The encoding of bytes in which ASCII stands for itself."""
    if content.isascii():
        return Prolog(content, _ONE_BYTE.get(declared or _UTF_8, _UTF_8))
    try:
        text = codecs.getincrementaldecoder(_UTF_8)().decode(content, whole)
    except UnicodeDecodeError as error:
        if declared is None and not _has_surrogates(content):
            return Prolog(content, "windows-1251", guessed=True)
        if declared not in _ONE_BYTE:
            line = content.count(b"\n", 0, error.start) + 1
            column = error.start - content.rfind(b"\n", 0, error.start)
            raise wrong_encoding(_differs().text, f"строка {line}, столбец {column}") from None
        return Prolog(content, _ONE_BYTE[declared])
    if declared == "ascii":
        raise _differs()
    if declared in _ONE_BYTE:
        if any("\u0400" <= character <= "\u04ff" for character in text):
            raise _differs()
        return Prolog(content, _ONE_BYTE[declared])
    return Prolog(content, _UTF_8)


def _has_surrogates(content: bytes) -> bool:
    """Whether the bytes would be UTF-8 but for halves of surrogate pairs: broken text, not another code page."""
    try:
        content.decode(_UTF_8, "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
