"""What a program is told about one person it asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.core.findings import Finding
from registry.core.outcomes import Item
from registry.insured.matching import Difference, Identification
from registry.insured.matching.outcomes import TRUSTED, AttachedOn, InsuredOn

#: Numbers that identify a person: an outsider who did not bring the right one is not told it.
NUMBERS = frozenset(("enp", "snils", "document_number", "policy_number", "bdz_id"))


def told_item(item: Item, *, for_fund: bool) -> dict[str, Any]:
    """Outcome and findings always; person, insurance, attachment and the match only of a person who may be used."""
    found: Identification | None = item.identification
    told: dict[str, Any] = {
        "number": item.record.number or str(item.position),
        "status": item.status.value,
        "outcome": found.outcome.value if found else "invalid",
        "findings": [told_finding(one) for one in item.findings],
    }
    if found is None:
        return told
    told |= _present({"unused": found.unused, "missing": found.missing})
    if not found.is_found:
        return told
    told["person"] = _present(
        {
            "enp": found.enp,
            "died_on": _iso(found.died_on),
            "bdz_id": found.bdz_id if for_fund else "",
        }
    )
    told |= _present(
        {
            "insurance": _insurance(found.insurance) if found.insurance else None,
            "attachment": _attachment(found.attachment) if found.attachment else None,
        }
    )
    told["match"] = _match(found, for_fund=for_fund)
    return told


def told_finding(one: Finding) -> dict[str, Any]:
    """A finding with everything that is there of it."""
    return _present(
        {
            "code": one.code.value,
            "level": one.level.value,
            "field": one.field,
            "place": one.place,
            "value": one.value,
            "expected": one.expected,
            "text": one.text,
        }
    )


def _match(found: Identification, *, for_fund: bool) -> dict[str, Any]:
    shows_numbers = for_fund or found.trust == TRUSTED
    return _present(
        {
            "trust": found.trust,
            "stage": found.stage,
            "keys": list(dict.fromkeys(match.code for match in found.matched)),
            "differences": [_difference(one, shows_numbers=shows_numbers) for one in found.differences],
            "insurance_changed_on": [_iso(day) for day in found.changed_insurance],
            "notes": found.notes if for_fund else [],
        }
    )


def _difference(one: Difference, *, shows_numbers: bool) -> dict[str, Any]:
    is_hidden = one.field in NUMBERS and not shows_numbers
    return _present(
        {
            "field": one.field,
            "level": one.level.value,
            "given": one.given,
            "known": "" if is_hidden else one.known,
            "since": _iso(one.since),
        }
    )


def _insurance(insured: InsuredOn) -> dict[str, Any]:
    names = (
        "insurer_code",
        "insurer_ogrn",
        "okato",
        "policy_type",
        "policy_series",
        "policy_number",
        "enp",
        "begin_reason",
        "end_reason",
    )
    days = {"valid_from": _iso(insured.valid_from), "valid_to": _iso(insured.valid_to)}
    return {"state": insured.state.value} | _present({name: getattr(insured, name) for name in names} | days)


def _attachment(attached: AttachedOn) -> dict[str, Any]:
    names = ("clinic_code", "area_type", "district_code", "department", "building", "doctor_snils", "doctor_category")
    days = {name: _iso(getattr(attached, name)) for name in ("applied_on", "valid_from", "valid_to")}
    return _present({name: getattr(attached, name) for name in names} | {"method": str(attached.method)} | days)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], 0)}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
