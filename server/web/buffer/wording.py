"""The words of the buffer: values of fields as people read them, reasons, senders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.insured.buffer.fields import title_of, typed
from registry.insured.buffer.queries.items import BufferLine
from registry.insured.buffer.rules import (
    CONDITION_TITLES,
    DOUBT,
    GROUP_TITLES,
    GROUPS,
    Condition,
    KnownPerson,
    same_key,
)
from registry.insured.buffer.rules import SENDER_TITLES as SENDERS
from registry.insured.buffer.tables import BufferedChange
from server.web import formatting
from server.web.insured.story import masked_enp, name_of
from server.web.insured.words import DOCUMENTS, SEXES
from server.web.insured.words import SOURCES as CARD_SOURCES

BOOKS: Mapping[str, Mapping[int, str]] = {"sex": SEXES, "document_type": DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of a buffered change: what was known, what is known now, what is proposed, and why it waits."""

    name: str
    title: str
    known: str
    source: str
    since: str
    packet_id: int | None
    now: str
    proposed: str
    raw: str
    accepted: str
    reason: str
    differs: bool
    overtaken: bool
    kind: str
    options: tuple[tuple[str, str], ...] = ()


def compared(change: BufferedChange, known: KnownPerson, *, knows: bool) -> list[Compared]:
    """Every field of a change side by side; a sender of one's own sees only what it proposed itself."""
    proposed, accepted = typed(change.proposed), typed(change.accepted)
    rows = []
    for name, value in proposed.items():
        kept = change.known.get(name, {})
        before = typed({name: kept.get("value")})[name]
        now = known.value(name)
        rows.append(
            Compared(
                name,
                title_of(name),
                shown(name, before) if knows else "",
                source(str(kept.get("source") or "")) if knows else "",
                day(kept.get("since")) if knows else "",
                kept.get("packet_id") if knows else None,
                shown(name, now) if knows else "",
                shown(name, value),
                "" if value is None else value.isoformat() if isinstance(value, date) else str(value),
                shown(name, accepted[name]) if name in accepted else "",
                reason(str(change.reasons.get(name, ""))),
                not same_key(name, before, value),
                knows and not same_key(name, before, now) and name not in accepted,
                "date" if isinstance(value, date) else "text",
                tuple((str(code), word) for code, word in BOOKS.get(name, {}).items()),
            )
        )
    order = {name: place for place, name in enumerate(name for names in GROUPS.values() for name in names)}
    return sorted(rows, key=lambda one: order.get(one.name, len(order)))


def shown(name: str, value: Any) -> str:
    """A value as people read it."""
    if value in (None, ""):
        return "нет"
    if isinstance(value, date):
        return formatting.day(value)
    if name in BOOKS:
        return BOOKS[name].get(value, str(value))
    if name == "enp":
        return formatting.enp(str(value))
    return formatting.snils(str(value)) if name == "snils" and str(value).isdigit() else str(value)


def person_of(line: BufferLine, *, knows: bool) -> str:
    """Whom a change is about: by name for those who see the registry, by the end of the ЕНП for its sender."""
    return name_of(line.version) if knows else f"ЕНП {masked_enp(line.person.enp)}"


def day(text: Any) -> str:
    """A day kept as text as people read it."""
    return formatting.day(date.fromisoformat(text)) if text else ""


def source(word: str) -> str:
    """Where a value is from."""
    return CARD_SOURCES.get(word, SENDERS.get(word, word))


def sender(kind: str) -> str:
    """What kind of sender proposed."""
    return SENDERS.get(kind, kind)


def reason(word: str) -> str:
    """Why a field waits."""
    if word == DOUBT:
        return "сведения вызывают сомнение"
    return CONDITION_TITLES[Condition(word)] if word in set(Condition) else word


def field_title(name: str) -> str:
    """The title of a field or of a group of fields."""
    return GROUP_TITLES.get(name) or title_of(name)


def fields_of(change: BufferedChange) -> str:
    """The fields of a change in a few words."""
    return formatting.sentence(", ".join(lowered(title_of(name)) for name in change.proposed))


def lowered(title: str) -> str:
    """A title within a sentence: abbreviations such as СНИЛС keep their capitals."""
    first, _, rest = title.partition(" ")
    return title if first.isupper() and len(first) > 1 else f"{first.lower()} {rest}".strip()


#: Numbers a list does not show whole: opening the change is audited, the list is not.
NUMBERS = frozenset(("snils", "enp", "document_number", "document_series", "policy_number", "phone", "phone_work"))


def hidden(name: str, value: Any) -> str:
    """A value for a list: of a number only its end."""
    return formatting.masked(str(value)) if name in NUMBERS and value not in (None, "") else shown(name, value)


def told(change: BufferedChange, *, knows: bool = True) -> str:
    """What a change says in one line: the former and the proposed values; a sender is told its own words only."""
    kept = typed(change.proposed)
    parts = []
    for name, value in kept.items():
        before = typed({name: change.known.get(name, {}).get("value")})[name]
        if not same_key(name, before, value):
            parts.append(f"{hidden(name, before)} → {hidden(name, value)}" if knows else hidden(name, value))
    return "; ".join(parts) or fields_of(change)
