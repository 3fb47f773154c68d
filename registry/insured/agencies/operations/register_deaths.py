"""Registering, announcing and taking back deaths (registry model, clause 5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.operations.telling import act_of, ledger_of, open_items, propose, write_and_tell
from registry.insured.agencies.rules import Life, doubt_of_death, is_authoritative
from registry.insured.operations.attach_people import person_of
from registry.insured.operations.people import PeopleLedger
from registry.insured.operations.people.aspects import ATTACHMENT, DOCUMENT, INSURANCE
from registry.insured.operations.people.die import announce_death, cancel_death, register_death

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.death import Death

DIED, CANCELLED = "П02", "П09"
REASON = "П022"


def register_deaths(work: Work) -> None:
    """Close insurance and attachments on the date of death, or leave a person to look at what is doubtful.

    Without an act, and not told by the civil registry, a death is only announced; one that contradicts a later fact
    waits in the buffer instead of closing anything.
    """
    items = open_items(work)
    ledger = ledger_of(work, [person_of(item) for item in items])
    signs = _signs_of_life(work, items)
    doubtful: list[tuple[Item, Mapping[str, Any], date, str]] = []
    for item in items:
        record = cast("Death", item.record)
        died_on = cast(date, record.died_on)
        person = ledger[person_of(item)]
        act = act_of(item, work, "death", died_on, DIED, REASON)
        told = {
            "act_number": record.act_number or "",
            "act_date": record.act_date,
            "act_issuer": record.act_issuer or "",
        }
        if not is_authoritative(record, work.source):
            known = not announce_death(ledger, person, act, **told)
            item.findings.append(finding(F.DEATH_KNOWN if known else F.DEATH_ANNOUNCED, field="died_on"))
            continue
        life = Life(person.died_on, *_later(ledger, person.id), signs.get(person.id, ""))
        doubt = doubt_of_death(died_on, life)
        if doubt:
            doubtful.append((item, _facts(record), died_on, doubt))
        elif not register_death(ledger, person, act, **told):
            item.findings.append(finding(F.DEATH_KNOWN, field="died_on"))
    write_and_tell(ledger, items)
    propose(work, doubtful, DIED)


def _facts(record: Death) -> dict[str, Any]:
    facts = {
        "died_on": record.died_on,
        "death_act_number": record.act_number,
        "death_act_date": record.act_date,
        "death_act_issuer": record.act_issuer,
    }
    return {name: value for name, value in facts.items() if value}


def _later(ledger: PeopleLedger, person_id: int) -> tuple[date | None, date | None, date | None]:
    """The latest application, the latest beginning of insurance and the latest issue of a document."""
    person = ledger[person_id]
    applied = [row.values["applied_on"] for line in person.of(ATTACHMENT) for row in line.rows]
    insured = [row.since for row in person.line(INSURANCE).rows]
    issued = [row.values["issued_on"] for row in person.line(DOCUMENT).rows if row.values["issued_on"]]
    return max(applied, default=None), max(insured, default=None), max(issued, default=None)


def _signs_of_life(work: Work, items: Sequence[Item]) -> dict[int, str]:
    """What systems above the registry know of people after the day told, in words."""
    days = {person_of(item): cast("Death", item.record).died_on for item in items}
    found: dict[int, str] = {}
    for ask in work.life_signs:
        found.update(ask(work.session, days))
    return found


def cancel_deaths(work: Work) -> None:
    """Take registered and announced deaths back (П09): what they had ended holds again."""
    items = open_items(work)
    ledger = ledger_of(work, [person_of(item) for item in items])
    for item in items:
        act = act_of(item, work, "death_cancelled", work.as_of, CANCELLED)
        if not cancel_death(ledger, ledger[person_of(item)], act):
            item.findings.append(finding(F.NOTHING_TO_CORRECT, "смерть не зарегистрирована", field="cancels"))
    write_and_tell(ledger, items)
