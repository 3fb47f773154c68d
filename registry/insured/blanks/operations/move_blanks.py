"""Receiving boxes, handing blanks over to insurers, confirming, cancelling and spoiling: never more than there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.insured.blanks.operations.take_boxes import LOCK
from registry.insured.blanks.rules import Range, first_of, is_range, without
from registry.insured.blanks.tables import BlankBox, BlankPortion, BlankTransfer, BlankTransferPart, SpoiltBlanks
from registry.store.locks import advisory_lock

SENT, CONFIRMED, CANCELLED = "sent", "confirmed", "cancelled"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does it and when."""

    login: str
    now: datetime
    today: date


def receive_boxes(session: Session, ids: Sequence[int], on: date, acting: Acting) -> int:
    """Mark boxes received on a day; those that were received already are left as they are."""
    advisory_lock(session, LOCK)
    if on > acting.today:
        raise Permanent(F.DATE_IN_FUTURE, "Дата получения ещё не наступила", value=on.isoformat())
    boxes = session.scalars(select(BlankBox).where(BlankBox.id.in_(ids), BlankBox.received_on.is_(None))).all()
    for box in boxes:
        if box.made_on is not None and on < box.made_on:
            raise Permanent(F.DATE_ORDER, f"Коробка {box.number} изготовлена позже: {box.made_on:%d.%m.%Y}")
        box.received_on, box.received_by = on, acting.login
    return len(boxes)


def remove_box(session: Session, box_id: int) -> str:
    """Take a box back that was entered by mistake; one whose blanks went anywhere stays. Returns its number."""
    advisory_lock(session, LOCK)
    box = session.get(BlankBox, box_id)
    if box is None:
        raise Permanent(F.OBJECT_UNKNOWN, "Такой коробки нет")
    portions = session.scalars(select(BlankPortion).where(BlankPortion.box_id == box_id)).all()
    ids = [one.id for one in portions]
    for table in (BlankTransferPart, SpoiltBlanks):
        if session.scalar(select(func.count()).where(table.portion_id.in_(ids))):
            raise Permanent(F.HAS_DEPENDANTS, f"Бланки коробки {box.number} уже передавались или списаны")
    for one in portions:
        session.delete(one)
    session.flush()
    session.delete(box)
    return box.number


def transfer_blanks(
    session: Session, insurer: str, box_ids: Sequence[int], quantity: int | None, acting: Acting
) -> BlankTransfer:
    """Hand over blanks of these boxes meant for an insurer: received, not handed over yet, not spoilt.

    Without a ``quantity`` all of them; more than there are is refused, and so is nothing at all.
    """
    advisory_lock(session, LOCK)
    free = free_ranges(session, insurer, box_ids)
    there = sum(len(one) for _, ranges in free for one in ranges)
    wanted = there if quantity is None else quantity
    if wanted > there or wanted <= 0:
        text = f"Для СМО {insurer} в этих коробках получено и не передано бланков: {there}"
        raise Permanent(F.BLANKS_LACKING, text, value=str(wanted), expected=f"от 1 до {there}" if there else "")
    number = (session.scalar(select(func.max(BlankTransfer.id))) or 0) + 1
    made = BlankTransfer(
        number=f"{acting.today:%Y}-{number:05d}",
        on=acting.today,
        insurer_code=insurer,
        made_at=acting.now,
        made_by=acting.login,
    )
    session.add(made)
    session.flush()
    for portion, ranges in free:
        for one in first_of(ranges, wanted):
            session.add(BlankTransferPart(transfer_id=made.id, portion_id=portion.id, first=one.first, last=one.last))
            wanted -= len(one)
    session.flush()
    return made


def free_ranges(session: Session, insurer: str, box_ids: Sequence[int]) -> list[tuple[BlankPortion, list[Range]]]:
    """What may be handed over, portion by portion in the order of numbers."""
    query = (
        select(BlankPortion)
        .join(BlankBox, BlankBox.id == BlankPortion.box_id)
        .where(
            BlankPortion.box_id.in_(box_ids),
            BlankPortion.insurer_code == insurer,
            BlankBox.received_on.is_not(None),
        )
        .order_by(BlankPortion.series, BlankPortion.first)
    )
    portions = session.scalars(query).all()
    taken = _taken(session, [one.id for one in portions])
    return [(one, without(Range(one.first, one.last), taken[one.id])) for one in portions]


