"""Refusals of REST: problem+json (RFC 9457) in Russian, with the canonical code and never anything of the inside."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask
from structlog import get_logger
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent, Retryable
from registry.core.findings import FindingCode as F
from registry.store.troubles import is_passing
from server.logs import incident
from server.web.current import session

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[str, int] = {
    F.CREDENTIALS_WRONG: 401,
    F.NOT_PERMITTED: 403,
    F.TOO_LARGE: 413,
    F.FILE_NAME_TAKEN: 409,
    F.PACKET_ID_REUSED: 409,
    F.STRUCTURE_WRONG: 400,
    F.UNAVAILABLE: 503,
    F.INTERNAL_FAULT: 500,
}
UNPROCESSABLE = 422
WORDS = {
    400: ("Запрос не понят", "BAD_REQUEST"),
    404: ("Не найдено, или не для вашей организации", "NOT_FOUND"),
    405: ("Метод не поддерживается этим адресом", "METHOD_NOT_ALLOWED"),
    413: ("Тело запроса больше допустимого", "TOO_LARGE"),
    415: ("Тип содержимого не поддерживается", "MEDIA_TYPE"),
}

log = get_logger("hub.api")


class Problem(Exception):
    """A refusal on its way out: status, code, Russian text, and members of its own."""

    def __init__(self, status: int, code: str, text: str, **members: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.text = status, code, text
        self.headers: dict[str, str] = members.pop("headers", {})
        self.members = members

    def response(self) -> Response:
        """The refusal as an answer."""
        told = {
            "type": f"/formats/findings#{self.code}" if self.code in F.__members__ else "about:blank",
            "title": self.text,
            "status": self.status,
            "code": self.code,
        } | {name: value for name, value in self.members.items() if value not in (None, "")}
        return Response(msgspec.json.encode(told), self.status, headers=self.headers, content_type=MEDIA_TYPE)


def problem_of(refusal: Permanent, **members: Any) -> Problem:
    """The problem of a refusal by the pipeline, with its place, value and what was expected."""
    return Problem(
        STATUSES.get(refusal.code, UNPROCESSABLE),
        str(refusal.code),
        refusal.text,
        place=refusal.place,
        value=refusal.value,
        expected=refusal.expected,
        **members,
    )


def not_found() -> Problem:
    """What there is not, and what is not for this caller, look the same."""
    return Problem(404, WORDS[404][1], WORDS[404][0])


def unavailable() -> Problem:
    """The database is away or busy: the same call may be repeated."""
    return Problem(
        503, F.UNAVAILABLE.value, "Сервис временно недоступен, повторите запрос", headers={"Retry-After": "10"}
    )


def catch_problems(app: Flask) -> None:
    """Answer every error of the application by problem+json."""
    app.register_error_handler(Problem, lambda problem: problem.response())
    app.register_error_handler(Permanent, lambda refusal: problem_of(refusal).response())
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _bug)


def _refused(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    text, name = WORDS.get(code, WORDS[400])
    headers = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {}
    return Problem(code, name, text, headers=headers).response()


def _bug(error: Exception) -> Response:
    session().rollback()
    if isinstance(error, Retryable) or is_passing(error):
        log.warning("database away or busy", error=type(error).__name__)
        return unavailable().response()
    number = incident()
    log.error("api_failure", incident=number, exc_info=error)
    text = f"Внутренняя ошибка. Сообщите в фонд номер инцидента {number}"
    return Problem(500, F.INTERNAL_FAULT.value, text, incident=number).response()
