"""Words for kinds, fields, findings, channels: from the catalogue where it knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.finding_texts import MEANINGS
from registry.core.findings import FindingCode
from registry.exchange.options import DIALECTS
from registry.insured.kinds.methods import TITLES as METHODS
from registry.insured.kinds.methods import Method
from server.web.current import hub
from server.web.formatting import plain
from server.web.insured.words import SEXES

ANSWER_KIND = "identification_answer"
CHANNELS = {"soap": "SOAP", "amqp": "Очередь", "file": "Файл", "web": "Сайт", "rest": "REST"}
#: Every contract in words; those without settings of their own are named here.
CONTRACTS = {
    **DIALECTS,
    "files": "Файлы",
    "uir": "SOAP UIRGate",
    "getattach": "SOAP GetAttach",
    "vologda": "SOAP, Вологда",
    "volgograd": "SOAP, Волгоград",
    "karelia_search": "SOAP, Карелия",
}
#: What a worker does for a packet or for a button of a page.
JOBS = {
    "packet": "Обработка пакета",
    "held": "Отложенный пакет ещё раз",
    "reviewed": "Ответ после разбора",
    "asked_elsewhere": "Ответ после поиска в других регистрах",
    "buffer_answer": "Ответ после согласования",
    "statistics": "Подсчёт статистики",
    "mass_change": "Массовое изменение",
}
DIRECTIONS = {"in": "К нам", "out": "От нас"}
OPERATIONS = {"insert": "Добавить", "update": "Изменить", "delete": "Удалить", "query": "Запрос"}
ORGANISATION_KINDS = {"clinic": "МО", "insurer": "СМО", "fund": "ТФОМС", "agency": "Ведомство"}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What a code means and what its sender should do."""

    title: str
    advice: str


def words_of(code: str) -> FindingWords:
    """The words of a finding code; codes of books and contracts speak by their own texts."""
    if code in FindingCode.__members__:
        meaning = MEANINGS[FindingCode(code)]
        return FindingWords(meaning.title, meaning.advice)
    return FindingWords("", "")


def kind_title(name: str) -> str:
    """The Russian name of a message kind or of a query."""
    kind = hub().context.catalog.kinds.get(name)
    return kind.title if kind is not None else name


def contract_title(dialect: str) -> str:
    """How a contract of the exchange is called; its own name where it is not known."""
    return CONTRACTS.get(dialect, dialect)


def kind_options() -> list[tuple[str, str]]:
    """Kinds as choices of a filter."""
    found = [(name, kind.title) for name, kind in hub().context.catalog.kinds.items()]
    return sorted(found, key=lambda pair: pair[1])


def field_spec(kind_name: str, field: str) -> FieldSpec[Any] | None:
    """The description of a field of a kind; nothing where the kind is not known."""
    kind = hub().context.catalog.kinds.get(kind_name)
    return kind.record.fields.get(field) if kind is not None else None


def field_title(kind_name: str, field: str) -> str:
    """The Russian name of a field of a kind; its own name where the kind is not known."""
    kind = hub().context.catalog.kinds.get(kind_name)
    spec = kind.record.fields.get(field) if kind is not None else None
    return spec.title if spec is not None else field


def field_value(kind_name: str, field: str, value: object) -> str:
    """A value of a record as people read it: codes of short lists in words."""
    kind = hub().context.catalog.kinds.get(kind_name)
    spec = kind.record.fields.get(field) if kind is not None else None
    if spec is not None and spec.type is Method and value in {one.value for one in Method}:
        return METHODS[Method(str(value))]
    return SEXES.get(value, plain(value)) if field == "sex" and isinstance(value, int) else plain(value)


#: What the hub itself notes beside an answer.
NOTED = {
    "target_id": "Номер строки у нас",
    "person_id": "Номер записи регистра",
    "history_id": "Номер истории",
    "insurer_code": "СМО",
}


def answer_pairs(kind_name: str, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a record was answered: titles of its kind or of the answer's own kind, absent values left out."""
    values: dict[str, Any] = {}
    for name, value in answer.items():
        values |= value if isinstance(value, dict) else {name: value}
    found = []
    for name, value in values.items():
        if name != "kind" and value not in (None, "", [], {}):
            titles = (field_title(kind, name) for kind in (kind_name, ANSWER_KIND))
            title = next((text for text in titles if text != name), NOTED.get(name, name))
            found.append((title, field_value(kind_name, name, value)))
    return found


def plain_day(value: object) -> str:
    """A stored date turned round for reading; empty when there is none."""
    return plain(value) if value else ""
