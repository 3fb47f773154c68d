"""What a line of a mass change would do: pure decisions over the person found and the attachment in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.core.checks.snils import SnilsVerdict, snils_verdict
from registry.core.normalisation import digits
from registry.insured.mass.workflow import LineState
from registry.insured.rules.attachment_state import AttachmentState, current_of
from registry.insured.rules.section_move import SECTION

SHOWN = {
    "district_code": "Участок",
    "doctor_snils": "СНИЛС врача",
    "doctor_category": "Категория врача",
    "building": "Подразделение",
    "department": "Отделение",
}
NO_PERSON, SEVERAL = "Лицо не найдено.", "Найдено несколько лиц."
DISAGREE = "ЕНП и ИД в регистре указывают на разных лиц."


@dataclass(slots=True)
class Wanted:
    """One line as it was read; ``trouble`` says why it could not be."""

    line: int
    enp: str = ""
    bdz_id: str = ""
    clinic: str = ""
    area_type: int = 1
    section: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""

    @property
    def key(self) -> str:
        """What names the person in the line."""
        return self.enp or self.bdz_id


@dataclass(slots=True)
class Seen:
    """What a line would do, as the preview shows it."""

    wanted: Wanted
    status: LineState
    note: str = ""
    person_id: int | None = None
    current: AttachmentState | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def look(
    wanted: Wanted,
    people: Iterable[int],
    history: Sequence[AttachmentState],
    districts: frozenset[tuple[int, str]] | None,
) -> Seen:
    """Say what a line would do; ``districts`` are those its clinic has told, ``None`` when it told none."""
    found = sorted(set(people))
    if wanted.trouble or len(found) != 1:
        several = DISAGREE if wanted.enp and wanted.bdz_id else SEVERAL
        return Seen(wanted, LineState.WRONG, wanted.trouble or (several if found else NO_PERSON))
    current = current_of(history, wanted.area_type)
    if current is None or (wanted.clinic and current.clinic_code != wanted.clinic):
        where = f" к МО {wanted.clinic}" if wanted.clinic else ""
        return Seen(wanted, LineState.WRONG, f"Лицо не прикреплено{where}.", found[0])
    wrong = _wrong_section(wanted, districts)
    if wrong:
        return Seen(wanted, LineState.WRONG, wrong, found[0], current)
    after = {name: value for name, value in wanted.section.items() if getattr(current, name) != value}
    before = {name: getattr(current, name) for name in after}
    if not after:
        return Seen(wanted, LineState.SAME, "Уже так.", found[0], current)
    return Seen(wanted, LineState.READY, "", found[0], current, before, after)


def _wrong_section(wanted: Wanted, districts: frozenset[tuple[int, str]] | None) -> str:
    code = wanted.section.get("district_code")
    if code and districts is not None and (wanted.area_type, code) not in districts:
        return f"Участка {code} нет у МО."
    snils = wanted.section.get("doctor_snils")
    if snils and snils_verdict(snils) not in (SnilsVerdict.VALID, SnilsVerdict.NOT_CHECKED):
        return "СНИЛС врача неверен."
    return "" if wanted.section else "Не указано, что менять."


def settle_repeats(seen: Sequence[Seen]) -> None:
    """A person named twice is changed once when both lines say the same, and not at all when they differ."""
    grouped: defaultdict[tuple[int, int], list[Seen]] = defaultdict(list)
    for one in seen:
        if one.status is LineState.READY and one.person_id is not None:
            grouped[one.person_id, one.wanted.area_type].append(one)
    for repeats in grouped.values():
        numbers = ", ".join(str(one.wanted.line) for one in repeats[:5])
        agree = all(one.after == repeats[0].after for one in repeats)
        for one in repeats[1:] if agree else repeats if len(repeats) > 1 else ():
            one.status = LineState.SAME if agree else LineState.WRONG
            one.note = f"Повтор строки {repeats[0].wanted.line}." if agree else f"Строки {numbers} противоречат."


def section_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says of the section, under the names an attachment has for it."""
    told = {
        "district_code": values.get("district"),
        "department": values.get("department"),
        "building": values.get("building"),
        "doctor_snils": digits(values.get("doctor_snils") or ""),
        "doctor_category": values.get("doctor_category"),
    }
    return {name: told[name] for name in SECTION if told[name] not in (None, "")}
