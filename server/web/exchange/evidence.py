"""Why a record got the person it got: the stored evidence of the match, as far as these eyes may see (clause 9.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from registry.insured.matching import explained
from server.web import formatting

#: Outcome → what it means, colour, icon.
OUTCOMES = {
    "found": ("Найден, все данные совпали", "green", "user-check"),
    "found_diff": ("Найден, часть данных расходится", "amber", "user-check"),
    "several": ("Подходит несколько человек", "red", "users"),
    "not_found": ("Не найден", "red", "user-search"),
    "annulled": ("Найденная запись аннулирована", "grey", "ban"),
    "dead": ("Умер раньше этой даты", "grey", "minus"),
    "not_insured": ("Найден, но на дату не застрахован", "amber", "shield"),
    "elsewhere": ("Найден, застрахован на другой территории", "amber", "map-pin"),
    "insufficient": ("Данных для поиска недостаточно", "red", "alert-circle"),
    "invalid": ("Данные для поиска неверны", "red", "alert-circle"),
    "held": ("Ждёт решения оператора", "violet", "flag"),
}
TRUST = {"Д": "результату можно доверять, совпадение точное", "В": "степень доверия высокая, совпадение неточное"}
LISTS = (
    ("Совпали ключи", "matched"),
    ("Не использовано", "unused"),
    ("Не хватает", "missing"),
    ("Страховая менялась", "insurance_changed"),
    ("Примечание", "notes"),
)
#: Outsiders see the known number of a person only behind an exact match.
NUMBER = re.compile(r"^(ЕНП|СНИЛС|полис|документ|серия|номер)[^:]*:", re.IGNORECASE)
KNOWN = re.compile(r"в регистре «[^»]*»(?: \(с [\d.]+\))?")


def outcome_of(evidence: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The outcome in words with its colour and icon; None where nobody was looked for."""
    return OUTCOMES.get(str(evidence.get("outcome", "")))


def told(evidence: Mapping[str, Any], *, for_fund: bool) -> list[tuple[str, list[str]]]:
    """The evidence as titles with sentences; what is absent is not mentioned."""
    evidence = explained(evidence)
    pairs: list[tuple[str, list[str]]] = []
    if evidence.get("stage_title"):
        pairs.append(("Где нашлось", [str(evidence["stage_title"])]))
    if evidence.get("trust") in TRUST:
        pairs.append(("Доверие", [f"{evidence['trust']} – {TRUST[evidence['trust']]}"]))
    if evidence.get("conflict"):
        pairs.append(("Противоречие", ["номера записи принадлежат разным людям"]))
    if evidence.get("score") is not None:
        pairs.append(("Сходство", [_score(evidence)]))
        pairs.append(("Из чего сложилось", _texts(evidence.get("grades", ()))))
    elif evidence.get("rule_set"):
        pairs.append(
            (
                "Правила",
                [f"точные ключи; сходство не понадобилось, веса в силе от {formatting.plain(evidence['rule_set'])}"],
            )
        )
    if evidence.get("doubt"):
        pairs.append(("Почему не автоматически", [str(evidence["doubt"])]))
    if evidence.get("candidates"):
        pairs.append(("Кандидатов", [str(evidence["candidates"])]))
    pairs += [(title, _texts(evidence[name])) for title, name in LISTS if evidence.get(name)]
    for title, name in (("Страхование", "insured"), ("Прикрепление", "attached")):
        if evidence.get(name):
            pairs.append((title, _texts(evidence[name])))
    if evidence.get("died_on") and (for_fund or evidence.get("trust") == "Д"):
        pairs.append(("Дата смерти", [formatting.plain(evidence["died_on"])]))
    return pairs


def _score(evidence: Mapping[str, Any]) -> str:
    score, threshold, margin, second = (
        formatting.number(evidence.get(name)) for name in ("score", "threshold", "margin", "second")
    )
    alone = evidence.get("second") is None
    rival = "других похожих нет" if alone else f"следующий {second}, нужен отрыв {margin}"
    weights = formatting.plain(evidence.get("rule_set"))
    return f"{score} при пороге {threshold}; {rival}; веса от {weights}"


def differences(evidence: Mapping[str, Any], *, for_fund: bool) -> list[str]:
    """What was given against what is known; an inexact match keeps the known numbers from outsiders."""
    lines = _texts(evidence.get("differs", ()))
    if for_fund or evidence.get("trust") == "Д":
        return lines
    return [KNOWN.sub("в регистре другое значение", line) if NUMBER.match(line) else line for line in lines]


def _texts(value: Any) -> list[str]:
    return [formatting.plain(one) for one in value] if isinstance(value, list | tuple) else [formatting.plain(value)]
