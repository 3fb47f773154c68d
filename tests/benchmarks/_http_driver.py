"""A small HTTP client for measuring: prebuilt requests over kept connections, bounded in number and time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BUFFER = 256 * 1024


@dataclass(slots=True)
class Turn:
    """What one turn of requests cost: seconds in all, milliseconds of each, and how many were not answered well."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return (len(self.milliseconds) - self.failures) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The time below which this share of the answers came."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def post_bytes(address: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of one POST over a connection that stays open."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send_all(address: str, requests: Sequence[bytes], *, threads: int, expected: bytes, most_seconds: float) -> Turn:
    """Sends the requests from some threads at once; an answer without ``expected`` in it is a failure.

    What is not sent within ``most_seconds`` is left out, so a turn ends whatever the server does.
    """
    where = urlsplit(address)
    place = (str(where.hostname), int(where.port or 80))
    waiting = iter(requests)
    lock = threading.Lock()
    turn = Turn()
    deadline = time.monotonic() + most_seconds

    def work() -> None:
        connection: socket.socket | None = None
        while time.monotonic() < deadline:
            with lock:
                request = next(waiting, None)
            if request is None:
                break
            connection = connection or socket.create_connection(place, timeout=most_seconds)
            started = time.perf_counter()
            answer, stays = _exchange(connection, request)
            taken = (time.perf_counter() - started) * 1000
            if not stays:
                connection.close()
                connection = None
            with lock:
                turn.milliseconds.append(taken)
                turn.failures += expected not in answer
        if connection is not None:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    turn.seconds = time.perf_counter() - started
    return turn


def send_paced(
    address: str,
    requests: Sequence[bytes],
    *,
    connections: int,
    per_second: float,
    expected: bytes,
    most_seconds: float,
) -> Turn:
    """Sends at a fixed rate over many connections; a time counts from when its request was due, so waiting is told."""
    where = urlsplit(address)
    place = (str(where.hostname), int(where.port or 80))
    waiting = iter(enumerate(requests))
    lock = threading.Lock()
    turn = Turn()
    begun = time.monotonic() + 0.5

    def work() -> None:
        with socket.create_connection(place, timeout=most_seconds) as connection:
            while True:
                with lock:
                    number, request = next(waiting, (0, None))
                if request is None or time.monotonic() > begun + most_seconds:
                    return
                due = begun + number / per_second
                time.sleep(max(0.0, due - time.monotonic()))
                answer, stays = _exchange(connection, request)
                with lock:
                    turn.milliseconds.append((time.monotonic() - due) * 1000)
                    turn.failures += expected not in answer
                if not stays:
                    return

    workers = [threading.Thread(target=work) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    turn.seconds = time.monotonic() - begun
    return turn


def _exchange(connection: socket.socket, request: bytes) -> tuple[bytes, bool]:
    """The whole answer to a request, and whether the connection may be used again."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(BUFFER)
        if not piece:
            return received, False
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    fields = head.lower()
    length = int(fields.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while len(body) < length:
        piece = connection.recv(BUFFER)
        if not piece:
            return head + body, False
        body += piece
    return head + body, b"connection: close" not in fields
