"""The words of pairs on the screens: fields, levels, values, searches."""

from __future__ import annotations

from collections.abc import Iterable

from registry.insured.matching.candidates import Candidate
from registry.insured.twins.rules.evidence import FieldEvidence, Level
from registry.insured.twins.rules.words import REASON_TITLES, Reason, reasons_of
from server.web import formatting
from server.web.insured.words import SEXES

FIELD_TITLES = {
    "surname": "Фамилия",
    "first_name": "Имя",
    "patronymic": "Отчество",
    "birth_date": "Дата рождения",
    "sex": "Пол",
    "birth_place": "Место рождения",
    "snils": "СНИЛС",
    "enp": "ЕНП",
    "document": "Документ",
    "policy": "Полис",
}
NUMBERS = frozenset(("snils", "enp", "document", "policy"))
STAGE_TITLES = {
    "enp": "общие ЕНП",
    "snils": "общие СНИЛС",
    "document": "общие документы",
    "policy": "общие полисы",
    "names": "ФИО и дата рождения",
    "export": "выгрузка для сверки",
    "linkage": "сверка всего регистра",
}


def name_of(one: Candidate) -> str:
    """Names of now in one line."""
    version = one.current
    return " ".join(filter(None, (version.surname, version.first_name, version.patronymic))) or "Без имени"


def value(evidence: FieldEvidence, side: str, *, revealed: bool) -> str:
    """A compared value as people read it; numbers are masked until somebody asks for them."""
    text: str = getattr(evidence, side)
    if not text:
        return ""
    if evidence.name == "sex":
        return SEXES.get(int(text), text)
    if evidence.name == "birth_date":
        return ".".join(reversed(text.split("-")))
    if evidence.name not in NUMBERS:
        return text
    shown = {"snils": formatting.snils, "enp": formatting.enp}.get(evidence.name, str)(text)
    return shown if revealed else formatting.masked(shown)


def differences(evidence: Iterable[FieldEvidence]) -> str:
    """What speaks against: fields that differ, in one line."""
    found = [_inside(one.name) for one in evidence if one.level is Level.DIFFERENT]
    return f"различаются: {', '.join(found)}" if found else ""


def agreements(evidence: Iterable[FieldEvidence]) -> str:
    """What speaks for, in one line."""
    words = {Level.EQUAL: "", Level.FORMER: " (прежнее)", Level.CLOSE: " (похоже)"}
    found = [_inside(one.name) + words[one.level] for one in evidence if one.level in words]
    return ", ".join(found)


def _inside(name: str) -> str:
    """The title of a field inside a sentence: abbreviations stay as they are."""
    title = FIELD_TITLES[name]
    return title if title.isupper() else title.lower()


def reasons(bits: int) -> str:
    """Why a pair was proposed, in one line."""
    return "; ".join(REASON_TITLES[one] for one in reasons_of(bits))


REASON_OPTIONS = tuple((str(int(one)), REASON_TITLES[one].capitalize()) for one in Reason)
