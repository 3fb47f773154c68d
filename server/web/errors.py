"""Errors in words, each with what to do; a bug gets an incident number and nothing of its inside."""

from __future__ import annotations

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from structlog import get_logger
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers.response import Response

from registry.core.errors import Retryable
from registry.store.troubles import is_passing
from server.logs import incident
from server.web.access.resume import unsent_of_request
from server.web.current import hub, session

log = get_logger("hub.web")

Answer = Response | tuple[str | Response, int]

WORDS = {
    400: ("Запрос не понят", "В адресе или форме что-то не так.", "Вернитесь назад и повторите.", "alert-circle"),
    403: (
        "Нет доступа",
        "Этот раздел не открыт для вашей роли.",
        "Попросите администратора фонда дать доступ.",
        "lock",
    ),
    404: (
        "Не найдено",
        "Такой страницы нет, или она не для вашей организации.",
        "Проверьте номер в адресе или найдите нужное через строку поиска.",
        "search",
    ),
    405: ("Так нельзя", "Этот адрес так не открывается.", "Вернитесь на страницу с формой.", "ban"),
    413: (
        "Файл слишком велик",
        "",
        "Разделите файл на части или попросите администратора увеличить предел.",
        "file-alert",
    ),
    429: ("Слишком часто", "Слишком много запросов подряд.", "Подождите несколько минут.", "clock"),
    503: (
        "Временно недоступно",
        "База данных занята или не отвечает. Действие не выполнено, данные не изменены.",
        "Повторите через минуту.",
        "database",
    ),
    500: (
        "Сбой в системе",
        "Действие не выполнено, данные не изменены.",
        "Повторите через минуту. Если не поможет, сообщите администратору номер обращения.",
        "bug",
    ),
}


def catch_errors(app: Flask) -> None:
    """Answer every error of an application with a page of ours."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _bug)


def _refused(error: HTTPException) -> Answer | HTTPException:
    code = error.code or 500
    if code < 400:
        return error  # a redirect of the router
    if isinstance(error, InternalServerError):
        return _bug(error)
    title, why, what, icon = WORDS.get(code, WORDS[400])
    if code == 413:
        why = f"Принимаются файлы не больше {hub().settings.max_upload_mb} МБ."
    return _page(code, title=title, why=why, what=what, icon=icon)


def _bug(error: Exception) -> Answer:
    g.broken = True  # the page that tells of it must not ask the database for anything
    session().rollback()
    if isinstance(error, Retryable) or is_passing(error):
        log.warning("database away or busy", endpoint=request.endpoint or "", error=type(error).__name__)
        title, why, what, icon = WORDS[503]
        return _page(503, title=title, why=why, what=what, icon=icon)
    number = incident()
    log.error("web_failure", incident=number, endpoint=request.endpoint or "", exc_info=error)
    title, why, what, icon = WORDS[500]
    return _page(500, title=title, why=why, what=what, icon=icon, incident=number)


def _stale_form(_error: CSRFError) -> Answer:
    """A form of an earlier session of the same person is offered again; one from elsewhere is refused."""
    origin = request.headers.get("Origin", "")
    if wants_json():
        return jsonify(error="Страница устарела, обновите её и повторите"), 400
    if origin and origin == request.host_url.rstrip("/") and request.endpoint != "access.sign_in":
        return render_template("resume.html", unsent=unsent_of_request()), 400
    title, _why, _what, icon = WORDS[400]
    return _page(400, title=title, why="Страница с формой устарела.", what="Откройте её снова и повторите.", icon=icon)


def wants_json() -> bool:
    """True for our own scripts and for programs."""
    return request.accept_mimetypes.best == "application/json"


def _page(code: int, **values: str) -> Answer:
    if wants_json():
        return jsonify(error=" ".join(filter(None, (values["why"], values["what"]))), **_number(values)), code
    return render_template("error.html", **values), code


def _number(values: dict[str, str]) -> dict[str, str]:
    return {"incident": values["incident"]} if "incident" in values else {}
