"""Whoever stands where the federal register is expected: it does to a connection what it likes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


@contextmanager
def behaving(behaviour: Behaviour) -> Iterator[str]:
    """Its address while the block runs; every connection is treated alike, once its request was read."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, behaviour), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _serve(listening: socket.socket, behaviour: Behaviour) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            connection.settimeout(10)
            _read_request(connection)
            behaviour(connection)


def _read_request(connection: socket.socket) -> None:
    seen = b""
    while b"Envelope>" not in seen.replace(b"<", b"")[-200:] or b"\r\n\r\n" not in seen:
        piece = connection.recv(65536)
        if not piece:
            return
        seen += piece


def answering(body: bytes, *, head: str = "200 OK", more: str = "", length: int | None = None) -> Behaviour:
    """An answer as it stands, with a length that may not be true."""
    told = f"HTTP/1.1 {head}\r\nContent-Length: {len(body) if length is None else length}\r\n{more}\r\n"

    def behave(connection: socket.socket) -> None:
        connection.sendall(told.encode() + body)

    return behave
