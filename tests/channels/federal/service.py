"""A federal register of our own: a server that speaks real HTTP and says what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lxml import etree

TOKEN = "tayna-6a1f"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
LONGEST_WAIT = 20

Said = Callable[["Call"], tuple[int, str]]


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def text(self, name: str) -> str | None:
        """The text of the first element of this local name."""
        found = next(etree.fromstring(self.body).iter(f"{{*}}{name}"), None)
        return None if found is None else found.text

    def spaces(self) -> set[str]:
        """The namespaces its elements are in."""
        return {str(etree.QName(one).namespace) for one in etree.fromstring(self.body).iter()}


@dataclass
class FederalService:
    """What it says to one call after another, the last again and again; the calls it had."""

    address: str = ""
    says: list[Said] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, call: Call) -> tuple[int, str]:
        """Admit nobody without the token; else say the next thing."""
        self.calls.append(call)
        if call.headers.get("x-auth-token") != TOKEN:
            return 401, "<html>who are you</html>"
        return (self.says.pop(0) if len(self.says) > 1 else self.says[0])(call)

    def silence(self, _call: Call) -> tuple[int, str]:
        """Say nothing until the test is over."""
        self.released.wait(LONGEST_WAIT)
        return 504, ""


def envelope(content: str) -> str:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'


def found(
    *policies: dict[str, str],
    version: str = "24.1.2/",
    died: str = "",
    surname: str = "ДАЛЬНИЙ",
    firstName: str = "ИВАН",  # noqa: N803 - the names of the contract
    born: date = date(1984, 3, 5),
) -> Said:
    """One person with these policies, in the namespaces of a version; «» is the early form."""
    items = "".join(
        "<p:policyItems>" + "".join(f"<c:{tag}>{value}</c:{tag}>" for tag, value in one.items()) + "</p:policyItems>"
        for one in policies
    )
    person = f"<c:surname>{surname}</c:surname><c:firstName>{firstName}</c:firstName><c:birthDay>{born}</c:birthDay>"
    person += f"<c:deathDate>{died}</c:deathDate>" if died else ""

    def said(call: Call) -> tuple[int, str]:
        return 200, envelope(
            f'<p:getPersonDataResponse xmlns:p="http://ffoms.ru/types/{version}mpiPersonInfoSchema"'
            f' xmlns:c="http://ffoms.ru/types/{version}commonTypes">'
            f"<c:externalRequestId>{call.text('externalRequestId')}</c:externalRequestId>"
            f"<p:pd><p:oip>1</p:oip><p:policy>{items}</p:policy>"
            f"<p:person><p:personItems>{person}</p:personItems></p:person></p:pd></p:getPersonDataResponse>"
        )

    return said


def several(*policies: dict[str, str]) -> Said:
    """A person for each policy."""
    told = [found(one) for one in policies]

    def said(call: Call) -> tuple[int, str]:
        texts = [one(call)[1] for one in told]
        people = "".join(text[text.index("<p:pd>") : text.index("</p:getPersonDataResponse>")] for text in texts[1:])
        return 200, texts[0].replace("</p:getPersonDataResponse>", f"{people}</p:getPersonDataResponse>")

    return said


def nobody(call: Call) -> tuple[int, str]:
    """An answer without a person."""
    return 200, envelope(
        '<p:getPersonDataResponse xmlns:p="http://ffoms.ru/types/24.1.2/mpiPersonInfoSchema">'
        f'<c:externalRequestId xmlns:c="http://ffoms.ru/types/24.1.2/commonTypes">{call.text("externalRequestId")}'
        "</c:externalRequestId></p:getPersonDataResponse>"
    )


def fault(code: str, message: str) -> Said:
    """An error of the service: a Fault with a code and a message of commonTypes."""
    return lambda _call: (
        500,
        envelope(
            "<s:Fault><faultcode>s:Server</faultcode><faultstring>error</faultstring><detail>"
            f'<c:error xmlns:c="http://ffoms.ru/types/24.1.2/commonTypes"><c:code>{code}</c:code>'
            f"<c:message>{message}</c:message></c:error></detail></s:Fault>"
        ),
    )


@contextmanager
def serving() -> Iterator[FederalService]:
    """The service on a port of its own while the block runs."""
    service = FederalService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, text = service.answer(Call(self.path, headers, body))
            raw = text.encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
