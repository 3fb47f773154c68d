"""Taking over what clinics tell of reaching the people attached to them, and of their sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.operations.attach_people import person_of
from registry.insured.operations.attachment_rows import attachments_of, lock_people, record_rows, retract
from registry.insured.operations.districts import settle_districts
from registry.insured.rules.attachment_state import AttachmentState, Decision, current_of
from registry.insured.rules.contact_checks import REACHED, TAKEN_AWAY
from registry.insured.rules.section_move import decide_move

if TYPE_CHECKING:
    from registry.insured.kinds.person_contacts import PersonContacts

KINDS = {"МО": "clinic", "СМО": "insurer", "фонд": "fund"}


def tell_contacts(work: Work) -> None:
    """Write contacts and sections of people attached to the sender's legal entity; others are refused.

    What the rules of the buffer keep back waits there.
    """
    _refuse_deletions(work.items)
    _settle_repeats(work.items)
    items = [item for item in work.items if item.is_open]
    people = [person_of(item) for item in items]
    lock_people(work.session, people)
    histories = attachments_of(work.session, people)
    attached = {}
    for item, person_id in zip(items, people, strict=True):
        current = _attachment(item, histories.get(person_id, ()), work)
        if current is None:
            clinic = cast("PersonContacts", item.record).clinic or ""
            item.findings.append(finding(F.NOT_ATTACHED_HERE, clinic, field="clinic", value=clinic))
        else:
            attached[item.position] = current
    settle_districts(work)
    _propose(work, [item for item in items if item.is_open])
    _move(work, [(item, attached[item.position]) for item in items if item.is_open])


def _refuse_deletions(items: Iterable[Item]) -> None:
    for item in items:
        if item.operation is Operation.DELETE:
            item.findings.append(finding(F.OPERATION_NOT_ALLOWED, "Delete"))


def _settle_repeats(items: Sequence[Item]) -> None:
    """Of equal records about one person the last is applied; different ones contradict each other."""
    grouped: defaultdict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.is_open:
            grouped[person_of(item)].append(item)
    for repeats in grouped.values():
        contents = [{**one.record.values, "number": None} for one in repeats]
        same = all(one == contents[0] for one in contents)
        for one in repeats[:-1] if same else repeats if len(repeats) > 1 else ():
            if same:
                one.settled = True
            else:
                numbers = ", ".join(str(each.record.number or each.position) for each in repeats)
                one.findings.append(finding(F.DUPLICATE_IN_PACKET, f"записи {numbers}", field="number"))


def _attachment(item: Item, history: Sequence[AttachmentState], work: Work) -> AttachmentState | None:
    """The open attachment the record speaks of; without an area type any attachment to the sender gives the right."""
    record = cast("PersonContacts", item.record)
    ours = work.sender_codes | ({record.clinic} if work.by_fund and record.clinic else set())
    current = current_of(history, record.area_type or 1)
    if current is not None and current.clinic_code in ours:
        return current
    return next((row for row in history if row.is_open and row.clinic_code in ours), None)


def _propose(work: Work, items: Sequence[Item]) -> None:
    told = []
    for item in items:
        record = cast("PersonContacts", item.record)
        values = {name: text for name in REACHED if (text := record.__dict__.get(name))}
        values = {name: "" if text == TAKEN_AWAY else text for name, text in values.items()}
        number = record.number or str(item.position)
        told.append(Proposal(person_of(item), values, record.changed_on or work.as_of, number))
    proposer = Proposer(
        KINDS.get(work.source, "agency"), work.sender_codes, work.sender_id, work.packet_id, work.source
    )
    for item, answer in zip(
        items, propose_changes(work.session, told, proposer, Circumstances(work.now, work.today)), strict=True
    ):
        item.findings.extend(answer.findings)
        item.changes.extend(answer.changes)


def _move(work: Work, items: Sequence[tuple[Item, AttachmentState]]) -> None:
    decided: list[tuple[Item, Decision]] = []
    for item, current in items:
        record = cast("PersonContacts", item.record)
        decision = decide_move(current, _section(record), record.changed_on or work.as_of)
        if decision.changes_anything:
            decided.append((item, decision))
    retract(work.session, [row for _, decision in decided for row in decision.retracted], work)
    rows = []
    for item, decision in decided:
        number = item.record.number or str(item.position)
        rows += [(row, number) for row in (*decision.closed, *([decision.opened] if decision.opened else []))]
        if decision.opened:
            item.changes.append(section_changed(decision.opened, number))
    record_rows(work.session, rows, work)


def section_changed(row: AttachmentState, number: str) -> Change:
    """Say upwards that a person is served by another section since a day."""
    facts = {"district": row.district_code, "doctor_snils": row.doctor_snils, "area_type": row.area_type}
    return Change("section_changed", row.person_id, row.clinic_code, row.valid_from, number, facts)


def _section(record: PersonContacts) -> Mapping[str, object]:
    return {
        "district_code": record.district,
        "department": record.department,
        "building": record.building,
        "doctor_snils": "".join(filter(str.isdigit, record.doctor_snils or "")),
        "doctor_category": record.doctor_category if record.doctor_snils else None,
    }
