"""The way to the federal register: one POST over HTTP with the token of the installation.

Whatever stands there, a call ends: in time (a watch closes the connection, however slowly its bytes drip) and in memory
(an answer is read up to a bound). Redirections are not followed, so that the token goes nowhere else; no proxy, no
``.netrc``, and no compressed bodies.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, quote, urlsplit

from registry.central.federal import NoAnswerError, Reply, Transport
from registry.central.spellings.federal import ENCODING, SERVICE

LARGEST = 2 * 1024 * 1024
PIECE = 64 * 1024
CONNECT_SECONDS = 10.0
PORTS = {"http": 80, "https": 443}
#: What is said when a connection was not made or broke off; the text of the error itself may hold an address.
NOT_TRUSTED, NOT_SECURED = "сертификат службы не принят", "защищённое соединение не установлено"
NOT_FOUND, REFUSED, BROKEN = "адрес службы не найден", "соединение не установлено", "соединение оборвано"
NO_ADDRESS, CUT, LATE = "адрес службы не читается", "ответ оборван", "ответа нет вовремя"


def federal_transport(address: str, version: str, token: str, seconds: float) -> Transport:
    """Ask the service at this address, within so many seconds from the connection to the last byte."""
    url = address.rstrip("/") + SERVICE.format(version)
    headers = {
        "Content-Type": f"text/xml; charset={ENCODING}",
        "Accept": "text/xml",
        "SOAPAction": '""',
        "X-Auth-Token": token,
        "Connection": "close",
    }

    def post(body: bytes) -> Reply:
        with _Watched(url, seconds) as call:
            return call.post(body, headers)

    return post


class _Watched:
    """One connection that is closed when its time is over, and turns whatever goes wrong into words."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds
        self._expired = False
        self._sock: socket.socket | None = None
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        if self._sock is not None:
            self._sock.close()
        if self._expired:
            raise NoAnswerError(f"ответа нет за {self._seconds:g} с") from None
        if words := _words(error):
            raise NoAnswerError(words) from None

    def post(self, body: bytes, headers: dict[str, str]) -> Reply:
        """What is answered, at most so many bytes of it."""
        url = urlsplit(self._url)
        http = HTTPConnection("-")  # it is connected already and told its host in a header
        http.sock = self._connected(url)
        http.request("POST", quote(url.path), body, {"Host": url.netloc, **headers})
        with http.getresponse() as told:
            content, whole = _read(told)
            return Reply(told.status, content, told.headers.get_content_charset("") or "", whole=whole)

    def _connected(self, url: SplitResult) -> socket.socket:
        address = url.hostname or "", url.port or PORTS[url.scheme]
        sock = self._watched(socket.create_connection(address, min(CONNECT_SECONDS, self._seconds)))
        if url.scheme == "https":
            context = ssl.create_default_context()
            # known to the watch before the greeting, which may drip as well
            secure = context.wrap_socket(sock, server_hostname=url.hostname, do_handshake_on_connect=False)
            sock = self._watched(secure)
            secure.do_handshake()
        sock.settimeout(None)  # from here on the watch alone decides
        return sock

    def _watched(self, sock: socket.socket) -> socket.socket:
        """Let the watch close this one; the time may have been over before there was anything to close."""
        self._sock = sock
        if self._expired:
            raise TimeoutError
        return sock

    def _expire(self) -> None:
        self._expired = True  # first: whoever connects meanwhile looks at it
        if self._sock is not None:
            with suppress(OSError):
                # past the methods of a secure one, which would say goodbye to who keeps silent
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


def _read(told: HTTPResponse) -> tuple[bytes, bool]:
    """What came up to the bound, and whether that is all; what broke off before its promised end is no answer."""
    found = bytearray()
    while piece := told.read1(PIECE):
        found += piece
        if len(found) > LARGEST:
            return bytes(found[:LARGEST]), False
    if told.length:
        raise NoAnswerError(CUT)
    return bytes(found), True


def _words(error: BaseException | None) -> str:
    """What went wrong on the way; empty when it is no trouble of the way."""
    for kind, words in (
        (ssl.SSLCertVerificationError, NOT_TRUSTED),
        (ssl.SSLError, NOT_SECURED),
        (socket.gaierror, NOT_FOUND),
        (ConnectionRefusedError, REFUSED),
        (TimeoutError, LATE),
        (OSError, BROKEN),
        (HTTPException, BROKEN),
        (ValueError, NO_ADDRESS),
    ):
        if isinstance(error, kind):
            return words
    return ""
