"""A question of an operator about a person nobody of the region is: the form, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.snils import SnilsVerdict, snils_verdict
from registry.core.normalisation import digits
from server.web.exchange.journal import day_of
from server.web.insured.words import DOCUMENTS, SEXES

NAMES = (("surname", "Фамилия"), ("first_name", "Имя"), ("patronymic", "Отчество"))
NUMBERS = (
    ("enp", "ЕНП"),
    ("snils", "СНИЛС"),
    ("document_series", "Серия документа"),
    ("document_number", "Номер документа"),
)
LONGEST = 60


class WrongQuestion(Exception):
    """What of the form cannot be asked, in words."""


def question_of_form(form: Mapping[str, str], today: date) -> dict[str, Any]:
    """What is asked, as the queue keeps it; ``WrongQuestion`` says what is missing or wrong."""
    told: dict[str, Any] = {
        name: value for name, _ in (*NAMES, *NUMBERS) if (value := form.get(name, "").strip()[:LONGEST])
    }
    born = day_of(form.get("birth_date", ""))
    if born is None or not told.get("first_name"):
        raise WrongQuestion("Нужны имя и дата рождения")
    if not any(told.get(name) for name in ("enp", "snils", "document_number")):
        raise WrongQuestion("Нужен хотя бы один номер: ЕНП, СНИЛС или документ")
    told["birth_date"], told["on"] = born.isoformat(), today.isoformat()
    for name, codes in (("sex", SEXES), ("document_type", DOCUMENTS)):
        if form.get(name, "").isdecimal() and int(form[name]) in codes:
            told[name] = int(form[name])
    _check_numbers(told)
    return told


def _check_numbers(told: dict[str, Any]) -> None:
    if "enp" in told:
        told["enp"] = digits(told["enp"])
        if enp_verdict(told["enp"]) is not EnpVerdict.VALID:
            raise WrongQuestion("ЕНП неверен: 16 цифр, последняя контрольная")
    if "snils" in told:
        told["snils"] = digits(told["snils"])
        if snils_verdict(told["snils"]) is not SnilsVerdict.VALID:
            raise WrongQuestion("СНИЛС неверен: 11 цифр, последние две контрольные")
    if told.get("document_number") and "document_type" not in told:
        raise WrongQuestion("Выберите вид документа")
