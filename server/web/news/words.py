"""A change in words: titles of what the registry keeps, values as people read them, numbers hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.insured.kinds.methods import TITLES as METHODS
from registry.insured.news.queries.pages import Difference, NewsLine
from registry.insured.news.watched import TITLES
from registry.store.base import OPEN_DATE
from server.web import formatting
from server.web.insured.words import AREA_TYPES, DOCUMENTS, END_REASONS, POLICIES, SEXES, SOURCES

COLUMNS = {
    "valid_from": "действует с",
    "valid_to": "действует по",
    "surname": "фамилия",
    "first_name": "имя",
    "patronymic": "отчество",
    "birth_date": "дата рождения",
    "birth_precision": "точность даты рождения",
    "sex": "пол",
    "birth_place": "место рождения",
    "citizenship": "гражданство",
    "category": "категория",
    "employment": "занятость",
    "type": "вид",
    "series": "серия",
    "number": "номер",
    "issued_on": "выдан",
    "expires_on": "действителен до",
    "issuer": "кем выдан",
    "enp": "ЕНП",
    "ends_on": "срок действия",
    "stopped_on": "снят с учёта",
    "insurer_code": "СМО",
    "insurer_ogrn": "ОГРН СМО",
    "okato": "территория",
    "begin_reason": "причина начала",
    "end_reason": "причина окончания",
    "clinic_code": "МО",
    "clinic_oid": "ОИД МО",
    "area_type": "вид участка",
    "method": "способ",
    "applied_on": "дата заявления",
    "department": "подразделение",
    "district_code": "участок",
    "doctor_snils": "врач",
    "status": "статус",
    "registered": "зарегистрирована",
    "text": "адрес",
}
HIDDEN = frozenset(("number", "series", "enp", "doctor_snils"))
STATUSES = {1: "застрахован", 2: "аннулирован", 3: "умер", 4: "приостановлен", 5: "застрахован не здесь"}
LISTS: dict[str, dict[Any, str]] = {"sex": SEXES, "area_type": AREA_TYPES, "status": STATUSES}
OF_ASPECT: dict[tuple[str, str], dict[Any, str]] = {
    ("policy", "type"): POLICIES,
    ("identity_document", "type"): DOCUMENTS,
    ("attachment", "end_reason"): END_REASONS,
    ("attachment", "method"): {method.value: title for method, title in METHODS.items()},
}


def what(line: NewsLine) -> str:
    """What changed, with a word for a fact that ceased without another in its place."""
    title = TITLES.get(line.news.aspect, line.news.aspect)
    return f"{title}: снято" if line.news.gone else title


def differences(line: NewsLine) -> str:
    """«фамилия: ИВАНОВА → ПЕТРОВА; …» – what differs from the row before."""
    return "; ".join(_told(line, one) for one in line.differences)


def person(line: NewsLine) -> str:
    """The whole name."""
    return " ".join(filter(None, (line.surname, line.first_name, line.patronymic))) or "Без имени"


def born(line: NewsLine) -> str:
    """The birth date, which tells namesakes apart."""
    return formatting.day(line.birth_date) if line.birth_date else ""


def source(line: NewsLine) -> str:
    """Whose word it is."""
    return SOURCES.get(line.news.source, line.news.source)


def _told(line: NewsLine, one: Difference) -> str:
    """Of a fact that ceased only what it was: «→ нет» behind each of its values says nothing."""
    aspect, title = line.news.aspect, COLUMNS.get(one.column, one.column)
    old, new = _value(aspect, one.column, one.old), _value(aspect, one.column, one.new)
    if line.news.gone and not new:
        return f"{title}: {old}"
    return f"{title}: {old} → {new or 'нет'}" if old else f"{title}: {new}"


def _value(aspect: str, column: str, value: Any) -> str:
    if value in (None, "", False, OPEN_DATE):
        return "" if value != OPEN_DATE else "без срока"
    words = OF_ASPECT.get((aspect, column)) or LISTS.get(column, {})
    if value in words:
        return words[value]
    if isinstance(value, date):
        return formatting.day(value)
    return formatting.masked(str(value)) if column in HIDDEN else formatting.plain(value)
