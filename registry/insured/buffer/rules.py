"""What waits in the buffer: decisions over what is known, what is proposed, and by whom (registry model, clause 14)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from registry.core.normalisation import digits, document_key, name_key, place_key

EVERY = "*"
IDENTITY, DOCUMENT, CONTACTS, DEATH, SNILS, ENP, OTHER = (
    "identity",
    "document",
    "contacts",
    "death",
    "snils",
    "enp",
    "other",
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    IDENTITY: ("surname", "first_name", "patronymic", "birth_date", "birth_precision", "sex"),
    ENP: ("enp",),
    SNILS: ("snils",),
    DOCUMENT: (
        "document_type",
        "document_series",
        "document_number",
        "document_issued_on",
        "document_issuer",
        "document_expires_on",
    ),
    CONTACTS: ("phone", "work_phone", "email", "representative"),
    DEATH: ("died_on", "death_act_number", "death_act_date", "death_act_issuer"),
}
GROUP_TITLES = {
    EVERY: "Все поля",
    IDENTITY: "ФИО, дата рождения, пол",
    ENP: "ЕНП",
    SNILS: "СНИЛС",
    DOCUMENT: "Документ (УДЛ)",
    CONTACTS: "Контактные данные",
    DEATH: "Смерть",
    OTHER: "Прочие сведения",
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}
SENDER_TITLES = {
    EVERY: "Любой отправитель",
    "insurer": "СМО",
    "clinic": "МО",
    "agency": "Ведомство",
    "zags": "ЗАГС",
    "sfr": "СФР (ПФР)",
    "fns": "ФНС",
    "vk": "Военкомат",
    "ferzl": "ФЕРЗЛ (ЦС ЕРЗ)",
    "fund": "ТФОМС",
}
#: How much a source is believed, whatever word the channel keeps it under; an unknown source is believed least.
TRUST = {
    "fund": 60,
    "фонд": 60,
    "zags": 50,
    "загс": 50,
    "ferzl": 50,
    "sfr": 40,
    "сфр": 40,
    "fns": 30,
    "vk": 30,
    "военкомат": 30,
    "фнс": 30,
    "insurer": 20,
    "smo": 20,
    "смо": 20,
    "agency": 20,
    "ведомство": 20,
    "clinic": 10,
    "mo": 10,
    "мо": 10,
}
NAMES = frozenset(("surname", "first_name", "patronymic"))
KEY_FORMS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(NAMES, name_key),
    "birth_place": place_key,
    "snils": digits,
    "enp": digits,
    "document_series": document_key,
    "document_number": document_key,
}


class Condition(StrEnum):
    """When a rule makes a change wait. Never change a value, only add."""

    ALWAYS = "always"
    FOREIGN = "foreign"
    KNOWN = "known"
    TRUST = "trust"
    NEVER = "never"


CONDITION_TITLES = {
    Condition.ALWAYS: "всегда",
    Condition.FOREIGN: "если лицо застраховано другой СМО",
    Condition.KNOWN: "если известно другое значение",
    Condition.TRUST: "если известное значение получено от источника с большим доверием",
    Condition.NEVER: "никогда, применяется сразу",
}
DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Rule:
    """A field or a group of fields from a kind of sender waits in the buffer under a condition."""

    sender: str
    field: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Proposer:
    """Who proposes: ``kind`` is the sender of the rules, ``codes`` are the clinics and insurers it speaks for."""

    kind: str
    codes: frozenset[str] = frozenset()
    organisation_id: int | None = None
    packet_id: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a record says about a person: values by canonical field, true since a day.

    An empty value takes the known one away. ``doubt`` says in words why it must wait whatever the rules say;
    ``reason`` is one of R001, ``operator`` who entered it at the sender.
    """

    person_id: int
    values: Mapping[str, Any]
    since: date
    record_number: str = ""
    event: str = ""
    doubt: str = ""
    correction: bool = False
    reason: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A value the registry holds now: since when it is true, when it was learnt, where from."""

    value: Any = None
    since: date | None = None
    recorded_at: datetime | None = None
    source: str = ""
    packet_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What the registry holds about a person now, by canonical field, and who insures the person."""

    facts: Mapping[str, KnownFact] = field(default_factory=dict)
    insurer: str = ""

    def value(self, name: str) -> Any:
        """The value of a field; ``None`` when nothing is known."""
        known = self.facts.get(name)
        return None if known is None or known.value in (None, "") else known.value


UNKNOWN = KnownPerson()


