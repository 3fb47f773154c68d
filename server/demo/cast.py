"""Who appears in the walk through the channels: people of the registry, a stranger, and numbers of this run alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from registry.core.checks.enp import make_enp
from registry.core.checks.snils import check_digits, format_snils
from registry.insured.generator.numbers import doctor_snils
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.kinds.methods import Method
from registry.insured.queries.examples import Example, example_people
from server.bootstrap import Hub
from server.demo.accounts import clinic_code, dcexchange_code

PEOPLE = 60
DISTRICT = "1"
NEWCOMERS = ("Родион", "Платон", "Савва", "Тихон", "Устин")


@dataclass
class Cast:
    """People to speak about, each used once where something is changed, and ids nobody has used before."""

    hub: Hub
    people: Iterator[Example]
    today: date
    run: int = field(default_factory=lambda: int(time.time()))

    @property
    def clinic(self) -> str:
        """The mcod of the clinic that sends."""
        return clinic_code(self.hub.context.fund_code, 1)

    @property
    def dcx_code(self) -> str:
        """Its code in DCExchangeSrv."""
        return dcexchange_code(1)

    def next_where(self, fits: Callable[[Example], bool]) -> Example:
        """The next person of some sort; those passed over are still to come."""
        passed: list[Example] = []
        for one in self.people:
            if fits(one):
                self.people = chain(passed, self.people)
                return one
            passed.append(one)
        raise LookupError("nobody of this sort is left in the cast")

    def oldest_where(self, fits: Callable[[Example], bool]) -> Example:
        """The oldest of those still to come who are of some sort."""
        left = list(self.people)
        found = min(filter(fits, left), key=lambda one: one.block["birth_date"])
        self.people = iter([one for one in left if one is not found])
        return found

    def request(self, block: dict[str, Any], *names: str, **others: Any) -> IdentificationRequest:
        """A question about a person with these fields of the block, all of them unless told."""
        told = {name: block[name] for name in names} if names else dict(block)
        return IdentificationRequest(**told, **others)

    def attachment(self, block: dict[str, Any], number: object = 1, **others: Any) -> Attachment:
        """An attachment to the clinic that sends, by application of yesterday."""
        values = {
            **block,
            "number": str(number),
            "clinic": self.clinic,
            "method": Method.APPLICATION,
            "attached_on": self.today - timedelta(days=1),
            "district": DISTRICT,
            "doctor_snils": doctor_snils(self.clinic, 1),
            **others,
        }
        return Attachment(**{name: value for name, value in values.items() if value is not None})

    def stranger(self) -> dict[str, Any]:
        """Somebody the registry does not know, with right numbers."""
        born = date(1977, 7, 7)
        enp = make_enp(self.hub.context.fund_code, self.run % 100_000, 1, born)
        return {
            "surname": "Незнакомцев",
            "first_name": "Аристарх",
            "patronymic": "Никанорович",
            "birth_date": born,
            "sex": 1,
            "document_type": 14,
            "document_series": "99 77",
            "document_number": f"{self.run % 1_000_000:06d}",
            "policy_type": "П",
            "policy_number": enp,
            "enp": enp,
        }

    def other_snils(self, number: int = 0) -> str:
        """A right number nobody has, another one in every run."""
        nine = f"{60_000_000 + 10_000_000 * number + self.run % 9_000_000:09d}"
        return format_snils(nine + check_digits(nine))

    def newcomer(self, number: int = 0) -> dict[str, Any]:
        """Somebody who comes to an insurer for the first time; another one by every number and in every run."""
        return {
            "surname": "Новосёлов",
            "first_name": NEWCOMERS[number],
            "patronymic": "Глебович",
            "birth_date": date(1950, 1, 1) + timedelta(days=(self.run + 1_000 * number) % 15_000),
            "sex": 1,
            "birth_place": "г. Самара",
            "document_type": 14,
            "document_series": f"36 9{number}",
            "document_number": f"{self.run % 1_000_000:06d}",
        }


def cast_of(hub: Hub) -> Cast | None:
    """The cast of this run; ``None`` when the registry has too few people who may change their clinic."""
    today = hub.context.clock.today()
    with hub.sessions() as session:
        clinic = clinic_code(hub.context.fund_code, 1)
        people = example_people(session, today, PEOPLE, but_of=clinic)
    return Cast(hub, iter(people), today) if len(people) == PEOPLE else None


def spoilt(number: str) -> str:
    """The number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)
