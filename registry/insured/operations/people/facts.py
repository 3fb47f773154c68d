"""Facts that stand for themselves: names, documents, СНИЛС, ЕНП, status, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.core.checks.documents import display_series
from registry.core.checks.policies import PolicyType
from registry.core.normalisation import digits, name_key, place_key
from registry.insured.keys.forms import document_number_key
from registry.insured.operations.people.aspects import ADDRESS, DOCUMENT, ENP, NAMES, POLICY, SNILS, STATUS, Aspect
from registry.insured.operations.people.ledger import INSURED, PeopleLedger, PersonState
from registry.insured.rules.timelines import DAY, Act, Row, Timeline, correct, put

WITHOUT_POLICY = PolicyType.WITHOUT_POLICY.value
NAME_FIELDS = ("surname", "first_name", "patronymic")
IDENTITY = (*NAME_FIELDS, "birth_date", "birth_precision", "sex", "birth_place", "citizenship", "stateless")
SOCIAL = ("category", "employment")
DOCUMENT_COLUMNS = {
    "document_type": "type",
    "document_series": "series",
    "document_number": "number",
    "document_issued_on": "issued_on",
    "document_expires_on": "expires_on",
    "document_issuer": "issuer",
}


def change_names(
    ledger: PeopleLedger, person: PersonState, told: Mapping[str, Any], act: Act, *, correction: bool = False
) -> bool:
    """Let names, sex, birth, citizenship or social state hold since the day of the act; False when they do already.

    What is not told stays. A correction replaces the wrong values for all the days they stood (П14–П17).
    """
    values = {name: told[name] for name in (*IDENTITY, *SOCIAL) if name in told}
    for name in NAME_FIELDS:
        if name in values:
            values[name] = (values[name] or "").strip()
            values[f"{name}_key"] = name_key(values[name])
    if "birth_place" in values:
        values["birth_place"] = (values["birth_place"] or "").strip()[:250]
        values["birth_place_key"] = place_key(values["birth_place"])[:250]
    return _told(ledger, person, NAMES, values, act, correction=correction)


def change_document(
    ledger: PeopleLedger, person: PersonState, told: Mapping[str, Any], act: Act, *, correction: bool = False
) -> bool:
    """Make this identity document the current one; the one before it becomes history. False when it is current."""
    kind = told["type"]
    series = display_series(kind, told.get("series") or "")
    number = (told.get("number") or "").strip()
    values = {**told, "series": series, "number": number, "number_key": document_number_key(series, number)}
    held = person.line(DOCUMENT).last
    if held is not None and (held.values["type"], held.values["number_key"]) == (kind, values["number_key"]):
        # the same paper: only what was not known of it is news
        values = {name: value for name, value in values.items() if value not in (None, "")}
        correction = True
    else:
        values = {**DOCUMENT.defaults, **values}
    return _told(ledger, person, DOCUMENT, values, act, correction=correction)


def change_snils(ledger: PeopleLedger, person: PersonState, number: str, act: Act, *, correction: bool = False) -> bool:
    """Let this СНИЛС be the person's since the day of the act."""
    return _told(ledger, person, SNILS, {"number": digits(number)}, act, correction=correction)


def change_address(ledger: PeopleLedger, person: PersonState, told: Mapping[str, Any], act: Act) -> bool:
    """Let this be the person's address of its kind since the day of the act."""
    values = {**ADDRESS.defaults, **told}
    line = person.line(ADDRESS, values)
    row = put(line, values, act.on, act)
    return _noted(ledger, person, act, ADDRESS, row)


def give_enp(ledger: PeopleLedger, person: PersonState, number: str, act: Act) -> bool:
    """Make this the main ЕНП; the former one stays searchable, by a policy of its own where it never had one."""
    _keep_former(person, number, act)
    if not take_enp(ledger, person, number, act):
        return False
    ledger.say(person, act, "enp_given")
    return True


def take_enp(ledger: PeopleLedger, person: PersonState, number: str, act: Act) -> bool:
    """Let this be the main ЕНП, or none; the former one was another person's and is nothing of this one's."""
    line = with_ground(person, ENP, {"number": person.enp} if person.enp else None, act)
    row = put(line, {"number": number}, act.on, act)
    if not _noted(ledger, person, act, ENP, row):
        return False
    person.enp = line.rows[-1].values["number"]
    return True


def _keep_former(person: PersonState, number: str, act: Act) -> None:
    """A number that stops being the main one was «состояние на учёте без полиса» (Х) if no policy bears it."""
    line = person.line(POLICY)
    if person.enp in ("", number) or any(row.values["enp"] == person.enp for row in line.rows):
        return
    names = person.line(NAMES).rows
    since = min(names[0].since, act.on - DAY) if names else act.on - DAY
    values = {"type": WITHOUT_POLICY, "number": person.enp, "number_key": person.enp, "enp": person.enp}
    line.add(values, since, act, act.on - DAY)


def set_status(ledger: PeopleLedger, person: PersonState, status: int, act: Act) -> bool:
    """Give a person a status since the day of the act (clause 5.1)."""
    line = with_ground(person, STATUS, {"status": person.status}, act)
    row = put(line, {"status": status}, act.on, act)
    if not _noted(ledger, person, act, STATUS, row):
        return False
    before, person.status = person.status, status_on(person, ledger.origin.today)
    ledger.say(person, act, "status_changed", status=person.status, before=before)
    return True


def status_on(person: PersonState, day: date) -> int:
    """The status on a day; before the first known one it is that."""
    line = person.line(STATUS)
    row = line.at(day) or next(iter(line.rows), None)
    return int(row.values["status"]) if row else INSURED


def with_ground(person: PersonState, aspect: Aspect, ground: Mapping[str, Any] | None, act: Act) -> Timeline:
    """What the row of the person said until now becomes the first row of its history, before whatever is told now."""
    line = person.line(aspect)
    if not line.rows and not line.past and ground is not None and not person.is_new:
        names = person.line(NAMES).rows
        line.found(ground, min(names[0].since if names else act.on, act.on - DAY))
    return line


def _told(
    ledger: PeopleLedger,
    person: PersonState,
    aspect: Aspect,
    values: Mapping[str, Any],
    act: Act,
    *,
    correction: bool,
) -> bool:
    line = person.line(aspect)
    held = line.at(act.on) or line.last
    row = correct(line, held, values, act) if correction and held else put(line, values, act.on, act)
    return _noted(ledger, person, act, aspect, row)


def _noted(ledger: PeopleLedger, person: PersonState, act: Act, aspect: Aspect, row: Row | None) -> bool:
    if row is None:
        return False
    ledger.note(person, act, aspect.name)
    return True
