"""A federal register of invented people: getPersonData over real HTTP, for the demonstration and the sandbox.

It admits who knows the token, finds by ЕНП, СНИЛС or document, tells an error where told to, and nobody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lxml import etree

from registry.central.spellings.federal import COMMON, PERSON_INFO, SOAP
from registry.core.checks.enp import make_enp
from registry.core.errors import Permanent
from registry.exchange.codecs.xml import parse_document, serialize

#: The way to its services; whose version stands behind it.
PATH = "/t-foms/integration/ws/"
TOKEN = "pesochnitsa"  # noqa: S105 - admits to invented people only
LONGEST = 1024 * 1024
XML = "text/xml; charset=utf-8"
OK, UNAUTHORISED, WRONG = 200, 401, 500
KEYS = ("enp", "snils", "dudlNum", "pcyNum", "tmpcertNum")


@dataclass(frozen=True, slots=True)
class Insured:
    """One person as the federal register knows them; ``error`` is told in the place of them: code and text."""

    enp: str
    surname: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: date | None = None
    status: str = "ДПП"
    okato: str = ""
    insurer: str = ""
    insurer_ogrn: str = ""
    since: date = date(2020, 1, 1)
    died_on: date | None = None
    clinic: str = ""
    other_numbers: frozenset[str] = field(default_factory=frozenset)
    error: tuple[str, str] | None = None


def answer(body: bytes, token: str, people: Sequence[Insured]) -> tuple[int, bytes]:
    """The status and the body of the answer to one call."""
    if token != TOKEN:
        return UNAUTHORISED, b""
    try:
        request = parse_document(body)
    except Permanent:
        return WRONG, _fault("SOAP-1", "Запрос не разобран", "")
    asked = next(request.iter("{*}getPersonDataRequest"), None)
    if asked is None:
        return WRONG, _fault("SOAP-2", "Операция неизвестна", "")
    version = str(etree.QName(asked).namespace).removeprefix("http://ffoms.ru/types/").removesuffix(PERSON_INFO)
    given = {text for name in KEYS for one in asked.iter(f"{{*}}{name}") if (text := (one.text or "").strip())}
    found = next((one for one in people if given & {one.enp, *one.other_numbers}), None)
    if found is not None and found.error:
        return WRONG, _fault(*found.error, version)
    request_id = next((one.text for one in asked.iter("{*}externalRequestId")), "") or ""
    return OK, _response(found, request_id, version)


def sandbox_people() -> tuple[Insured, ...]:
    """Whom the register of the sandbox knows: one for every outcome, of other territories."""
    born = date(1980, 2, 3)
    outcomes = (
        ("77", "Застрахован", {"okato": "45000", "insurer_ogrn": "1027700000007", "clinic": "770017"}),
        ("78", "Умер", {"okato": "40000", "status": "НСН", "died_on": date(2025, 5, 9)}),
        ("50", "Приостановлен", {"okato": "46000", "status": "НВС"}),
        ("16", "Аннулирован", {"okato": "92000", "status": "НАП"}),
        ("02", "Прекращён", {"okato": "80000", "status": "НПГ"}),
        ("74", "Ошибка", {"error": ("ERR-17", "Нет прав на операцию")}),
    )
    return tuple(
        Insured(make_enp(code, 90_001, 1, born), "Федеральный", word, "Тестович", born, **told)
        for code, word, told in outcomes
    )


@contextmanager
def federal_register(people: Sequence[Insured]) -> Iterator[str]:
    """Its address while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer one call."""
            body = self.rfile.read(min(LONGEST, int(self.headers.get("Content-Length") or 0)))
            status, told = answer(body, self.headers.get("X-Auth-Token", ""), people)
            self.send_response(status)
            self.send_header("Content-Type", XML)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_told: Any) -> None:
            """Keep silent: what is asked stands with the question."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, name="federal register", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _response(one: Insured | None, request_id: str, version: str) -> bytes:
    own, common = (f"http://ffoms.ru/types/{version}{name}" for name in (PERSON_INFO, COMMON))
    response = etree.Element(f"{{{own}}}getPersonDataResponse", nsmap={"per": own, "com": common})
    etree.SubElement(response, f"{{{common}}}externalRequestId").text = request_id
    if one is not None:
        told = etree.SubElement(response, f"{{{own}}}pd")
        etree.SubElement(told, f"{{{own}}}oip").text = f"9{one.enp[:-1]}"
        for block, item, fields in _blocks(one):
            place = etree.SubElement(etree.SubElement(told, f"{{{own}}}{block}"), f"{{{own}}}{item}")
            for name, value in fields.items():
                if value:
                    etree.SubElement(place, f"{{{common}}}{name}").text = str(value)
    return _envelope(response)


def _blocks(one: Insured) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    policy = {
        "enp": one.enp,
        "pcyDateB": one.since,
        "pcyDateT": one.died_on,
        "pcyType": "Э",
        "pcyStatus": one.status,
        "insurName": one.insurer,
        "insurOgrn": one.insurer_ogrn,
        "okato": one.okato,
    }
    yield "policy", "policyItems", policy
    if one.clinic:
        attached = {"areaType": 1, "attachMethod": 2, "dateAttachB": one.since, "moCode": one.clinic}
        yield "attach", "attachItems", {**attached, "attachStatus": "ДПП"}
    names = {"surname": one.surname, "firstName": one.first_name, "patronymic": one.patronymic}
    yield "person", "personItems", {**names, "birthDay": one.birth_date, "deathDate": one.died_on}


def _fault(code: str, message: str, version: str) -> bytes:
    common = f"http://ffoms.ru/types/{version}{COMMON}"
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"s": SOAP})
    etree.SubElement(fault, "faultcode").text = "s:Server"
    etree.SubElement(fault, "faultstring").text = message
    error = etree.SubElement(etree.SubElement(fault, "detail"), f"{{{common}}}error")
    for name, text in (("code", code), ("message", message)):
        etree.SubElement(error, f"{{{common}}}{name}").text = text
    return _envelope(fault)


def _envelope(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return serialize(envelope)
