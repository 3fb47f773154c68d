"""What the federal register told of a person, in words: facts, policies, attachments, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.central.federal import state_of
from registry.central.words import PolicyState
from registry.reference.person_codes import names
from server.web import formatting
from server.web.insured.words import AREA_TYPES, DOCUMENTS, POLICIES

MEANINGS: Mapping[str, str] = {
    PolicyState.INSURED: "страхование действует",
    PolicyState.ENDED: "страхование прекращено",
    PolicyState.SUSPENDED: "страхование приостановлено",
    PolicyState.ANNULLED: "не считается страхованием",
    PolicyState.DEAD: "считается умершим",
}
POLICY_STATES, ATTACHMENT_STATES = names("policy_status"), names("attachment_status")
METHODS = names("attachment_method")
NONE = "–"
Item = Mapping[str, str]
#: A cell: what it says, and what stands below it.
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A small table: its heads and rows of cells."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """A person as the register tells of them; numbers are masked."""

    facts: list[tuple[str, str]]
    sheets: list[Sheet]


def told_people(answer: Mapping[str, Any]) -> list[ToldPerson]:
    """The people of a stored answer of the federal register."""
    return [_told(one) for one in answer.get("told") or ()]


def _told(one: Mapping[str, Any]) -> ToldPerson:
    policies, attachments, documents = (one[name] for name in ("policies", "attachments", "documents"))
    sheets = (
        Sheet("Полисы", ("Полис", "Состояние", "Действует", "СМО", "ОКАТО"), list(map(_policy, policies))),
        Sheet("Прикрепления", ("Вид", "МО", "Способ", "Состояние", "Действует"), list(map(_attachment, attachments))),
        Sheet("Документы", ("Документ", "Номер", "Выдан", "Состояние"), list(map(_document, documents))),
    )
    return ToldPerson(list(_facts(one)), [sheet for sheet in sheets if sheet.rows])


def _facts(one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    person: Item = one["person"] or next(iter(one["policies"]), {})
    name = " ".join(filter(None, (person.get(tag) for tag in ("surname", "firstName", "patronymic"))))
    yield "Назван", name or NONE
    yield "Родился", _day(person.get("birthDay"))
    if person.get("deathDate"):
        yield "Умер", _day(person["deathDate"])
    if person.get("whenMerged"):
        yield "Запись объединена", _day(person["whenMerged"])
    if one["oip"]:
        yield "ОИП", formatting.masked(one["oip"])
    for snils in one["snils"]:
        yield "СНИЛС", f"{formatting.masked(snils.get('snils', ''))} {snils.get('statusSnils', '')}".strip()


def _policy(row: Item) -> tuple[Cell, ...]:
    status = row.get("pcyStatus", "")
    insurer = row.get("insurName") or row.get("insurfName") or NONE
    return (
        (POLICIES.get(row.get("pcyType", ""), row.get("pcyType") or NONE), formatting.masked(row.get("enp", ""))),
        (_coded(status, POLICY_STATES), MEANINGS[state_of(status)]),
        _period(row.get("pcyDateB"), row.get("pcyDateE"), row.get("pcyDateT")),
        (insurer, f"ОГРН {row['insurOgrn']}" if row.get("insurOgrn") else ""),
        (row.get("okato") or NONE, ""),
    )


def _attachment(row: Item) -> tuple[Cell, ...]:
    area = row.get("areaType", "")
    words = AREA_TYPES.get(int(area)) if area.isascii() and area.isdecimal() else None
    branches = ", ".join(
        f"{word} {row[tag]}" for tag, word in (("moFId", "филиал"), ("depId", "отделение")) if tag in row
    )
    return (
        (words or area or NONE, ""),
        (row.get("moCode") or row.get("moId") or NONE, branches),
        (METHODS.get(row.get("attachMethod", ""), row.get("attachMethod") or NONE), ""),
        (_coded(row.get("attachStatus", ""), ATTACHMENT_STATES), ""),
        _period(row.get("dateAttachB"), row.get("dateAttachE")),
    )


def _document(row: Item) -> tuple[Cell, ...]:
    kind = row.get("dudlType", "")
    words = DOCUMENTS.get(int(kind)) if kind.isascii() and kind.isdecimal() else None
    number = f"{row.get('dudlSer', '')} {row.get('dudlNum', '')}".strip()
    return (
        (words or kind or NONE, ""),
        (formatting.masked(number) if number else NONE, ""),
        (_day(row.get("dudlDateB")), ""),
        (row.get("dudlStatus") or NONE, ""),
    )


def _period(since: str | None, until: str | None, stopped: str | None = None) -> Cell:
    days = f"с {_day(since)}" if since else ""
    days += f" по {_day(until)}" if until else ""
    return days.strip() or NONE, f"прекращён {_day(stopped)}" if stopped else ""


def _coded(code: str, known: Mapping[str, str]) -> str:
    return f"{code} – {known[code]}" if code in known else code or NONE


def _day(text: str | None) -> str:
    """A day as people write it; what is none stands as it came."""
    try:
        return formatting.day(date.fromisoformat((text or "")[:10]))
    except ValueError:
        return text or NONE