def needs_buffer(
    name: str, known: KnownPerson, proposed: Any, proposer: Proposer, rules: Sequence[Rule]
) -> Condition | None:
    """Say why a proposed value waits, or ``None`` when it applies at once.

    Rules of this sender go before those of any sender, rules of the field before those of its group and of all
    fields. The nearest «never» silences what stands behind it; a change of spelling alone touches no identity.
    """
    if same_key(name, known.value(name), proposed):
        return None
    for condition in conditions_of(proposer.kind, name, rules):
        if condition is Condition.NEVER:
            return None
        if _holds(condition, name, known, proposer):
            return condition
    return None


def conditions_of(sender: str, name: str, rules: Sequence[Rule]) -> list[Condition]:
    """Return the conditions that speak of a field of a sender, the nearest first."""
    near = (name, GROUP_OF.get(name, OTHER), EVERY)
    order = [(one, place) for one in (sender, EVERY) for place in near]
    found = [(order.index((rule.sender, rule.field)), rule) for rule in rules if (rule.sender, rule.field) in order]
    return [rule.condition for _, rule in sorted(found, key=lambda pair: pair[0])]


def _holds(condition: Condition, name: str, known: KnownPerson, proposer: Proposer) -> bool:
    if condition is Condition.ALWAYS:
        return True
    if condition is Condition.FOREIGN:
        return bool(known.insurer) and known.insurer not in proposer.codes
    if condition is Condition.KNOWN:
        return known.value(name) is not None
    fact = known.facts.get(name)
    if fact is None or known.value(name) is None:
        return False
    return trust_of(fact.source) > trust_of(proposer.source or proposer.kind)


def trust_of(source: str) -> int:
    """How much a source is believed."""
    return TRUST.get(source.lower(), 0)


def same_key(name: str, known: Any, proposed: Any) -> bool:
    """True when two values of a field are compared as one: «Семёнов» and «СЕМЕНОВ», a СНИЛС with and without dashes."""
    form = KEY_FORMS.get(name)
    if form is None or known is None or proposed is None:
        return (known or None) == (proposed or None)
    return form(str(known)) == form(str(proposed))


def differing(known: KnownPerson, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proposed values that say something new, in the spelling they came in.

    A document is told as a whole: what of it stays the same, and the type it has, go with what changes.
    """
    new = {
        name: value
        for name, value in values.items()
        if (known.value(name) or None) != (value or None) and not _same_number(name, known.value(name), value)
    }
    if new.keys() & set(GROUPS[DOCUMENT]):
        new |= {name: values[name] for name in GROUPS[DOCUMENT] if values.get(name) is not None}
        for name in ("document_type", "document_number"):
            if name not in new and known.value(name) is not None:
                new[name] = known.value(name)
    return new


def _same_number(name: str, known: Any, proposed: Any) -> bool:
    return name in KEY_FORMS and name not in NAMES and same_key(name, known, proposed)


def in_force(name: str, known: KnownPerson, value: Any) -> bool:
    """True when the registry holds this value now."""
    return same_key(name, known.value(name), value)


@dataclass(slots=True)
class Parted:
    """A proposal in two parts: what applies at once, and what waits with its reasons."""

    at_once: dict[str, Any] = field(default_factory=dict)
    waiting: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def part(proposal: Proposal, known: KnownPerson, proposer: Proposer, rules: Sequence[Rule]) -> Parted:
    """Part a proposal; fields of one document wait together, for half a document is none."""
    parted = Parted()
    new = differing(known, proposal.values)
    for name, value in new.items():
        reason = DOUBT if proposal.doubt else needs_buffer(name, known, value, proposer, rules)
        if reason:
            parted.waiting[name], parted.reasons[name] = value, str(reason)
        else:
            parted.at_once[name] = value
    _keep_document_whole(parted)
    return parted


def _keep_document_whole(parted: Parted) -> None:
    reason = next((why for name, why in parted.reasons.items() if GROUP_OF.get(name) == DOCUMENT), None)
    for name in GROUPS[DOCUMENT]:
        if reason is not None and name in parted.at_once:
            parted.waiting[name], parted.reasons[name] = parted.at_once.pop(name), reason


@lru_cache(maxsize=1)
def packaged_rules() -> tuple[Rule, ...]:
    """The rules that hold until staff change them; they ship beside this module."""
    text = files(__package__).joinpath("rules.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(row["sender"], row["field"], Condition(row["condition"]))
        for row in csv.DictReader(text.splitlines(), delimiter=";")
    )


def laid_over(packaged: Iterable[Rule], stored: Iterable[Rule]) -> list[Rule]:
    """Return the rules of a day: what staff have set for a sender and a field stands instead of what ships."""
    own = list(stored)
    replaced = {(one.sender, one.field) for one in own}
    return [*(one for one in packaged if (one.sender, one.field) not in replaced), *own]
