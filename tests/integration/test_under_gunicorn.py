"""The hub's settings of gunicorn, with an application that does nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

THREADS = 2
REQUEST = b"GET / HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:server.under_gunicorn", "--no-control-socket"),
        *("--threads", str(THREADS), "--log-level", "error", "--bind", f"{host}:{port}"),
        "wsgiref.simple_server:demo_app",
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
