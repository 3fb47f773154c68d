"""The WSGI application of the SOAP channel: every contract at its paths."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session, sessionmaker

from registry.exchange.context import HubContext
from soap.contract import Contract
from soap.doors import Doors
from soap.endpoint import Endpoint
from soap.envelope import answer_bytes
from soap.faults import SoapFault, unavailable_fault
from soap.protocol import StartResponse, spyne_application
from soap.publishing import address_of, published_file, whole_wsdl
from soap.security import Security
from soap.services import ALL_CONTRACTS, CONTRACTS

TEXT = "text/plain; charset=utf-8"
XML = "text/xml; charset=utf-8"
WsgiApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

# spyne logs bodies and fault texts, and a body holds people; the channel logs its own lines.
logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)


def create_application(
    sessions: sessionmaker[Session],
    context: HubContext,
    *,
    contracts: Sequence[Contract] = ALL_CONTRACTS,
    doors: Doors | None = None,
    security: Security | None = None,
) -> WsgiApplication:
    """The application that serves the contracts; what it needs of the registry comes through ``doors``."""
    served = {}
    for contract in contracts:
        service = Service(Endpoint(contract, sessions, context, doors, security))
        served.update(dict.fromkeys(contract.paths, service))

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        service = served.get((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).rstrip("/"))
        if service is None or not service.is_served():
            return respond(start_response, "404 Not Found", "Нет такого сервиса\n".encode(), TEXT)
        return service(environ, start_response)

    return application


def soap_paths(contracts: Sequence[Contract] = CONTRACTS) -> tuple[str, ...]:
    """Every path the application always answers at; optional contracts are switched on by a setting."""
    return tuple(path for contract in contracts for path in contract.paths)


class Service:
    """One contract over HTTP: documents by GET, calls by POST, large calls a few at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._contract = endpoint.contract
        self._calls = spyne_application(endpoint)
        self._heavy = threading.BoundedSemaphore(self._contract.limits.heavy_calls)

    def is_served(self) -> bool:
        """False for an optional contract that is switched off, or of which nothing can be learnt now."""
        try:
            return self._endpoint.is_served()
        except Exception as error:  # noqa: BLE001 - the database is away: an optional contract is not served then
            logging.getLogger(__name__).warning("an optional contract is not served: %s", type(error).__name__)
            return False

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answers every request: with a document, an answer, a fault or a plain refusal."""
        method = environ.get("REQUEST_METHOD", "")
        if method in ("GET", "HEAD"):
            return self._publish(environ, start_response, body=method == "GET")
        if method != "POST":
            fault = SoapFault("Вызовы принимаются методом POST", status=405, Allow="GET, HEAD, POST")
            return self._refuse(environ, start_response, fault)
        try:
            with self._turn(environ):
                return self._calls(environ, start_response)
        except SoapFault as fault:
            return self._refuse(environ, start_response, fault)
        except Exception as error:  # noqa: BLE001 - nothing of the inside may reach the caller
            call = self._endpoint.new_call(environ)
            return self._refuse(environ, start_response, self._endpoint.last_resort(call, error))

    def _publish(self, environ: dict[str, Any], start_response: StartResponse, *, body: bool) -> Iterable[bytes]:
        asked = {name.lower(): value for name, value in parse_qsl(environ.get("QUERY_STRING", ""), True)}
        address = address_of(environ)
        if "wsdl" in asked:
            content, status, media_type = self._contract.wsdl(address), "200 OK", XML
        elif "singlewsdl" in asked:
            content = whole_wsdl(self._contract.wsdl(address), self._contract.schemas.values())
            status, media_type = "200 OK", XML
        elif asked.get("xsd", "") in self._contract.schemas:
            content, status, media_type = published_file(self._contract.schemas[asked["xsd"]]), "200 OK", XML
        else:
            text = f"Здесь сервис SOAP; его описание: {address}?wsdl\n"
            content, status, media_type = text.encode(), "404 Not Found", TEXT
        return respond(start_response, status, content, media_type, body=body)

    def _refuse(self, environ: dict[str, Any], start_response: StartResponse, fault: SoapFault) -> Iterable[bytes]:
        version = self._endpoint.new_call(environ).version
        content = answer_bytes(version, fault.written_in(version))
        return respond(start_response, fault.status_line(version), content, version.media_type, headers=fault.headers)

    @contextmanager
    def _turn(self, environ: dict[str, Any]) -> Iterator[None]:
        """Holds a call whose body may be heavy until there is room for it."""
        limits = self._contract.limits
        given = str(environ.get("CONTENT_LENGTH") or "")
        known = int(given) if given.isascii() and given.isdigit() and len(given) <= 12 else limits.max_bytes
        if known <= limits.heavy or known > limits.max_bytes:  # the guard refuses the latter unread
            yield
            return
        if not self._heavy.acquire(timeout=limits.heavy_wait):
            raise unavailable_fault("Сервис занят большими сообщениями, повторите запрос позже")
        try:
            yield
        finally:
            self._heavy.release()


def respond(
    start_response: StartResponse,
    status: str,
    content: bytes,
    media_type: str,
    *,
    headers: dict[str, str] | None = None,
    body: bool = True,
) -> Iterable[bytes]:
    """A whole answer with its length."""
    fields = {"Content-Type": media_type, "Content-Length": str(len(content))} | (headers or {})
    start_response(status, list(fields.items()))
    return [content] if body else []
