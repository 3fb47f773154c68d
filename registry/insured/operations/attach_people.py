"""Attaching people to clinics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.insured.operations.attachment_rows import attachments_of, lock_people, replace_rows
from registry.insured.operations.circumstances import circumstances_of
from registry.insured.operations.districts import settle_districts
from registry.insured.operations.register_newborns import register_newborns
from registry.insured.rules.attachment import (
    AttachmentPolicy,
    AttachmentState,
    Circumstances,
    Decision,
    decide_attachment,
    decide_withdrawal,
    followed,
    is_second_of_a_year,
)
from registry.insured.rules.attachment_newborn import make_conditional
from registry.insured.rules.attachment_repeats import settle_workers
from registry.insured.rules.attachment_state import FAP

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment

Decide = Callable[[Item, Sequence[AttachmentState]], Decision]


def attach_people(work: Work) -> None:
    """Apply attachment records: one open attachment per person and area type afterwards, history kept."""
    make_conditional(work.items)
    register_newborns(work)
    settle_repeats(work.items)
    settle_districts(work)
    policy = AttachmentPolicy(
        rolling_year=work.options.get("attachment_year") == "rolling",
        next_month=work.options.get("attachment_effect") == "next_month",
        upsert_on_correction=bool(work.options.get("upsert_on_correction")),
    )
    apply_decisions(work, partial(_decide, policy=policy, known=_Known(work)))


class _Known:
    """What the registry knows of people who choose once more within a year; asked only when one does."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._found: dict[int, Circumstances] | None = None

    def of(self, person_id: int) -> Circumstances:
        """Return the circumstances of a person; those of the whole packet are read at once."""
        if self._found is None:
            people = {person_of(item) for item in self._work.items if item.is_open}
            self._found = circumstances_of(self._work.session, people)
        return self._found.get(person_id, Circumstances())


def _decide(item: Item, history: Sequence[AttachmentState], *, policy: AttachmentPolicy, known: _Known) -> Decision:
    if item.operation is Operation.DELETE and item.object and item.object.target_id:
        return decide_withdrawal(history, item.object.target_id)
    record = cast("Attachment", item.record)
    person_id = person_of(item)
    asks = is_second_of_a_year(history, record, person_id, policy)
    circumstances = known.of(person_id) if asks else Circumstances()
    return decide_attachment(history, record, person_id, item.operation, policy, circumstances)


def person_of(item: Item) -> int:
    """Return the person of an item: the one identified, or the one its object stands for."""
    if item.identification is not None and item.identification.person_id is not None:
        return int(item.identification.person_id)
    if item.object and item.object.person_id is not None:
        return item.object.person_id
    raise LookupError("an open item has a person")


def settle_repeats(items: Sequence[Item]) -> None:
    """Settle records about one person in one packet: the last wins for the same clinic and method, else none does.

    A second medical worker of the other category is no repetition (rule 7).
    """
    grouped: defaultdict[tuple[int, int], list[Item]] = defaultdict(list)
    for item in items:
        if item.is_open and item.operation is not Operation.DELETE:
            record = cast("Attachment", item.record)
            grouped[person_of(item), record.area_type or 1].append(item)
    for repeats in grouped.values():
        if len(repeats) == 1:
            continue
        same = {(cast("Attachment", one.record).clinic, cast("Attachment", one.record).method) for one in repeats}
        if len(same) == 1:
            settle_workers(repeats)
            continue
        numbers = ", ".join(str(one.record.number or one.position) for one in repeats)
        for one in repeats:
            one.findings.append(finding(F.DUPLICATE_IN_PACKET, f"записи {numbers}", field="number"))


def apply_decisions(work: Work, decide: Decide) -> None:
    """Decide every open item over one reading of the attachments, then write all rows in bulk.

    Each decision sees what the former ones of its person did; a ФАП is decided after its clinic.
    """
    items = sorted((item for item in work.items if item.is_open), key=_is_fap)
    _lead(items, lock_people(work.session, [person_of(item) for item in items]))
    people = [person_of(item) for item in items]
    histories = attachments_of(work.session, people)
    before = dict(histories)
    decided: list[tuple[Item, Decision]] = []
    for item, person_id in zip(items, people, strict=True):
        decision = decide(item, histories.get(person_id, ()))
        item.findings.extend(decision.findings)
        if not item.is_rejected:
            decided.append((item, decision))
            histories[person_id] = followed(histories.get(person_id, ()), decision)
    _write(work, decided)
    for item, decision in decided:
        _answer(item, decision, before.get(person_of(item), ()))


def _lead(items: Sequence[Item], leads: Mapping[int, int]) -> None:
    """Who was joined to another record after being found is that record's human: what is told goes there."""
    for item in items if leads else ():
        found = item.identification
        if found is not None and found.person_id in leads:
            found.person_id = leads[found.person_id]


def _is_fap(item: Item) -> bool:
    return getattr(item.record, "area_type", None) == FAP


def _write(work: Work, decided: Sequence[tuple[Item, Decision]]) -> None:
    """Write what holds after the whole packet; a row a later record of it took back is never written."""
    taken_back = {id(row) for _, decision in decided for row in decision.retracted if not row.id}
    rows: list[tuple[AttachmentState, str]] = []
    for item, decision in decided:
        number = item.record.number or str(item.position)
        written = [*decision.closed, *([decision.opened] if decision.opened else []), *decision.beside]
        rows.extend((row, number) for row in written if id(row) not in taken_back)
    retracted = [row for _, decision in decided for row in decision.retracted if row.id]
    ids = replace_rows(work.session, retracted, rows, work)
    opened = {(row.person_id, row.area_type): row_id for row_id, (row, _) in zip(ids, rows, strict=True) if row.is_open}
    for item, decision in decided:
        if decision.opened:
            item.answer["attachment_id"] = opened[decision.opened.person_id, decision.opened.area_type]


def _answer(item: Item, decision: Decision, history: Sequence[AttachmentState]) -> None:
    """Leave on the item what answers need and say upwards which attachments ended and began."""
    record = cast("Attachment", item.record)
    now = decision.opened or next((row for row in history if row.is_open and row not in decision.retracted), None)
    if now:
        item.answer["clinic"] = now.clinic_code
        item.answer["attached_on"] = now.valid_from.isoformat()
    item.answer["closed"] = closed = [attachment_facts(row) for row in decision.closed]
    number = record.number or str(item.position)
    for row, told in zip(decision.closed, closed, strict=True):
        if decision.opened and decision.opened.clinic_code == row.clinic_code:
            continue
        facts = {**told, "new_clinic": decision.opened.clinic_code if decision.opened else ""}
        item.changes.append(Change("attachment_closed", row.person_id, row.clinic_code, row.valid_to, number, facts))
    for row in (*([decision.opened] if decision.opened else []), *decision.beside):
        item.changes.append(
            Change("attachment_opened", row.person_id, row.clinic_code, row.valid_from, number, attachment_facts(row))
        )


def attachment_facts(row: AttachmentState) -> dict[str, object]:
    """Return what a change says about an attachment."""
    return {
        "clinic": row.clinic_code,
        "area_type": row.area_type,
        "method": row.method,
        "applied_on": row.applied_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": "" if row.is_open else row.valid_to.isoformat(),
        "district": row.district_code,
        "doctor_snils": row.doctor_snils,
        "end_reason": row.end_reason,
    }
