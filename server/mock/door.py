"""The sandbox over HTTP: the hub's own addresses, and /mock/… for tests that are not written in Python."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from registry.exchange.broker import Message, Undeliverable, queue_name
from server.demo.accounts import CHANNEL_LOGIN
from server.mock import federal
from server.mock.dialect import met, turn
from server.mock.scenario import ScenarioWrong, read_scenario

if TYPE_CHECKING:
    from server.mock.sandbox import Sandbox

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]
LONGEST_WAIT = 30.0
BROKEN_LENGTH = "1048576"
PREFIX = "/mock/"
ADDRESSES = Map(
    [
        Rule("/mock/people", endpoint="people", methods=["GET"]),
        Rule("/mock/scenario", endpoint="play", methods=["PUT"]),
        Rule("/mock/reset", endpoint="reset", methods=["POST"]),
        Rule("/mock/queues/<channel>/<part>", endpoint="send", methods=["POST"]),
        Rule("/mock/queues/<channel>/<part>", endpoint="receive", methods=["GET"]),
    ]
)


class Door:
    """Passes calls to the hub and lets the scenario delay or lose what comes back."""

    def __init__(self, sandbox: Sandbox, application: WsgiApplication) -> None:
        self._sandbox = sandbox
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._steer(Request(environ))(environ, start_response)
        if environ.get("PATH_INFO", "").startswith(federal.PATH):
            return self._federal(Request(environ))(environ, start_response)
        met.set(None)
        turn.set(object())
        held: list[Any] = []
        body = self._application(environ, lambda *arguments: held.append(arguments))
        step = met.get()
        if step is None:
            start_response(*held[-1])
            return body
        content = b"".join(body)
        time.sleep(step.delay_ms / 1000)
        if step.drop:
            start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", BROKEN_LENGTH)])
            return _broken()
        start_response(*held[-1])
        return [content]

    def _federal(self, request: Request) -> Response:
        """What the federal register of the sandbox says, to a hub that is set up to ask it here."""
        token = request.headers.get("X-Auth-Token", "")
        status, body = federal.answer(request.get_data(), token, self._sandbox.federal_people)
        return Response(body, status, content_type=federal.XML)

    def _steer(self, request: Request) -> WsgiApplication:
        try:
            endpoint, values = ADDRESSES.bind_to_environ(request.environ).match()
            answer: Response = getattr(self, f"_{endpoint}")(request, **values)
        except HTTPException as refused:
            return refused
        except (ScenarioWrong, Undeliverable) as refused:
            return Response(f"{refused}\n", 422, content_type="text/plain; charset=utf-8")
        return answer

    def _people(self, _request: Request) -> Response:
        told = [
            {
                "surname": "Кодов",
                "first_name": one.word,
                "patronymic": "Тестович",
                "birth_date": one.birth_date.isoformat(),
                "snils": one.snils,
                "enp": one.enp(self._sandbox.fund),
                "outcome": one.outcome,
                "title": one.title,
            }
            for one in self._sandbox.people
        ]
        return Response(msgspec.json.encode(told), content_type="application/json")

    def _play(self, request: Request) -> Response:
        text = request.get_data().decode("utf-8", "replace")
        self._sandbox.play(read_scenario(text, self._sandbox.hub.context.catalog))
        return Response(status=204)

    def _reset(self, _request: Request) -> Response:
        self._sandbox.reset()
        return Response(status=204)

    def _send(self, request: Request, channel: str, part: str) -> Response:
        message_id = request.args.get("message_id") or str(uuid.uuid4()).upper()
        properties = {"user_id": request.args.get("user_id", CHANNEL_LOGIN)}
        type_ = request.args.get("type", "")
        message = Message(queue_name(channel, part), request.get_data(), message_id, type_, properties)
        self._sandbox.hub.broker.publish(message)
        return Response(msgspec.json.encode({"message_id": message_id}), 202, content_type="application/json")

    def _receive(self, request: Request, channel: str, part: str) -> Response:
        """The oldest message of a queue, taken away; 204 when none came in time."""
        wait = min(LONGEST_WAIT, float(request.args.get("wait", 0, type=int)))
        taken = self._sandbox.receive(channel, part, wait)
        if taken is None:
            return Response(status=204)
        headers = {
            "X-Message-Id": taken.message_id,
            "X-Type": taken.type,
            "X-Correlation-Id": str(taken.properties.get("correlation_id", "")),
        }
        return Response(taken.body, headers=headers, content_type="text/xml; charset=utf-8")


def _broken() -> Iterator[bytes]:
    """Less than was promised: the server can only close the connection."""
    yield b" "
    raise ConnectionAbortedError
