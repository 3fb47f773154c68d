"""Small dated code lists about people, policies and applications: what a code means on a day."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from registry.reference.descriptions import packaged
from registry.reference.shipped import shipped_rows

EARLIEST, LATEST = date(1993, 1, 1), date(9999, 12, 31)

TITLES: Mapping[str, str] = {
    "V005": "Пол",
    "V013": "Категория застрахованного лица",
    "F008": "Тип документа, подтверждающего факт страхования",
    "F009": "Статус застрахованного лица",
    "R001": "Причина внесения изменений в РС ЕРЗ",
    "event": "Событие регистра",
    "person_status": "Состояние записи о человеке",
    "application_kind": "Тип заявления",
    "choice_reason": "Повод выбора СМО (RSMO)",
    "issue_reason": "Повод выдачи полиса",
    "issue_reason_smo": "Повод выдачи полиса в файлах СМО (RPOLIS)",
    "application_method": "Способ подачи заявления (METHOD)",
    "application_status": "Статус заявления",
    "policy_form": "Форма полиса (FPOLIS)",
    "relation": "Представитель (RELATION)",
    "address_type": "Тип адреса (TYPE_ADRESS)",
    "record_state": "Активность записи (IS_ACTIVE)",
    "service_zone": "Зона обслуживания (ID_ZTYPE)",
    "operation_type": "Тип операции в файлах СМО (TIP_OP)",
    "policy_status": "Состояние полиса в ФЕРЗЛ",
    "attachment_status": "Состояние прикрепления в ФЕРЗЛ",
    "attachment_method": "Способ прикрепления в ФЕРЗЛ",
    "opfr": "Ответ ОПФР о СНИЛС",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a book and the days it is in force."""

    code: str
    name: str
    valid_from: date
    valid_to: date


#: Books of the federal list among them: what ships of them is read from the same files as the tables of books.
FEDERAL = ("V005", "V013", "F008", "F009", "R001")


@cache
def books() -> Mapping[str, tuple[Code, ...]]:
    """Every book with its codes in the order of the list."""
    text = files("registry.reference.books").joinpath("person_codes.csv").read_text(encoding="utf-8")
    found: dict[str, list[Code]] = {name: [] for name in TITLES}
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        since, until = _day(row["valid_from"], EARLIEST), _day(row["valid_to"], LATEST)
        found[row["book"]].append(Code(row["code"], row["name"], since, until))
    for one in packaged():
        if one.code in FEDERAL:
            key, name = one.key_fields[0], one.name_field
            found[one.code] = [Code(row[key], row[name], EARLIEST, LATEST) for row in shipped_rows(one.code)]
    return {name: tuple(codes) for name, codes in found.items()}


def names(book: str, on: date | None = None) -> dict[str, str]:
    """What the codes of a book mean on a day, or ever."""
    return {one.code: one.name for one in books()[book] if on is None or one.valid_from <= on <= one.valid_to}


def is_code(book: str, code: object, on: date) -> bool:
    """True when a book has the code on a day."""
    return str(code) in names(book, on)


def _day(text: str, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise
