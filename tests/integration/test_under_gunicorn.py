"""The hub's settings of gunicorn, with an application that only reads."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from server.under_gunicorn import STALLED_SECONDS

THREADS = 2
STALLED = (b"POST / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 1000\r\n\r\n<a>")
REQUEST = b"GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"


def read_and_answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An application that takes its request to the end."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:server.under_gunicorn", "--no-control-socket"),
        *("--threads", str(THREADS), "--log-level", "error", "--bind", f"{host}:{port}"),
        f"{__name__}:read_and_answer",
    ]
    server = subprocess.Popen(command)
    try:
        _wait_until_answered((host, port), server)
        yield host, port
    finally:
        server.terminate()
        server.wait(timeout=15)


def _wait_until_answered(address: tuple[str, int], server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if _answer(address, seconds=10):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")


def _answer(address: tuple[str, int], *, seconds: float) -> bytes:
    with socket.create_connection(address, timeout=seconds) as connection:
        connection.sendall(REQUEST)
        return connection.recv(4096)


def test_a_call_is_answered_while_more_connections_are_silent_than_there_are_threads(address: tuple[str, int]) -> None:
    with ExitStack() as silent:
        for _ in range(THREADS + 2):
            silent.enter_context(socket.create_connection(address, timeout=5))
        time.sleep(0.5)

        started = time.monotonic()
        answer = _answer(address, seconds=20)

    assert answer.startswith(b"HTTP/1.1 200")
    assert time.monotonic() - started < 4  # gunicorn waits five seconds for each silent connection


def test_requests_that_never_end_hold_no_thread_for_ever(address: tuple[str, int]) -> None:
    with ExitStack() as stalled:
        for piece in STALLED[:THREADS]:
            stalled.enter_context(socket.create_connection(address, timeout=5)).sendall(piece)
        time.sleep(0.5)
        answer = _answer(address, seconds=STALLED_SECONDS + 10)
    assert answer.startswith(b"HTTP/1.1 200")
