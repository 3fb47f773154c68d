"""A connection to PostgreSQL that is ended in the middle of a call: screens, REST and SOAP say «later» and go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from structlog.testing import capture_logs

from server.demo.accounts import PASSWORD
from server.web.app import create_app
from tests.channels.rest_hub import RestHub, rest_hub
from tests.fixtures.databases import run_on_server


@pytest.fixture
def rest(postgresql_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(postgresql_url, tmp_path) as made:
        yield made


@contextmanager
def ending_the_first_connection(rest: RestHub) -> Iterator[None]:
    """The server ends the connection of the first statement just before it is sent."""
    ended: list[int] = []

    def end(connection: Any, *_said: Any) -> None:
        if not ended:
            ended.append(connection.connection.dbapi_connection.get_backend_pid())
            run_on_server(f"SELECT pg_terminate_backend({ended[0]})")

    event.listen(rest.hub.engine, "before_cursor_execute", end)
    yield
    event.remove(rest.hub.engine, "before_cursor_execute", end)
    assert ended


def entered(rest: RestHub) -> FlaskClient:
    client = create_app(rest.hub).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    said = {"csrf_token": token[1], "login": "clinic630001", "password": PASSWORD}
    assert client.post("/sign-in", data=said).status_code == 302
    return client


@pytest.mark.parametrize("path", ["/journal", "/people", "/sendings", "/"])
def test_a_screen_says_to_try_again_and_raises_no_alarm(rest: RestHub, path: str) -> None:
    client = entered(rest)
    with ending_the_first_connection(rest), capture_logs() as told:
        answer = client.get(path)
    assert answer.status_code == 503
    assert "Повторите через минуту" in answer.text
    assert "Номер обращения" not in answer.text
    assert {one["log_level"] for one in told} == {"warning"}
    assert client.get(path).status_code == 200


def test_rest_says_to_try_again(rest: RestHub) -> None:
    with ending_the_first_connection(rest):
        answer = rest.call("GET", "/api/v1/packets")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert rest.call("GET", "/api/v1/packets").status_code == 200
