"""Suspending insurance for military service (П025), and restoring it after the return (П08)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.operations.telling import act_of, ledger_of, open_items, write_and_tell
from registry.insured.operations.attach_people import person_of
from registry.insured.operations.people import Act, PeopleLedger, PersonState
from registry.insured.operations.people.aspects import INSURANCE
from registry.insured.operations.people.facts import set_status
from registry.insured.operations.people.insure import end_insurance, insured_since
from registry.insured.operations.people.ledger import INSURED, SUSPENDED
from registry.insured.rules.timelines import DAY, begin

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.conscription import Conscription

REASON, LEFT, RETURNED = "П025", "П02", "П08"


def suspend_insurance(work: Work) -> None:
    """End the insurance on the eve of the service and begin it again with the same insurer on the day after it."""
    items = open_items(work)
    ledger = ledger_of(work, [person_of(item) for item in items])
    for item in items:
        record = cast("Conscription", item.record)
        person = ledger[person_of(item)]
        since = cast(date, record.served_from)
        if person.died_on is not None:
            item.findings.append(finding(F.PERSON_DEAD, f"{person.died_on:%d.%m.%Y}"))
        elif not _suspend(ledger, person, item, work, since):
            item.findings.append(finding(F.NOTHING_TO_SUSPEND, f"на {since:%d.%m.%Y}", field="served_from"))
        elif record.served_until:
            _restore(ledger, person, act_of(item, work, "restored", record.served_until + DAY, RETURNED))
    write_and_tell(ledger, items)


def _suspend(ledger: PeopleLedger, person: PersonState, item: Item, work: Work, since: date) -> bool:
    """Suspend since a day; a service that is known already is left as it is."""
    line = person.line(INSURANCE)
    if any(row.values["end_reason"] == REASON and row.until == since - DAY for row in line.rows):
        return True
    held = line.at(since)
    if held is None:
        return False
    act = act_of(item, work, "suspended", since, LEFT, REASON)
    end_insurance(ledger, person, since - DAY, REASON, act, for_good=False)
    set_status(ledger, person, SUSPENDED, act)
    later = insured_since(person, since)
    if later is not None:
        set_status(ledger, person, INSURED, act_of(item, work, "restored", later.since, RETURNED))
    return True


def _restore(ledger: PeopleLedger, person: PersonState, act: Act) -> None:
    """Let the insurance that was suspended last hold again since the day of the act."""
    line = person.line(INSURANCE)
    if line.at(act.on) is not None:
        return
    last = max((row for row in line.rows if row.values["end_reason"] == REASON), key=lambda row: row.until)
    begin(line, {**last.values, "begin_reason": "", "end_reason": ""}, act.on, act, "")
    ledger.note(person, act, INSURANCE.name)
    ledger.say(person, act, "insurance_began", last.values["insurer_code"])
    set_status(ledger, person, INSURED, act)
