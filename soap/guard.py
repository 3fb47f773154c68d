"""The door of the SOAP channel: what is not one bounded, well-formed, single-bodied envelope does not pass it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.xml import XmlLimits, parse_document
from soap.contract import Limits
from soap.envelope import WSA, Version
from soap.faults import Blame, SoapFault

MEDIA_TYPES = {"text/xml": Version.V11, "application/soap+xml": Version.V12}
CHARSETS = frozenset(("", "utf-8", "utf8", "us-ascii", "windows-1251", "utf-16"))
PIECE = 64 * 1024
UNDERSTOOD = frozenset((WSA,))
#: Actors for which the hub is the one meant: the next node and the last one.
OURS = frozenset(
    (
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        f"{Version.V12.value}/role/next",
        f"{Version.V12.value}/role/ultimateReceiver",
    )
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A request that passed: its version, its header if any, and the one child of its Body."""

    version: Version
    header: etree._Element | None
    element: etree._Element


def version_by_media_type(environ: Mapping[str, Any]) -> Version:
    """The version a caller announced; 1.1 when the announcement says nothing."""
    return MEDIA_TYPES.get(_media_type(environ)[0], Version.V11)


def check_request(environ: Mapping[str, Any]) -> None:
    """Refuses what cannot be a SOAP call by its content type; MTOM and attachments are not taken (decision 7)."""
    media_type, charset = _media_type(environ)
    if media_type not in MEDIA_TYPES:
        raise SoapFault(
            "Ожидается Content-Type text/xml или application/soap+xml; вложения (MTOM, multipart) не принимаются",
            status=415,
        )
    if charset not in CHARSETS:
        raise SoapFault(
            "Кодировка из Content-Type не поддерживается, ожидается utf-8", code=FindingCode.ENCODING_WRONG, status=415
        )
    if environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise SoapFault("Сжатые сообщения не принимаются", status=415)


def declared_length(environ: Mapping[str, Any], limits: Limits) -> int | None:
    """Content-Length within the limit, None for a body in chunks; a call that says neither is refused."""
    given = str(environ.get("CONTENT_LENGTH") or "").strip()
    if not given:
        if environ.get("wsgi.input_terminated") and environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            return None
        raise SoapFault("Не указана длина сообщения (Content-Length)", status=411)
    if not (given.isascii() and given.isdigit()):
        raise SoapFault("Неверное значение Content-Length", status=400)
    if len(given) > 12 or int(given) > limits.max_bytes:
        raise _too_large(limits)
    return int(given)


def read_body(environ: Mapping[str, Any], limits: Limits) -> bytes:
    """The whole body and no byte more than the limit, whatever the sender promises."""
    length = declared_length(environ, limits)
    most = limits.max_bytes + 1 if length is None else length
    stream = environ["wsgi.input"]
    pieces: list[bytes] = []
    got = 0
    while got < most:
        try:
            piece = stream.read(min(PIECE, most - got))
        except Exception as error:  # each server raises its own kinds for a broken or cut stream
            raise SoapFault("Тело сообщения не получено полностью", status=400) from error
        if not piece:
            break
        pieces.append(piece)
        got += len(piece)
    if got > limits.max_bytes:
        raise _too_large(limits)
    if length is not None and got < length:
        raise SoapFault("Тело сообщения не получено полностью", status=400)
    if not got:
        raise SoapFault("Пустое тело запроса", code=FindingCode.PACKET_EMPTY)
    return b"".join(pieces)


def charset_of(environ: Mapping[str, Any]) -> str:
    """The encoding of a body that declares none itself: the one of Content-Type, else the one of the contracts."""
    return _media_type(environ)[1] or "utf-8"


def open_envelope(
    raw: bytes, limits: Limits, understood: frozenset[str] = UNDERSTOOD, charset: str = "utf-8"
) -> Opened:
    """Parses a request and finds the one child of its one Body; anything else is a fault.

    ``understood`` are the namespaces of header blocks that may say they must be.
    """
    try:
        root = parse_document(raw, limits=_xml_limits(limits.max_bytes), told=charset)
    except Permanent as refusal:
        raise SoapFault(refusal.text, code=refusal.code) from None
    version = _version(root)
    parts = list(root.iterchildren(tag=etree.Element))
    header = parts.pop(0) if parts and parts[0].tag == version.name_of("Header") else None
    if len(parts) != 1 or parts[0].tag != version.name_of("Body"):
        raise SoapFault("Конверт должен содержать не более одного Header и ровно один Body")
    body = parts[0]
    if len(body) != 1 or not isinstance(body[0].tag, str):
        raise SoapFault("Body должен содержать ровно один элемент")
    if header is not None:
        _check_header(header, version, understood)
    return Opened(version, header, body[0])


def _media_type(environ: Mapping[str, Any]) -> tuple[str, str]:
    """Media type and charset in lower case; parameters other than charset mean nothing to us."""
    media_type, *parameters = str(environ.get("CONTENT_TYPE") or "").lower().split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            charset = value.strip().strip("\"'")
    return media_type.strip(), charset


def _version(root: etree._Element) -> Version:
    for version in Version:
        if root.tag == version.name_of("Envelope"):
            return version
    if etree.QName(root).localname == "Envelope":
        raise SoapFault("Версия SOAP не поддерживается, ожидается 1.1 или 1.2", blame=Blame.VERSION_MISMATCH)
    raise SoapFault("Корневой элемент не является конвертом SOAP (Envelope)")


def _check_header(header: etree._Element, version: Version, understood: frozenset[str]) -> None:
    """A block that must be understood and is meant for us is one of those understood or a fault."""
    must, actor = version.name_of("mustUnderstand"), version.name_of("actor" if version is Version.V11 else "role")
    for block in header.iterchildren(tag=etree.Element):
        if block.get(must, "").strip() not in ("1", "true") or block.get(actor, "").strip() not in OURS:
            continue
        name = etree.QName(block)
        if name.namespace not in understood:
            raise SoapFault("Обязательный заголовок не поддерживается сервисом", blame=Blame.MUST_UNDERSTAND)


@lru_cache(maxsize=8)
def _xml_limits(max_bytes: int) -> XmlLimits:
    return XmlLimits(max_bytes=max_bytes)


def _too_large(limits: Limits) -> SoapFault:
    most = limits.max_bytes // (1024 * 1024)
    return SoapFault(f"Сообщение больше допустимого размера: {most} МиБ", code=FindingCode.TOO_LARGE, status=413)
