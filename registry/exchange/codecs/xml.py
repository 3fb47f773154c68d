"""The one hardened way from bytes to XML elements and back; no other module makes a parser.

Every danger has a setting: DOCTYPE is refused before parsing, entities stay unresolved, nothing is fetched, sizes and
depth are limited (files.md 1.2, 1.4). Comments and processing instructions are dropped, so that no text is cut by them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from lxml import etree

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf_header import read_exactly
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.codecs.xml_blanking import blank_elements
from registry.exchange.codecs.xml_prolog import inspect_prolog

__all__ = ["XmlLimits", "blank_elements", "iterate_elements", "parse_document", "serialize"]

_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,  # libxml2's own bounds: text node 10 MB, depth 256, names 50 000
    "remove_comments": True,
    "remove_pis": True,
}
_BEGINNING = 64 * 1024
#: What the parser is fed at once: so much of a record may have come together with the one before it.
_CHUNK = 32 * 1024
_ERRORS_TOLD = 10
_OTHER_ERROR = "нарушен синтаксис XML"
_ERRORS = {
    "ERR_DOCUMENT_EMPTY": "документ пуст или не начинается с тега",
    "ERR_DOCUMENT_END": "лишнее содержимое после корневого элемента или документ оборван",
    "ERR_TAG_NAME_MISMATCH": "закрывающий тег не соответствует открывающему",
    "ERR_TAG_NOT_FINISHED": "документ оборван внутри элемента",
    "ERR_GT_REQUIRED": "тег не завершён",
    "ERR_LTSLASH_REQUIRED": "не хватает закрывающего тега",
    "ERR_NAME_REQUIRED": "недопустимое имя элемента",
    "ERR_NAME_TOO_LONG": "слишком длинное имя",
    "ERR_ATTRIBUTE_REDEFINED": "атрибут повторяется",
    "ERR_ATTRIBUTE_NOT_STARTED": "значение атрибута без кавычек",
    "ERR_ATTRIBUTE_WITHOUT_VALUE": "атрибут без значения",
    "ERR_LT_IN_ATTRIBUTE": "знак < в значении атрибута",
    "ERR_UNDECLARED_ENTITY": "неизвестная сущность",
    "ERR_ENTITYREF_SEMICOL_MISSING": "знак & не заменён на &amp;",
    "ERR_INVALID_CHAR": "недопустимый символ",
    "ERR_INVALID_CHARREF": "недопустимая ссылка на символ",
    "ERR_INVALID_ENCODING": "байты не соответствуют кодировке",
    "ERR_RESERVED_XML_NAME": "объявление XML стоит не в начале документа",
    "ERR_MISPLACED_CDATA_END": "знаки ]]> вне CDATA",
    "ERR_CDATA_NOT_FINISHED": "CDATA не завершена",
    "ERR_COMMENT_NOT_FINISHED": "комментарий не завершён",
    "ERR_RESOURCE_LIMIT": "превышен предел размера или вложенности",
    "NS_ERR_UNDEFINED_NAMESPACE": "префикс пространства имён не объявлен",
}
_parsers = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """Bounds of a document (files.md 1.2); ``max_record`` bounds one element of a streamed document."""

    max_bytes: int = 64 * 1024**2
    max_depth: int = 64
    max_attribute: int = 64 * 1024
    max_record: int = 32 * 1024**2


def parse_document(
    raw: bytes, *, limits: XmlLimits | None = None, warnings: list[FileWarning] | None = None, told: str = ""
) -> etree._Element:
    """The root element of a document that is well formed and within the limits; Permanent otherwise.

    ``told`` is the encoding the transport tells of a document that declares none.
    """
    limits = limits or XmlLimits()
    if len(raw) > limits.max_bytes:
        raise _too_large()
    prolog = inspect_prolog(raw, told=told)
    if prolog.guessed:
        _warn_guessed(warnings)
    parser = _parser(prolog.encoding)
    try:
        root: etree._Element = etree.fromstring(prolog.content, parser)
    except etree.XMLSyntaxError:
        raise _broken(parser.error_log) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Permanent(FindingCode.DOCTYPE_FORBIDDEN, "Объявление DOCTYPE в документе запрещено")
    _check_limits(root, limits, len(prolog.content), prolog.content)
    return root


def iterate_elements(
    stream: BinaryIO, tags: Sequence[str], *, limits: XmlLimits | None = None, warnings: list[FileWarning] | None = None
) -> Iterator[etree._Element]:
    """Elements with the given tags, one at a time in constant memory; each is emptied when the next is asked for."""
    limits = limits or XmlLimits(max_bytes=2 * 1024**3)
    beginning = read_exactly(stream, _BEGINNING)
    prolog = inspect_prolog(beginning, whole=len(beginning) < _BEGINNING)
    if prolog.converted:
        raise Permanent(FindingCode.ENCODING_WRONG, "Документ такого размера принимается в utf-8 или windows-1251")
    if prolog.guessed:
        _warn_guessed(warnings)
    source = _Source(prolog.content, stream, limits)
    context = etree.iterparse(source, events=("end",), tag=tuple(tags), encoding=prolog.encoding, **_SAFE)
    try:
        for _, element in context:
            _check_limits(element, limits, source.since_record + _CHUNK)
            yield element
            source.since_record = 0
            _forget(element)
    except etree.XMLSyntaxError:
        raise _broken(context.error_log) from None


def serialize(element: etree._Element, encoding: str = "utf-8") -> bytes:
    """The document of an element with its declaration; what the encoding lacks stands as character references."""
    content: Any = etree.tostring(element, encoding=encoding, xml_declaration=False, with_tail=False)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii") + bytes(content)


class _Source:
    """The stream behind its beginning, counted: the whole and what came since the last record."""

    def __init__(self, beginning: bytes, stream: BinaryIO, limits: XmlLimits) -> None:
        self._beginning = beginning
        self._stream = stream
        self._limits = limits
        self._total = 0
        self.since_record = 0

    def read(self, size: int) -> bytes:
        """The next bytes; Permanent when the document or one record has grown too large."""
        if self._beginning:
            portion, self._beginning = self._beginning[:_CHUNK], self._beginning[_CHUNK:]
        else:
            portion = self._stream.read(min(size, _CHUNK))
        self._total += len(portion)
        self.since_record += len(portion)
        if self._total > self._limits.max_bytes or self.since_record > self._limits.max_record:
            raise _too_large()
        return portion


def _parser(encoding: str) -> etree.XMLParser:
    """This thread's parser for an encoding: making one costs more than parsing a small message."""
    kept: dict[str, etree.XMLParser] = _parsers.__dict__
    if encoding not in kept:
        kept[encoding] = etree.XMLParser(encoding=encoding, collect_ids=False, **_SAFE)
    return kept[encoding]