def settle_transfer(session: Session, transfer_id: int, status: str, acting: Acting, note: str = "") -> BlankTransfer:
    """Confirm a transfer on behalf of its insurer, or take it back while it is not confirmed."""
    advisory_lock(session, LOCK)
    found = session.get(BlankTransfer, transfer_id, populate_existing=True)
    if found is None:
        raise Permanent(F.OBJECT_UNKNOWN, "Такой передачи нет")
    if found.status != SENT:
        word = {CONFIRMED: "подтверждена", CANCELLED: "отменена"}[found.status]
        raise Permanent(F.NOTHING_TO_CORRECT, f"Передача {found.number} уже {word}")
    found.status, found.settled_at, found.settled_by, found.note = status, acting.now, acting.login, note[:500]
    return found


@dataclass(frozen=True, slots=True)
class Spoiling:
    """Which blanks are spoilt and why."""

    policy_type: str
    series: str
    first: int
    last: int
    reason: str


def spoil_blanks(session: Session, what: Spoiling, insurers: frozenset[str] | None, acting: Acting) -> int:
    """Write off blanks that were received, each once; ``insurers`` limits an insurer to its own confirmed ones."""
    advisory_lock(session, LOCK)
    if not is_range(what.first, what.last):
        raise Permanent(F.BLANK_RANGE_WRONG, "Номера указаны неверно: первый не больше последнего")
    wanted = Range(what.first, what.last)
    query = (
        select(BlankPortion)
        .join(BlankBox, BlankBox.id == BlankPortion.box_id)
        .where(
            BlankPortion.policy_type == what.policy_type,
            BlankPortion.series == what.series,
            BlankPortion.first <= what.last,
            BlankPortion.last >= what.first,
            BlankBox.received_on.is_not(None),
        )
    )
    portions = session.scalars(query).all()
    allowed = _confirmed(session, [one.id for one in portions], insurers) if insurers is not None else None
    spoilt = _spoilt(session, [one.id for one in portions])
    found = []
    for one in portions:
        held = allowed[one.id] if allowed is not None else [Range(one.first, one.last)]
        for part in held:
            inside = Range(max(part.first, wanted.first), min(part.last, wanted.last))
            if inside.first <= inside.last:
                found += [(one, left) for left in without(inside, spoilt[one.id])]
    count = sum(len(part) for _, part in found)
    if count != len(wanted):
        text = f"Из {len(wanted)} бланков списать можно {count}: остальные не получены, чужие или уже списаны"
        raise Permanent(F.BLANKS_LACKING, text, value=f"{what.first}–{what.last}")
    for portion, part in found:
        session.add(
            SpoiltBlanks(
                portion_id=portion.id,
                first=part.first,
                last=part.last,
                on=acting.today,
                reason=what.reason[:200],
                recorded_at=acting.now,
                recorded_by=acting.login,
            )
        )
    return count


def _taken(session: Session, ids: Sequence[int]) -> dict[int, list[Range]]:
    """Handed over and not taken back, or spoilt, by portion."""
    found = _spoilt(session, ids)
    for one in _parts(session, ids, (SENT, CONFIRMED), None):
        found[one.portion_id].append(Range(one.first, one.last))
    return found


def _confirmed(session: Session, ids: Sequence[int], insurers: frozenset[str]) -> dict[int, list[Range]]:
    found: dict[int, list[Range]] = defaultdict(list)
    for one in _parts(session, ids, (CONFIRMED,), insurers):
        found[one.portion_id].append(Range(one.first, one.last))
    return found


def _parts(
    session: Session, ids: Sequence[int], statuses: tuple[str, ...], insurers: frozenset[str] | None
) -> Iterable[BlankTransferPart]:
    query = (
        select(BlankTransferPart)
        .join(BlankTransfer, BlankTransfer.id == BlankTransferPart.transfer_id)
        .where(BlankTransferPart.portion_id.in_(ids), BlankTransfer.status.in_(statuses))
    )
    if insurers is not None:
        query = query.where(BlankTransfer.insurer_code.in_(sorted(insurers)))
    return session.scalars(query)


def _spoilt(session: Session, ids: Sequence[int]) -> dict[int, list[Range]]:
    found: dict[int, list[Range]] = defaultdict(list)
    for one in session.scalars(select(SpoiltBlanks).where(SpoiltBlanks.portion_id.in_(ids))):
        found[one.portion_id].append(Range(one.first, one.last))
    return found
