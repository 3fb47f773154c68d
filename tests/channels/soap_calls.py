"""Calls of the SOAP channel for tests: through WSGI in this process, and against a live server on a free port."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from waitress.server import create_server

IDENTIFICATION = "/soap/identification"
DCEXCHANGE = "/EchangeServerTFOMS/DCExchangeSrv"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
UIR = "{http://uir.ffoms.ru}"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


@dataclass(slots=True)
class Answer:
    """An answer of the channel as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def child(self) -> etree._Element:
        """The one child of the Body."""
        envelope = etree.fromstring(self.body)
        body = envelope.find("{*}Body")
        assert body is not None
        assert len(body) == 1
        return body[0]

    @property
    def fault_text(self) -> str:
        """The text of a fault of either version; empty when the answer is no fault."""
        if etree.QName(self.child).localname != "Fault":
            return ""
        return self.child.findtext("faultstring") or self.child.findtext("{*}Reason/{*}Text") or ""


@dataclass(slots=True)
class Request:
    """One HTTP request to the channel; ``environ`` adds to or replaces what WSGI is given."""

    body: bytes
    path: str = DCEXCHANGE
    content_type: str = "text/xml; charset=utf-8"
    login: str = ""
    password: str = ""
    method: str = "POST"
    query: str = ""
    environ: dict[str, Any] = field(default_factory=dict)


def call(application: Wsgi, request: Request) -> Answer:
    """Sends a request through WSGI and reads the whole answer."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "hub.test",
        "SERVER_PORT": "80",
        "HTTP_HOST": "hub.test",
        "REMOTE_ADDR": "192.0.2.7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_TYPE": request.content_type,
        "CONTENT_LENGTH": str(len(request.body)),
    }
    if request.login:
        pair = base64.b64encode(f"{request.login}:{request.password}".encode()).decode()
        environ["HTTP_AUTHORIZATION"] = f"Basic {pair}"
    environ.update(request.environ)
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        started.update(status=status, headers=headers)

    body = b"".join(application({name: value for name, value in environ.items() if value is not None}, start_response))
    return Answer(int(started["status"].split()[0]), dict(started["headers"]), body)


def envelope(content: str, namespace: str = SOAP11, header: str = "") -> bytes:
    """An envelope around the given text."""
    return f'<e:Envelope xmlns:e="{namespace}">{header}<e:Body>{content}</e:Body></e:Envelope>'.encode()


@contextmanager
def live_server(application: Wsgi) -> Iterator[str]:
    """The address of a server that answers in threads of this process while the block lasts."""
    server = create_server(application, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True)
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            server.asyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=serve, name="soap server of a test")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop.set()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown(timeout=2)
        for channel in list(server._map.values()):
            channel.close()
        time.sleep(0)
