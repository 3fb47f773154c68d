"""Entering boxes of a list: what overlaps or leaves a gap is refused, what is known is taken again without effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.blanks.rules import Range, Taken, gap
from registry.insured.blanks.tables import BlankBox, BlankContract, BlankPortion
from registry.store.locks import advisory_lock

LOCK = "policy blanks"
PORTION = 500


def take_boxes(work: Work) -> None:
    """Add the boxes of a list with their portions; all rows of a box are taken or none is."""
    advisory_lock(work.session, LOCK)
    by_box: dict[str, list[Item]] = defaultdict(list)
    for item in work.items:
        by_box[item.record.values["box"]].append(item)
    known = _known(work.session, list(by_box))
    contracts = _contracts(work.session, work.items)
    fresh = {number: items for number, items in by_box.items() if number not in known}
    for number, items in by_box.items():
        if number in known:
            _again(work, known[number], items)
    _refuse_gaps(fresh)
    _refuse_overlaps(work.session, [item for items in fresh.values() for item in items])
    for number, items in fresh.items():
        if any(item.is_rejected for item in items):
            _refuse_rest(items)
        else:
            _add(work, number, items, contracts)


def _known(session: Session, numbers: Sequence[str]) -> dict[str, BlankBox]:
    found: dict[str, BlankBox] = {}
    for start in range(0, len(numbers), PORTION):
        wanted = select(BlankBox).where(BlankBox.number.in_(numbers[start : start + PORTION]))
        found.update({one.number: one for one in session.scalars(wanted)})
    return found


def _contracts(session: Session, items: Sequence[Item]) -> dict[str, int]:
    """Contracts by number; one met for the first time is made."""
    numbers = {str(item.record.values["contract"]) for item in items if item.record.values.get("contract")}
    query = select(BlankContract.number, BlankContract.id).where(BlankContract.number.in_(sorted(numbers)))
    found = dict(session.execute(query).all())
    made = [BlankContract(number=number) for number in sorted(numbers - set(found))]
    session.add_all(made)
    session.flush()
    return {**found, **{one.number: one.id for one in made}}


def _again(work: Work, box: BlankBox, items: Sequence[Item]) -> None:
    """A known box: the same portions may tell that it has come by now; others are refused."""
    held = select(BlankPortion).where(BlankPortion.box_id == box.id)
    portions = {(one.series, one.first, one.last, one.insurer_code) for one in work.session.scalars(held)}
    for item in items:
        told = item.record.values
        if _portion(told) not in portions or told["policy_type"] != box.policy_type:
            item.findings.append(finding(F.BLANK_OVERLAP, f"коробка {box.number} уже учтена иначе", field="box"))
        elif box.received_on is None and told.get("received_on"):
            box.received_on = told["received_on"]


def _portion(told: Mapping[str, Any]) -> tuple[str, int, int, str]:
    return told.get("series") or "", told["first"], told["last"], told.get("insurer") or ""


def _refuse_gaps(by_box: Mapping[str, Sequence[Item]]) -> None:
    """The portions of a box follow each other, under one series and type."""
    for items in by_box.values():
        kinds = {(item.record.values["policy_type"], item.record.values.get("series")) for item in items}
        missing = gap(_range(item) for item in items)
        if len(kinds) > 1:
            items[-1].findings.append(finding(F.BLANK_GAP, "в коробке разные серии или типы", field="series"))
        elif missing is not None:
            told = f"не хватает номеров {missing.first}–{missing.last}"
            items[-1].findings.append(finding(F.BLANK_GAP, told, field="first"))


def _refuse_overlaps(session: Session, items: Sequence[Item]) -> None:
    """No number stands in two portions, of this list or of what is known."""
    by_series: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        told = item.record.values
        by_series[told["policy_type"], told.get("series") or ""].append(item)
    for (policy_type, series), rows in by_series.items():
        lowest = min(_range(item).first for item in rows)
        highest = max(_range(item).last for item in rows)
        held = select(BlankPortion.first, BlankPortion.last).where(
            BlankPortion.policy_type == policy_type,
            BlankPortion.series == series,
            BlankPortion.first <= highest,
            BlankPortion.last >= lowest,
        )
        taken = Taken(Range(first, last) for first, last in session.execute(held))
        for item in sorted(rows, key=lambda one: one.position):
            own = _range(item)
            if not taken.add(own):
                shown = f"{own.first}–{own.last}"
                item.findings.append(finding(F.BLANK_OVERLAP, field="first", value=shown))


def _range(item: Item) -> Range:
    return Range(item.record.values["first"], item.record.values["last"])


def _refuse_rest(items: Sequence[Item]) -> None:
    """A box is taken whole or not at all."""
    for item in items:
        if not item.is_rejected:
            item.findings.append(finding(F.REJECTED_WITH_PACKET, "другая строка этой коробки отклонена", field="box"))


def _add(work: Work, number: str, items: Sequence[Item], contracts: Mapping[str, int]) -> None:
    told = items[0].record.values
    box = BlankBox(
        number=number,
        policy_type=told["policy_type"],
        contract_id=contracts.get(str(told.get("contract"))),
        made_on=told.get("made_on"),
        received_on=told.get("received_on"),
        packet_id=work.packet_id,
        recorded_at=work.now,
    )
    work.session.add(box)
    work.session.flush()
    for item in items:
        series, first, last, insurer = _portion(item.record.values)
        work.session.add(
            BlankPortion(
                box_id=box.id,
                policy_type=box.policy_type,
                series=series,
                first=first,
                last=last,
                insurer_code=insurer,
            )
        )
    items[0].changes.append(
        Change("blank_box_entered", record_number=items[0].record.number or "", facts={"box": number})
    )
