"""What all effects of departments share: one ledger for a packet, changes handed to the records that caused them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.words import SOURCES
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.operations.attach_people import person_of
from registry.insured.operations.people import Act, Origin, PeopleLedger, open_people
from registry.insured.operations.people.writing import write_people


def open_items(work: Work) -> list[Item]:
    """The records to be applied, one for a person: a second one about the same person is refused (files.md 3.5)."""
    found: dict[int, Item] = {}
    for item in work.items:
        if not item.is_open:
            continue
        person_id = person_of(item)
        if person_id in found:
            first = found[person_id].record.number or found[person_id].position
            item.findings.append(finding(F.DUPLICATE_IN_PACKET, f"запись {first}", field="number"))
        else:
            found[person_id] = item
    return list(found.values())


def ledger_of(work: Work, person_ids: Iterable[int], newcomers: int = 0) -> PeopleLedger:
    """Open the people of a packet for changes."""
    origin = Origin(work.now, work.source, work.packet_id or None)
    return open_people(work.session, person_ids, origin, newcomers=newcomers, follow=True)


def act_of(item: Item, work: Work, name: str, on: date, event: str, reason: str = "") -> Act:
    """An act of the history in the name of a record."""
    return Act(name, on, event, reason, number_of(item), "", agency_of(work))


def number_of(item: Item) -> str:
    """The number changes and history rows know a record by."""
    return (item.record.number or str(item.position))[:36]


def agency_of(work: Work) -> str:
    """The code of the department that speaks; empty for others."""
    return next((code for code in sorted(work.sender_codes) if code in SOURCES), "")


def write_and_tell(ledger: PeopleLedger, items: Sequence[Item]) -> None:
    """Write what the ledger gathered and leave each change on the record that caused it."""
    hand_out(write_people(ledger), items)


def hand_out(changes: Iterable[Change], items: Sequence[Item]) -> None:
    """Leave each change on the record with its number."""
    by_number: Mapping[str, Item] = {number_of(item): item for item in items}
    for change in changes:
        by_number[change.record_number].changes.append(change)


def propose(work: Work, told: Sequence[tuple[Item, Mapping[str, Any], date, str]], event: str = "П04") -> None:
    """Propose values of people: the rules of the buffer say what applies at once; a doubt in words makes it wait."""
    if not told:
        return
    code = agency_of(work)
    proposer = Proposer(code or "agency", frozenset({code} if code else ()), None, work.packet_id, work.source)
    proposals = [
        Proposal(person_of(item), values, since, number_of(item), event, doubt) for item, values, since, doubt in told
    ]
    answers = propose_changes(work.session, proposals, proposer, Circumstances(work.now, work.today))
    for (item, *_), answer in zip(told, answers, strict=True):
        item.findings.extend(answer.findings)
        item.changes.extend(answer.changes)
