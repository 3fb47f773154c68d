"""From what the registry knows of people to the records of messages: pure, the same state gives the same message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from registry.central.kinds.notice import CentralNotice
from registry.central.kinds.question import CentralQuestion
from registry.central.kinds.told import CentralInsurance, CentralPerson, Identifier
from registry.central.words import PAIRED, Trigger
from registry.core.checks.snils import format_snils
from registry.core.forms import joined
from registry.insured.operations.insured_change_facts import policy_row
from registry.insured.operations.people.aspects import DOCUMENT, INSURANCE, SNILS
from registry.insured.operations.people.ledger import PersonState
from registry.insured.rules.timelines import Row
from registry.reference.territories import okato_of_fund

ENP, PENSION = "NI", "PEN"
#: Events that tell of an insurance: a message without one says nothing.
OF_INSURANCE = frozenset(("П01", "П03", "П06"))
STRUCTURES: Mapping[str, str] = {
    Trigger.A08: "ADT_A01",
    Trigger.A13: "ADT_A01",
    Trigger.A03: "ADT_A03",
    Trigger.A24: "ADT_A24",
    Trigger.A37: "ADT_A37",
    Trigger.ZP1: "QBP_ZP1",
}
NUMBERED = joined()
TERRITORY_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the fund, now; ``ogrn`` finds that of an insurer by its code."""

    fund_code: str
    now: datetime
    ogrn: Callable[[str], str | None] = lambda _code: None

    @property
    def okato(self) -> str:
        """The territory of the fund."""
        return okato_of_fund(self.fund_code)

    def header(self, trigger: str, control_id: str) -> dict[str, Any]:
        """What stands in MSH."""
        return {
            "application": f"СРЗ {self.fund_code}",
            "territory": self.fund_code,
            "sent_at": self.now.replace(microsecond=0),
            "trigger": trigger,
            "control_id": control_id,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """One act to be told: its message, its event, when it was recorded, its number in the history."""

    trigger: str
    control_id: str
    event: str
    recorded_at: datetime
    history_id: int


def notice_of(told: Told, people: Sequence[PersonState], sender: Sender) -> CentralNotice:
    """The notice of an act about these people as they are known now, the main one first."""
    insured = [] if told.trigger in PAIRED or not people else _insurances(people[0], told.history_id, sender)
    return CentralNotice(
        number=told.control_id,
        **sender.header(told.trigger, told.control_id),
        event=told.event,
        recorded_at=told.recorded_at.astimezone(sender.now.tzinfo).replace(microsecond=0),
        people=[person_of(one) for one in people],
        insurance=insured or None,
    )


def lacking(record: CentralNotice) -> list[str]:
    """What a notice lacks to be sent, in words; empty when it may go."""
    found = []
    people = record.people or []
    if record.trigger in PAIRED and len(people) < 2:
        found.append("нет второй записи")
    for one in people:
        if one.birth_date is None or one.sex is None:
            found.append("нет даты рождения или пола")
        if not (one.surname or one.first_name):
            found.append("нет фамилии и имени")
        if not one.identifiers:
            found.append("нет ни документа, ни СНИЛС, ни ЕНП")
    if record.event in OF_INSURANCE and not record.insurance:
        found.append("нет страхования")
    return list(dict.fromkeys(found))


def person_of(person: PersonState) -> CentralPerson:
    """PID of a person as known now."""
    values: dict[str, Any] = {"identifiers": list(_identifiers(person)) or None}
    names = person.names
    if names is not None:
        held = names.values
        columns = ("surname", "first_name", "patronymic", "birth_date", "sex", "birth_place", "citizenship")
        values.update({name: held[name] or None for name in columns})
    if person.died_on is not None:
        values.update(died_on=person.died_on, dead=True)
    return CentralPerson(**values)


def _identifiers(person: PersonState) -> Iterator[Identifier]:
    paper, snils = person.line(DOCUMENT).last, person.line(SNILS).last
    if paper is not None and paper.values["number"]:
        held = paper.values
        yield Identifier(
            value=NUMBERED.write((held["series"] or None, held["number"])),
            type=str(held["type"]),
            issued_on=held["issued_on"],
            expires_on=held["expires_on"],
        )
    if snils is not None:
        yield Identifier(value=format_snils(snils.values["number"]), type=PENSION)
    if person.enp:
        territory = okato_of_fund(person.enp[:TERRITORY_DIGITS])
        yield Identifier(value=person.enp, territory=territory or None, type=ENP)


def _insurances(person: PersonState, history_id: int, sender: Sender) -> list[CentralInsurance]:
    """The insurances an act wrote; when it wrote none, the latest."""
    rows = person.line(INSURANCE).rows
    written = [row for row in rows if row.history_id == history_id] or rows[-1:]
    return [_insurance(person, row, place, sender) for place, row in enumerate(written, 1)]


def _insurance(person: PersonState, row: Row, place: int, sender: Sender) -> CentralInsurance:
    values: dict[str, Any] = {
        "place": place,
        "insurer_ogrn": row.values["insurer_ogrn"] or sender.ogrn(row.values["insurer_code"]),
        "valid_from": row.since,
        "valid_to": None if row.is_open else row.until,
        "okato": row.values["okato"] or sender.okato or None,
    }
    policy = policy_row(person, row)
    if policy is not None:
        held = policy.values
        values["policy_type"] = held["type"]
        values["policy_number"] = NUMBERED.write((held["series"] or None, held["number"] or held["enp"])) or None
        if values["valid_to"] is None and held["ends_on"] is not None:
            values["valid_to"] = held["ends_on"]
    return CentralInsurance(**values)


def question_of(asked: Mapping[str, Any], control_id: str, sender: Sender) -> CentralQuestion:
    """The question ZP1 about a person as they were given (``question`` of a message of the queue)."""
    identifiers = []
    if asked.get("document_number"):
        number = NUMBERED.write((asked.get("document_series"), asked["document_number"]))
        identifiers.append(Identifier(value=number, type=str(asked.get("document_type") or "")))
    if asked.get("snils"):
        identifiers.append(Identifier(value=format_snils(asked["snils"]), type=PENSION))
    if asked.get("enp"):
        territory = okato_of_fund(asked["enp"][:TERRITORY_DIGITS])
        identifiers.append(Identifier(value=asked["enp"], territory=territory or None, type=ENP))
    born, on = asked.get("birth_date"), asked.get("on")
    policy = (
        NUMBERED.write((asked.get("policy_series"), asked["policy_number"])) if asked.get("policy_number") else None
    )
    return CentralQuestion(
        number=control_id,
        **sender.header(Trigger.ZP1, control_id),
        on=date.fromisoformat(on) if on else None,
        identifiers=identifiers or None,
        birth_date=date.fromisoformat(born) if born else None,
        sex=asked.get("sex"),
        policy_type=asked.get("policy_type") or None,
        policy_number=policy,
        **{name: asked.get(name) or None for name in ("surname", "first_name", "patronymic", "birth_place")},
    )
