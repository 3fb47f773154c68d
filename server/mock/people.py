"""Test people «Кодов <слово исхода>»: whoever asks about one gets that outcome in any contract (decisions, 8)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from registry.core.checks.enp import make_enp
from registry.core.checks.snils import check_digits, format_snils
from registry.core.findings import FindingCode as F
from registry.insured.generator.lines import PersonLine

SURNAME = "Кодов"
BORN_IN = 1970
FIRST_NUMBER = 90_000_000
FIRST_SERIAL = 90_000
OTHER_SURNAME = "Некодов"


@dataclass(frozen=True)
class TestPerson:
    """One test person: what to ask, and what comes of it. ``told`` are columns of the people CSV unlike the usual ones.

    ``registered`` is false for those the registry does not know; ``state`` is what no column tells. The registry knows
    who is ``numbered`` otherwise by other numbers than those to ask with.
    """

    __test__ = False  # pytest would take the name for a test

    number: int
    word: str
    outcome: str
    title: str
    told: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    registered: bool = True
    state: str = ""
    wrong_enp: bool = False
    numbered: int = 0

    @property
    def birth_date(self) -> date:
        """A day of their own."""
        return date(BORN_IN + self.number, 1 + self.number % 12, 1 + self.number % 28)

    def enp(self, fund: str) -> str:
        """The ЕНП to ask with: right in its check digit unless that is the point."""
        enp = self._enp(fund, self.number)
        return enp[:-1] + str((int(enp[-1]) + 1) % 10) if self.wrong_enp else enp

    def _enp(self, fund: str, number: int) -> str:
        return make_enp(fund, FIRST_SERIAL + number, 1, self.birth_date)

    @property
    def snils(self) -> str:
        """A СНИЛС with right check digits."""
        return _snils(self.number)

    def lines(self, fund: str) -> Iterator[PersonLine]:
        """The lines of the people CSV."""
        if self.registered:
            yield self._line(fund, self.told)
            if self.later:
                yield self._line(fund, {**self.told, **self.later})

    def _line(self, fund: str, told: dict[str, str]) -> PersonLine:
        known = self.numbered or self.number
        enp = self._enp(fund, known) if self.numbered else self.enp(fund)
        usual: dict[str, Any] = dict.fromkeys(PersonLine._fields, "")
        usual |= {
            "person_key": str(FIRST_NUMBER + self.number),
            "enp": enp,
            "surname": SURNAME,
            "first_name": self.word,
            "patronymic": "Тестович",
            "birth_date": self.birth_date.isoformat(),
            "sex": "1",
            "birth_place": "г. Самара",
            "snils": _snils(known),
            "doc_type": "14",
            "doc_series": "36 10",
            "doc_number": f"{900_000 + known:06d}",
            "doc_issued_on": "2015-01-01",
            "policy_type": "П",
            "policy_number": enp,
            "insurer_code": f"{fund}001",
            "insured_from": "2015-01-01",
        }
        return PersonLine(**{**usual, **{name: value.format(fund=fund) for name, value in told.items()}})


def _snils(number: int) -> str:
    nine = f"{FIRST_NUMBER + number:09d}"
    return format_snils(nine + check_digits(nine))


def _attached(clinic: str, on: str, method: str = "2") -> dict[str, str]:
    return {"clinic_code": clinic, "attached_on": on, "attachment_method": method}


def test_people(today: date) -> tuple[TestPerson, ...]:
    """All of them, as they stand on a day."""
    new_year = date(today.year, 1, 1).isoformat()
    changed = {"surname": OTHER_SURNAME, "doc_issued_on": "2022-06-12", "insured_from": "2022-06-12"}
    people: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("Найден", "FOUND", "найден, застрахован, не прикреплён", {}),
        ("Прикреплён", F.ALREADY_ATTACHED_HERE, "уже прикреплён к первой МО", _attached("{fund}0001", "2020-02-03")),
        ("Переехал", F.ATTACHED_ELSEWHERE, "прикреплён ко второй МО", _attached("{fund}0002", "2020-02-03")),
        ("Дважды", F.TWICE_IN_A_YEAR, "уже прикреплялся по заявлению в этом году", _attached("{fund}0002", new_year)),
        ("Умер", F.PERSON_DEAD, "умер 01.03.2025", {"died_on": "2025-03-01"}),
        ("Незастрахован", F.NOT_INSURED, "страхование прекращено 31.12.2024", {"insured_to": "2024-12-31"}),
    )
    plain = [TestPerson(n, word, str(code), title, told) for n, (word, code, title, told) in enumerate(people, 1)]
    return (
        *plain,
        TestPerson(7, "Расхождение", "FOUND_WITH_DIFFERENCES", "найден по прежней фамилии", later=changed),
        TestPerson(8, "Аннулирован", F.PERSON_ANNULLED, "запись аннулирована", state="annulled"),
        TestPerson(9, "Чужой", F.INSURED_ELSEWHERE, "застрахован на другой территории", state="elsewhere"),
        TestPerson(10, "Несколько", F.SEVERAL_CANDIDATES, "под этими данными двое", state="doubled"),
        TestPerson(
            11,
            "Противоречие",
            F.IDENTITY_CONFLICT,
            "ЕНП принадлежит другому человеку",
            told={"surname": "Иной", "first_name": "Человек", "birth_date": "1949-09-09"},
        ),
        TestPerson(12, "Ненайден", F.PERSON_NOT_FOUND, "в регистре его нет", registered=False),
        TestPerson(
            14, "Недостаточно", F.INSUFFICIENT_DATA, "спрашивать без даты рождения и без номеров", registered=False
        ),
        TestPerson(
            13,
            "Неверный",
            F.ENP_WRONG,
            "контрольная цифра ЕНП неверна; спрашивать только по ЕНП",
            registered=False,
            wrong_enp=True,
        ),
        TestPerson(
            15,
            "Наразборе",
            F.PERSON_UNDER_REVIEW,
            "в регистре под другими номерами: решает оператор; спрашивать с полными ФИО и ЕНП",
            numbered=115,
        ),
    )


test_people.__test__ = False  # type: ignore[attr-defined]  # as above


def write_test_people(path: Path, people: tuple[TestPerson, ...], fund: str) -> None:
    """Write the people CSV of the registered ones; who is doubled has a twin in everything but the number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(PersonLine._fields)
        for one in people:
            writer.writerows(one.lines(fund))
            if one.state == "doubled":
                twin = TestPerson(50 + one.number, one.word, one.outcome, one.title)
                same = {"birth_date": one.birth_date.isoformat()}
                writer.writerows(TestPerson(twin.number, one.word, one.outcome, one.title, same).lines(fund))


def twin_key(one: TestPerson) -> str:
    """The number in the registry of the twin of who is doubled."""
    return str(FIRST_NUMBER + 50 + one.number)