def _forget(element: etree._Element) -> None:
    """Empties an element that was read and drops those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


@lru_cache(maxsize=8)
def _too_deep(depth: int) -> etree.XPath:
    return etree.XPath("boolean(self::*" + "/*" * depth + ")")


@lru_cache(maxsize=8)
def _long_attribute(length: int) -> etree.XPath:
    return etree.XPath(f"boolean(descendant-or-self::*/@*[string-length(.) > {length}])")


def _check_limits(element: etree._Element, limits: XmlLimits, size: int, content: bytes | None = None) -> None:
    """Depth and attributes within the limits; a search by libxml2, left out when the bytes cannot break them."""
    may_be_deep = content is None or content.count(b"</") >= limits.max_depth
    if may_be_deep and _too_deep(limits.max_depth)(element):
        raise Permanent(FindingCode.XML_BROKEN, "Слишком глубокая вложенность", expected=f"до {limits.max_depth}")
    if size > limits.max_attribute and _long_attribute(limits.max_attribute)(element):
        raise Permanent(FindingCode.XML_BROKEN, "Слишком длинное значение атрибута")


def _too_large() -> Permanent:
    return Permanent(FindingCode.TOO_LARGE, "Документ слишком велик")


def _warn_guessed(warnings: list[FileWarning] | None) -> None:
    if warnings is not None:
        text = "Кодировка не объявлена, документ прочитан в windows-1251"
        warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, text))


def _broken(log: Iterable[Any]) -> Permanent:
    """The first errors with line and column; texts are ours, for the parser's own repeat the content."""
    code = FindingCode.XML_BROKEN
    told: dict[tuple[int, int], str] = {}
    for entry in log:
        if entry.type_name == "ERR_INVALID_ENCODING":
            code = FindingCode.ENCODING_WRONG
        if len(told) < _ERRORS_TOLD:
            told.setdefault((entry.line, entry.column), _ERRORS.get(entry.type_name, _OTHER_ERROR))
    places = [(f"строка {line}, столбец {column}", text) for (line, column), text in told.items()]
    lines = "; ".join(f"{place}: {text}" for place, text in places) or _OTHER_ERROR
    return Permanent(code, f"Документ XML не разобран: {lines}", place=places[0][0] if places else "")
