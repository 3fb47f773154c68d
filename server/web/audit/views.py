"""The audit as a table for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.queries import AuditFilter, AuditLine, audit_page
from server.web.asking import number_of
from server.web.auditing import ACTIONS, OBJECTS
from server.web.current import session
from server.web.exchange.journal import PERIODS, period_of
from server.web.formatting import plain
from server.web.insured.purpose import TITLES
from server.web.serving import serve
from server.web.table import Column, Empty, Filter, Table

audit = Blueprint("audit", __name__)

DETAILS = {
    "position": "запись",
    "by": "по",
    "what": "номер",
    "part": "часть",
    "form": "вид файла",
    "before": "было",
    "after": "стало",
    "purpose": "цель",
    "path": "адрес",
    "since": "с",
    "reason": "основание",
    "taken": "отнято",
    "given": "дано",
    "kept": "как в поставке",
    "filters": "отбор",
    "further": "следующая страница",
    "key": "ключ",
    "rows": "строк",
    "people": "люди",
    "until": "по",
}
NOUNS = {
    "enp": "ЕНП",
    "snils": "СНИЛС",
    "numbers": "СНИЛС",
    "document": "документ",
    "documents": "документ",
    "policy": "полис",
    "policies": "полис",
    "doctor": "СНИЛС врача",
    "phone": "телефон",
    "surname": "фамилия",
    "first_name": "имя",
    "patronymic": "отчество",
    "birth_date": "дата рождения",
    "bdz_id": "ИД в регистре",
    "raw": "исходник",
    "answer": "ответ",
    "question": "запрос",
}


@audit.get("/audit")
def entries() -> str | Response:
    """Who did what, newest first."""
    table = Table(
        name="audit",
        title="Аудит",
        columns=(
            Column(key="at", title="Время", value=lambda line: line.entry.at, kind="moment"),
            Column(
                key="login",
                title="Кто",
                value=lambda line: line.login or "не вошёл",
                below=lambda line: line.organisation,
            ),
            Column(key="action", title="Что", value=lambda line: ACTIONS.get(line.entry.action, line.entry.action)),
            Column(key="object", title="С чем", value=_object, link=_link),
            Column(key="details", title="Подробно", value=_details, kind="wide"),
            Column(key="address", title="Адрес", value=lambda line: line.entry.address, kind="code"),
        ),
        defaults={"period": "7"},
        filters=(
            Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            Filter(name="action", title="Что", kind="select", options=tuple(ACTIONS.items())),
            Filter(name="login", title="Логин"),
            Filter(name="object", title="С чем", kind="select", options=tuple(OBJECTS.items())),
            Filter(name="number", title="Номер объекта"),
        ),
        empty=Empty(
            why="За этот период по этим условиям записей нет",
            what="Расширьте период или уберите часть условий.",
            link=url_for("audit.entries", period="all"),
            action="Показать за всё время",
            icon="shield-check",
        ),
    )

    def fetch(after: str, limit: int) -> list[AuditLine]:
        since, until = period_of(table)
        wanted = AuditFilter(
            since=since,
            until=until,
            action=table.value("action"),
            login=table.value("login"),
            object_type=table.value("object"),
            object_id=table.value("number"),
        )
        return audit_page(session(), wanted, after=number_of(after), limit=limit)

    return serve(table, fetch, "list.html", group="Администрирование")


def _object(line: AuditLine) -> str:
    entry = line.entry
    if not entry.object_type:
        return ""
    return f"{OBJECTS.get(entry.object_type, entry.object_type)} {entry.object_id}".strip()


def _link(line: AuditLine) -> str:
    number = line.entry.object_id
    if line.entry.object_type == "option":
        return url_for("options.option", name=number.partition(".")[0])
    if not number.isdecimal():
        return ""
    if line.entry.object_type == "packet":
        return url_for("exchange.packet", line_id=int(number))
    return url_for("insured.person", person_id=int(number)) if line.entry.object_type == "person" else ""


def _details(line: AuditLine) -> str:
    """The details in words: which record, which number, by what, narrowed how."""
    told = []
    for name, value in line.entry.details.items():
        if value not in (None, "", [], {}):
            words = TITLES.get(value, value) if name == "purpose" else _told(value)
            told.append(f"{DETAILS.get(name, name)}: {words}")
    return "; ".join(told)


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    noun, _, _ = str(value).partition(":")
    return NOUNS.get(noun, plain(value)) if isinstance(value, str) else plain(value)
