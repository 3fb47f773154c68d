"""Invented people for golden cases: described in a few words, every number right and their own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from registry.core.checks.enp import make_enp
from registry.core.checks.snils import check_digits, format_snils
from registry.insured.generator.lines import PersonLine

NAMES = {
    1: (
        ("Абрамцев", "Игнат", "Павлович"),
        ("Березин", "Савва", "Ильич"),
        ("Вешняков", "Тихон", "Олегович"),
        ("Горбатов", "Ефим", "Кузьмич"),
    ),
    2: (
        ("Дроздова", "Агния", "Павловна"),
        ("Ежова", "Василиса", "Ильинична"),
        ("Жаркова", "Дарина", "Олеговна"),
        ("Зимина", "Есения", "Кузьминична"),
    ),
}
# names of people nobody knows resemble nobody's: a namesake would be put before an operator
STRANGERS = {
    1: (
        ("Незванцев", "Аристарх", "Никанорович"),
        ("Пришлецов", "Елизар", "Феоктистович"),
        ("Странников", "Вукол", "Мардарьевич"),
        ("Чужбинин", "Евлампий", "Саввич"),
    ),
    2: (
        ("Незванцева", "Глафира", "Никаноровна"),
        ("Пришлецова", "Милитина", "Феоктистовна"),
        ("Странникова", "Еликонида", "Мардарьевна"),
        ("Чужбинина", "Фотиния", "Саввична"),
    ),
}
FIRST_BIRTHDAY = date(1955, 1, 2)
STEP, DAYS = 7919, 16_000
DOCTOR = format_snils("130000012" + check_digits("130000012"))
OTHER_DOCTOR = format_snils("130000013" + check_digits("130000013"))
METHODS = {"unknown": "0", "territorial": "1", "application": "2", "application_moved": "3"}


@dataclass(frozen=True)
class Someone:
    """One invented person: what the registry knows, and the block a record about them bears.

    ``changed`` is what a second, later line brings; ``unknown`` people are strangers to the registry.
    """

    number: int
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sex(self) -> int:
        return int(self.told.get("sex", 1 + self.number % 2))

    @property
    def names(self) -> tuple[str, str, str]:
        usual = (STRANGERS if "unknown" in self.told else NAMES)[self.sex][self.number % 4]
        surname, first_name, patronymic = (
            self.told.get(name, default)
            for name, default in zip(("surname", "first_name", "patronymic"), usual, strict=True)
        )
        return surname, first_name, patronymic

    @property
    def birth_date(self) -> date:
        if "birth_date" in self.told:
            return date.fromisoformat(self.told["birth_date"])
        return FIRST_BIRTHDAY + timedelta(days=self.number * STEP % DAYS)

    @property
    def enp(self) -> str:
        """The ЕНП; ``enp_birth_date`` tells of a person whose birth date was corrected since it was given."""
        born = self.told.get("enp_birth_date")
        return make_enp(
            self.told.get("territory", "63"),
            self.number,
            self.sex,
            date.fromisoformat(born) if born else self.birth_date,
        )

    @property
    def snils(self) -> str:
        nine = f"{20_000_000 + self.number:09d}"
        return format_snils(nine + check_digits(nine))

    @property
    def block(self) -> dict[str, Any]:
        """What a careful sender writes about the person."""
        surname, first_name, patronymic = self.names
        return {
            "surname": surname,
            "first_name": first_name,
            "patronymic": patronymic,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "enp": self.enp,
            "snils": self.snils,
            "document_type": 14,
            "document_series": "36 10",
            "document_number": f"{self.number:06d}",
            "policy_type": "П",
            "policy_number": self.enp,
        }

    def lines(self) -> Iterable[PersonLine]:
        """The lines of the people CSV: as first known, and as changed since."""
        yield self._line(self.told)
        if "changed" in self.told:
            yield self._line({**self.told, **self.told["changed"]})

    def _line(self, told: Mapping[str, Any]) -> PersonLine:
        surname, first_name, patronymic = (
            str(told.get(name, usual))
            for name, usual in zip(("surname", "first_name", "patronymic"), self.names, strict=True)
        )
        return PersonLine(
            person_key=str(self.number),
            enp=self.enp,
            surname=surname,
            first_name=first_name,
            patronymic=patronymic,
            birth_date=self.birth_date.isoformat(),
            sex=str(self.sex),
            birth_place="г. Самара",
            snils=self.snils,
            doc_type="14",
            doc_series="36 10",
            doc_number=told.get("document_number", f"{self.number:06d}"),
            doc_issued_on=told.get("document_issued_on", ""),
            policy_type="П",
            policy_series="",
            policy_number=self.enp,
            insurer_code=told.get("insurer", "63001"),
            insured_from=told.get("insured_from", "2015-01-01"),
            insured_to=told.get("insured_to", ""),
            clinic_code=told.get("clinic", ""),
            attached_on=told.get("attached_on", "2024-02-01" if told.get("clinic") else ""),
            detached_on=told.get("detached_on", ""),
            attachment_method=METHODS[told.get("method", "application")] if told.get("clinic") else "",
            district_code=told.get("district", ""),
            doctor_snils=DOCTOR if told.get("doctor") else "",
            died_on=told.get("died_on", ""),
        )


def write_people(path: Path, people: Iterable[Someone]) -> None:
    """Write the people CSV of these people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(PersonLine._fields)
        for someone in people:
            writer.writerows(someone.lines())
