"""What a file of identification requests is answered row by row (files.md 2.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.insured.matching import Identification, IdentificationOutcome

O = IdentificationOutcome  # noqa: E741 - one letter keeps the table below readable
NOT_FOUND = "Не найден в РС ЕРЗ"
SEVERAL = "Найдено несколько лиц, уточните СНИЛС или документ"
HELD = "На рассмотрении"
LIKENESS = "сходству"
REASONS = {
    "П021": "застрахован в другой СМО",
    "П022": "смерть",
    "П023": "разрешение дублирующихся записей",
    "П024": "исправление ошибок в ЕНП",
    "П025": "приостановление действия полиса",
}
STATES = {"never": "страхования не было", "not_yet": "страхование ещё не началось", "ended": "страхование прекращено"}


def answer_values(item: Item, on: date) -> dict[str, Any]:
    """Return the fields of one answer row; the refusal is empty exactly when the client may store the row."""
    found: Identification | None = item.identification
    refusal = refusal_text(item, found, on)
    values: dict[str, Any] = {"refusal": refusal, "note": "" if refusal else note_text(item, found)}
    if (
        found is None
        or found.contradicts
        or found.outcome in (O.SEVERAL, O.HELD, O.NOT_FOUND, O.INSUFFICIENT, O.INVALID)
    ):
        return values
    values["enp"] = found.enp
    insured = found.insurance
    if insured is not None:
        values.update(
            insurer=insured.insurer_code,
            okato=insured.okato,
            ogrn=insured.insurer_ogrn,
            policy_type=insured.policy_type,
            policy_series=insured.policy_series,
            policy_number=insured.policy_number,
            insured_from=insured.valid_from.isoformat() if insured.valid_from else "",
            insured_to=insured.valid_to.isoformat() if insured.valid_to else "",
        )
        values["enp"] = insured.enp or found.enp
    return values


def refusal_text(item: Item, found: Identification | None, on: date) -> str:
    """Return the text of EERP, empty when the row is answered with a person the client may store."""
    if found is None or found.outcome in (O.INSUFFICIENT, O.INVALID):
        return "; ".join(one.text for one in item.findings if one.is_error)
    if found.outcome in (O.NOT_FOUND, O.ANNULLED):
        return "; ".join(filter(None, (NOT_FOUND, found.searched)))
    if found.outcome is O.SEVERAL or found.contradicts:
        return SEVERAL
    if found.outcome is O.DEAD:
        return f"Застрахованный умер {found.died_on:%d.%m.%Y}" if found.died_on else "Застрахованный умер"
    if found.outcome is O.HELD:
        return HELD
    if found.outcome is O.NOT_INSURED:
        insured = found.insurance
        reason = REASONS.get(insured.end_reason) if insured else None
        reason = reason or (STATES.get(insured.state.value, "") if insured else STATES["never"])
        return f"На дату {on:%d.%m.%Y} не застрахован ({reason})"
    return ""


def note_text(item: Item, found: Identification | None) -> str:
    """Return the note for a person (REPL): what matched, what differs, what else is worth knowing."""
    if found is None or (found.outcome is O.FOUND and not (item.findings or found.differences or found.notes)):
        return ""
    parts = []
    former = [match for match in found.matched if match.former_until]
    if found.differences or former:
        parts.append("Найден по " + (", ".join(dict.fromkeys(match.code for match in found.matched)) or LIKENESS))
    for one in found.differences:
        title = item.kind.record.fields[one.field].title if one.field in item.kind.record.fields else one.field
        since = f", изменено {one.since:%d.%m.%Y}" if one.since else ""
        parts.append(f"{title}: отличается{since}")
    parts.extend(one.text for one in item.findings if one.code in NOTED)
    if found.outcome is O.ELSEWHERE:
        parts.append("Застрахован в другом субъекте РФ")
    parts.extend(found.notes)
    return "; ".join(dict.fromkeys(parts))


NOTED = frozenset((F.RECORD_MERGED, F.OTHER_POLICY_VALID, F.INSURANCE_CHANGED_IN_PERIOD))
