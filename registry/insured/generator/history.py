"""The life of an invented person in the registry, told as lines of the people CSV, oldest first."""

from collections.abc import Callable
from datetime import date, timedelta

from registry.core.checks.dates import add_years, age_on
from registry.insured.generator.dice import Dice
from registry.insured.generator.families import DISTRICTS, Families, Human
from registry.insured.generator.lines import (
    ATTACHED_ON,
    ATTACHMENT_METHOD,
    BIRTH_DATE,
    BIRTH_PLACE,
    CLINIC,
    DETACHED_ON,
    DIED_ON,
    DISTRICT,
    DOC_ISSUED_ON,
    DOC_TYPE,
    DOCTOR,
    ENP,
    FIRST_NAME,
    INSURED_FROM,
    INSURED_TO,
    INSURER,
    KEY,
    PATRONYMIC,
    POLICY_NUMBER,
    POLICY_SERIES,
    POLICY_TYPE,
    SEX,
    SNILS,
    SURNAME,
    Draft,
    LineTruth,
    PersonLine,
    Told,
)
from registry.insured.generator.numbers import Numbers, doctor_snils
from registry.insured.generator.papers import first_paper, passport_days

UNIFIED = date(2011, 5, 1)
DIGITAL = date(2022, 12, 1)
ELECTRONIC_CERTIFICATES = date(2021, 1, 1)
ATTACHING = date(2013, 1, 1)
NEIGHBOURS = ("16", "56", "58", "64", "73", "77")
FOREIGN_KINDS = frozenset(("9", "11", "21", "23"))
PAPER_FORMS = (("П", "Э", "К"), (0.78, 0.98, 1.0))
DIGITAL_FORMS = (("Ц", "П", "Х", "М"), (0.7, 0.9, 0.97, 1.0))
NO_SNILS, NO_SNILS_FOREIGN, NO_CLINIC = 0.06, 0.3, 0.03
DAY = timedelta(days=1)

Change = Callable[[Draft, date], None]


