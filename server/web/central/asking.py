"""A question of an operator about a person nobody of the region is: the form, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.central.operations.ask_elsewhere import FEDERAL_REGISTER, PEERS, Peer
from registry.central.spellings.federal import person_request
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.snils import SnilsVerdict, snils_verdict
from registry.core.normalisation import digits
from server.web.exchange.journal import day_of
from server.web.insured.words import DOCUMENTS, POLICIES, SEXES

NAMES = (("surname", "Фамилия"), ("first_name", "Имя"), ("patronymic", "Отчество"))
NUMBERS = (
    ("enp", "ЕНП"),
    ("snils", "СНИЛС"),
    ("document_series", "Серия документа"),
    ("document_number", "Номер документа"),
    ("policy_series", "Серия полиса"),
    ("policy_number", "Номер полиса"),
)
LONGEST = 60
NOT_SO = "ФЕРЗЛ так не спросить: серия полиса – до 5 знаков, номер – до 10, номер временного свидетельства – 9"


class WrongQuestion(Exception):
    """What of the form cannot be asked, in words."""


def registers(options: Mapping[str, Any]) -> list[Peer]:
    """The registers that are set up to be asked, in the order strangers are asked about at them."""
    return [one for one in PEERS if options[one.is_on] and (one is not FEDERAL_REGISTER or options["ferzl_address"])]


def register_of_form(form: Mapping[str, str], known: list[Peer]) -> Peer:
    """The register that was chosen; the only one need not be."""
    chosen = [one for one in known if one.trigger == form.get("register")] or (known if len(known) == 1 else [])
    if not chosen:
        raise WrongQuestion("Выберите, кого спросить" if known else "Спросить некого: обмен выключен в настройках")
    return chosen[0]


def given_of(question: Mapping[str, Any], trigger: str, known: list[Peer]) -> dict[str, str]:
    """A question as the form shows it, for a register that was not asked it, when there is one."""
    other = next((one for one in known if one.trigger != trigger), None)
    given = {name: str(value) for name, value in question.items() if name != "on"}
    return {**given, "register": other.trigger if other else trigger}


def question_of_form(form: Mapping[str, str], today: date, register: Peer) -> dict[str, Any]:
    """What is asked, as the queue keeps it; ``WrongQuestion`` says what is missing or wrong."""
    told: dict[str, Any] = {
        name: value for name, _ in (*NAMES, *NUMBERS) if (value := form.get(name, "").strip()[:LONGEST])
    }
    born = day_of(form.get("birth_date", ""))
    if born is None or not told.get("first_name"):
        raise WrongQuestion("Нужны имя и дата рождения")
    if not any(told.get(name) for name in ("enp", "snils", "document_number", "policy_number")):
        raise WrongQuestion("Нужен хотя бы один номер: ЕНП, СНИЛС, документ или полис")
    on = day_of(form.get("on", "")) or today
    told["birth_date"], told["on"] = born.isoformat(), on.isoformat()
    if form.get("policy_type") in POLICIES:
        told["policy_type"] = form["policy_type"]
    for name, codes in (("sex", SEXES), ("document_type", DOCUMENTS)):
        if form.get(name, "").isdecimal() and int(form[name]) in codes:
            told[name] = int(form[name])
    _check_numbers(told)
    if register is FEDERAL_REGISTER and person_request(told, "", "") is None:
        raise WrongQuestion(NOT_SO)
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