class Histories:
    """Tells histories of people of one fund, with numbers nobody else has."""

    def __init__(self, seed: int, dice: Dice, fund_code: str, as_of: date) -> None:
        self._dice = dice
        self._numbers = Numbers(seed)
        self._fund = fund_code
        self._as_of = as_of
        self.families = Families(dice, fund_code, as_of)
        self._changes: dict[str, Change] = {
            "policy": self._unified_policy,
            "passport": self._new_passport,
            "insurer": self._other_insurer,
            "clinic": self._other_clinic,
        }

    def tell(self, human: Human) -> list[Told]:
        """The lines of one person; each takes effect on its `insured_from`, where the one before it ends."""
        begin = self._begin(human)
        line = self._first_line(human, begin)
        told, events, last = [line], ["first"], begin
        for day, event in sorted(self._plan(human, line, begin)):
            effective = max(day, last + DAY)
            if effective > self._as_of:
                break
            line = self._turn(line, effective, event, human)
            told.append(line)
            events.append(event)
            last = effective
        if self._dies(human, last):
            self._close(line, last)
            events[-1] += ",death"
        family, twin_of, namesake_of = human.home.family, human.twin_of, human.namesake_of
        return [
            Told(PersonLine._make(line), LineTruth(human.key, str(number), family, twin_of, namesake_of, event))
            for number, (line, event) in enumerate(zip(told, events, strict=True), start=1)
        ]

    def _begin(self, human: Human) -> date:
        dice = self._dice
        born = human.born
        if human.foreign:
            return dice.day(max(born, add_years(self._as_of, -8)), self._as_of)
        if born >= UNIFIED:
            return min(self._as_of, born + timedelta(days=dice.between(5, 40)))
        if dice.chance(0.25):
            return dice.day(max(born + timedelta(days=30), date(1998, 1, 1)), UNIFIED - DAY)
        return dice.day(UNIFIED, date(2024, 12, 31) if dice.chance(0.3) else date(2014, 12, 31))

    def _first_line(self, human: Human, begin: date) -> Draft:
        dice, numbers = self._dice, self._numbers
        paper = first_paper(human, begin, numbers, dice)
        newborn = human.born > self._as_of - timedelta(days=60)
        no_snils = 0.9 if newborn else NO_SNILS_FOREIGN if human.foreign else NO_SNILS
        line = [""] * len(PersonLine._fields)
        line[KEY] = human.key
        line[ENP] = self._enp(human)
        wed_on_record = bool(human.former_surname) and self._wed_on_record(human)
        line[SURNAME] = human.former_surname if wed_on_record else human.surname
        line[FIRST_NAME] = human.first_name
        line[PATRONYMIC] = human.patronymic
        line[BIRTH_DATE] = human.born.isoformat()
        line[SEX] = str(human.sex)
        line[BIRTH_PLACE] = human.birth_place
        line[SNILS] = "" if dice.chance(no_snils) else numbers.snils()
        line[DOC_TYPE : DOC_ISSUED_ON + 1] = (str(paper.type), paper.series, paper.number, paper.issued_on.isoformat())
        line[INSURER] = human.home.insurer if dice.chance(0.9) else self.families.insurer()
        line[INSURED_FROM] = begin.isoformat()
        self._first_policy(line, begin)
        if not dice.chance(NO_CLINIC):
            self._first_clinic(line, human, begin)
        return line

    def _enp(self, human: Human) -> str:
        away = self._dice.chance(0.05)
        fund = self._dice.one_of([code for code in NEIGHBOURS if code != self._fund]) if away else self._fund
        return self._numbers.enp(fund, human.sex, human.born)

    def _wed_on_record(self, human: Human) -> bool:
        return self._dice.chance(0.4) and age_on(human.born, self._as_of) < 65

    def _first_policy(self, line: Draft, begin: date) -> None:
        dice, numbers = self._dice, self._numbers
        if begin < UNIFIED:
            line[POLICY_TYPE] = "С"
            line[POLICY_SERIES] = f"{self._fund}-{dice.between(1, 40):02d}"
            line[POLICY_NUMBER] = numbers.old_policy()
        elif dice.chance(0.15):
            line[POLICY_TYPE] = "В" if begin < ELECTRONIC_CERTIFICATES else "Е"
            line[POLICY_NUMBER] = numbers.certificate()
            line[INSURED_TO] = (begin + timedelta(days=45)).isoformat()
        else:
            self._unified_policy(line, begin)

    def _first_clinic(self, line: Draft, human: Human, begin: date) -> None:
        dice = self._dice
        child = begin.year - human.born.year < 1
        latest = begin if child else min(self._as_of, begin + timedelta(days=2000))
        day = dice.day(max(begin, ATTACHING), max(latest, ATTACHING))
        method = "2" if dice.chance(0.75) else "1"
        _attach(line, day, method, (human.home.clinic, human.home.district))

    def _plan(self, human: Human, first: Draft, begin: date) -> list[tuple[date, str]]:
        dice, today = self._dice, self._as_of
        plan = [(day, "passport") for day in passport_days(human, begin, today, dice)]
        if first[POLICY_TYPE] == "С" and dice.chance(0.9):
            plan.append((dice.day(UNIFIED, date(2022, 11, 30)), "policy"))
        elif first[POLICY_TYPE] in {"В", "Е"}:
            plan.append((begin + timedelta(days=dice.between(20, 45)), "policy"))
        if first[SURNAME] != human.surname:
            plan.append((dice.day(max(begin + 60 * DAY, add_years(human.born, 18)), today), "marriage"))
        if dice.chance(0.06) and today > DIGITAL:
            plan.append((dice.day(max(begin, DIGITAL) + 60 * DAY, today), "policy"))
        if dice.chance(0.08):
            plan.append((dice.day(begin + 60 * DAY, today), "insurer"))
        if first[CLINIC] and dice.chance(0.1):
            plan.append((dice.day(date.fromisoformat(first[ATTACHED_ON]) + 60 * DAY, today), "clinic"))
        return plan

    def _turn(self, line: Draft, day: date, event: str, human: Human) -> Draft:
        """Ends the line on the eve of the day and gives the line that begins then."""
        eve = (day - DAY).isoformat()
        following = line.copy()
        following[INSURED_FROM] = day.isoformat()
        following[INSURED_TO] = ""
        line[INSURED_TO] = eve
        if event == "clinic":
            line[DETACHED_ON] = eve
        if event == "marriage":
            following[SURNAME] = human.surname
            event = "passport"
        self._changes[event](following, day)
        return following

    def _unified_policy(self, line: Draft, day: date) -> None:
        line[POLICY_TYPE] = self._dice.weighted(DIGITAL_FORMS if day >= DIGITAL else PAPER_FORMS)
        line[POLICY_SERIES] = ""
        line[POLICY_NUMBER] = line[ENP]

    def _new_passport(self, line: Draft, day: date) -> None:
        issued = max(day - timedelta(days=self._dice.below(5)), date.fromisoformat(line[DOC_ISSUED_ON]))
        if line[DOC_TYPE] in FOREIGN_KINDS:
            paper = self._numbers.foreign(int(line[DOC_TYPE]), issued)
        else:
            paper = self._numbers.passport(issued)
        line[DOC_TYPE : DOC_ISSUED_ON + 1] = (str(paper.type), paper.series, paper.number, paper.issued_on.isoformat())

    def _other_insurer(self, line: Draft, _day: date) -> None:
        former = line[INSURER]
        while line[INSURER] == former:
            line[INSURER] = self.families.insurer()

    def _other_clinic(self, line: Draft, day: date) -> None:
        clinic = line[CLINIC]
        while clinic == line[CLINIC]:
            clinic = self.families.clinic()
        _attach(line, day, "2", (clinic, self._dice.between(1, DISTRICTS)))

    def _dies(self, human: Human, last: date) -> bool:
        age = age_on(human.born, self._as_of)
        share = 0.004 if age < 40 else 0.02 if age < 60 else 0.06 if age < 75 else 0.1
        return self._dice.chance(share) and last < self._as_of

    def _close(self, line: Draft, last: date) -> None:
        attached = date.fromisoformat(line[ATTACHED_ON]) if line[ATTACHED_ON] else last
        day = self._dice.day(max(last, attached), self._as_of).isoformat()
        line[INSURED_TO] = line[DIED_ON] = day
        line[DETACHED_ON] = day if line[ATTACHED_ON] else ""


def _attach(line: Draft, day: date, method: str, where: tuple[str, int]) -> None:
    clinic, district = where
    line[CLINIC] = clinic
    line[ATTACHED_ON] = day.isoformat()
    line[ATTACHMENT_METHOD] = method
    line[DISTRICT] = str(district)
    line[DOCTOR] = doctor_snils(clinic, district)
