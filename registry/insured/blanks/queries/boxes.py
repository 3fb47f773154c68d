"""Where blanks are: boxes, transfers, single numbers, and totals that always add up to the boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from registry.insured.blanks.operations.move_blanks import CANCELLED, CONFIRMED, SENT
from registry.insured.blanks.rules import Range
from registry.insured.blanks.tables import (
    BlankBox,
    BlankContract,
    BlankPortion,
    BlankTransfer,
    BlankTransferPart,
    SpoiltBlanks,
)

TYPES = ("П", "Э")
#: Stands for all insurers in a sum.
SUM = "*"
COUNT = func.sum(BlankPortion.last - BlankPortion.first + 1)
PART = func.sum(BlankTransferPart.last - BlankTransferPart.first + 1)


@dataclass(frozen=True, kw_only=True)
class BoxFilter:
    """What boxes are narrowed to; empty means any."""

    number: str = ""
    policy_type: str = ""
    received: bool | None = None
    insurer: str = ""
    contract_id: int | None = None


@dataclass(frozen=True, slots=True)
class BoxLine:
    """One box with how many blanks it holds and for whom."""

    box: BlankBox
    quantity: int
    insurers: str
    contract: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.box.id


@dataclass(slots=True)
class Totals:
    """Blanks of one insurer by policy type: meant for it, received, handed over, confirmed, spoilt."""

    insurer: str
    quantity: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))
    received: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))
    handed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))
    confirmed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))
    spoilt: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TYPES, 0))

    @property
    def columns(self) -> tuple[dict[str, int], ...]:
        """The figures in the order of the table."""
        return (self.quantity, self.received, self.handed, self.confirmed, self.spoilt)


def box_page(session: Session, wanted: BoxFilter, *, after: int | None = None, limit: int = 50) -> list[BoxLine]:
    """Boxes, those entered last first, going on behind the box ``after``."""
    query = select(BlankBox, BlankContract.number).outerjoin(BlankContract, BlankContract.id == BlankBox.contract_id)
    query = query.where(*_conditions(wanted))
    if after is not None:
        query = query.where(BlankBox.id < after)
    found = session.execute(query.order_by(BlankBox.id.desc()).limit(limit)).all()
    counts: dict[int, int] = defaultdict(int)
    insurers: dict[int, set[str]] = defaultdict(set)
    portions = select(BlankPortion.box_id, BlankPortion.insurer_code, COUNT).where(
        BlankPortion.box_id.in_([box.id for box, _ in found])
    )
    for box_id, insurer, count in session.execute(portions.group_by(BlankPortion.box_id, BlankPortion.insurer_code)):
        counts[box_id] += int(count)
        insurers[box_id].add(insurer)
    return [
        BoxLine(box, counts[box.id], ", ".join(sorted(insurers[box.id] - {""})), contract or "")
        for box, contract in found
    ]


def _conditions(wanted: BoxFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.number:
        conditions.append(BlankBox.number.startswith(wanted.number, autoescape=True))
    if wanted.policy_type:
        conditions.append(BlankBox.policy_type == wanted.policy_type)
    if wanted.received is not None:
        column = BlankBox.received_on
        conditions.append(column.is_not(None) if wanted.received else column.is_(None))
    if wanted.insurer:
        of = select(BlankPortion.box_id).where(BlankPortion.insurer_code == wanted.insurer)
        conditions.append(BlankBox.id.in_(of))
    if wanted.contract_id is not None:
        conditions.append(BlankBox.contract_id == wanted.contract_id)
    return conditions


def totals(
    session: Session,
    box_ids: Sequence[int] | None = None,
    insurers: frozenset[str] | None = None,
    period: tuple[date | None, date | None] = (None, None),
) -> list[Totals]:
    """Totals per insurer, of these boxes or of all; «meant for» adds up to what the boxes hold.

    A period is that of receipt, of the act and of writing off; what blanks are meant for has no date of its own.
    """
    found: dict[str, Totals] = {}
    scope: list[ColumnElement[bool]] = []
    if box_ids is not None:
        scope.append(BlankPortion.box_id.in_(box_ids))
    if insurers is not None:
        scope.append(BlankPortion.insurer_code.in_(sorted(insurers)))

    def of(insurer: str) -> Totals:
        return found.setdefault(insurer, Totals(insurer))

    key = (BlankPortion.insurer_code, BlankPortion.policy_type)
    base = select(*key, COUNT).where(*scope).group_by(*key)
    for insurer, kind, count in session.execute(base):
        of(insurer).quantity[kind] = int(count)
    received = base.join(BlankBox, BlankBox.id == BlankPortion.box_id).where(BlankBox.received_on.is_not(None))
    for insurer, kind, count in session.execute(received.where(*_within(BlankBox.received_on, period))):
        of(insurer).received[kind] = int(count)
    parts = (
        select(*key, BlankTransfer.status, PART)
        .join(BlankTransferPart, BlankTransferPart.portion_id == BlankPortion.id)
        .join(BlankTransfer, BlankTransfer.id == BlankTransferPart.transfer_id)
        .where(*scope, BlankTransfer.status.in_((SENT, CONFIRMED)), *_within(BlankTransfer.on, period))
        .group_by(*key, BlankTransfer.status)
    )
    for insurer, kind, status, count in session.execute(parts):
        of(insurer).handed[kind] += int(count)
        if status == CONFIRMED:
            of(insurer).confirmed[kind] += int(count)
    spoilt = (
        select(*key, func.sum(SpoiltBlanks.last - SpoiltBlanks.first + 1))
        .join(SpoiltBlanks, SpoiltBlanks.portion_id == BlankPortion.id)
        .where(*scope, *_within(SpoiltBlanks.on, period))
        .group_by(*key)
    )
    for insurer, kind, count in session.execute(spoilt):
        of(insurer).spoilt[kind] = int(count)
    return [found[name] for name in sorted(found)]


def _within(column: Any, period: tuple[date | None, date | None]) -> list[ColumnElement[bool]]:
    since, until = period
    return [*([column >= since] if since else []), *([column <= until] if until else [])]


def summed(found: Iterable[Totals]) -> Totals:
    """The sum of these totals as one more."""
    whole = Totals(SUM)
    for one in found:
        for into, figures in zip(whole.columns, one.columns, strict=True):
            for kind, count in figures.items():
                into[kind] += count
    return whole


@dataclass(frozen=True, kw_only=True)
class TransferFilter:
    """What transfers are narrowed to; empty means any."""

    insurer: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One transfer with how many blanks went."""

    transfer: BlankTransfer
    quantity: int

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.transfer.id


def transfer_page(
    session: Session,
    insurers: frozenset[str] | None,
    wanted: TransferFilter,
    *,
    after: int | None = None,
    limit: int = 50,
) -> list[TransferLine]:
    """Transfers, the newest first; ``insurers`` limits them to those of these codes."""
    query = select(BlankTransfer)
    if insurers is not None:
        query = query.where(BlankTransfer.insurer_code.in_(sorted(insurers)))
    for column, value in ((BlankTransfer.insurer_code, wanted.insurer), (BlankTransfer.status, wanted.status)):
        if value:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(BlankTransfer.on >= wanted.since)
    if wanted.until is not None:
        query = query.where(BlankTransfer.on <= wanted.until)
    if after is not None:
        query = query.where(BlankTransfer.id < after)
    found = session.scalars(query.order_by(BlankTransfer.id.desc()).limit(limit)).all()
    counts = dict(
        session.execute(
            select(BlankTransferPart.transfer_id, PART)
            .where(BlankTransferPart.transfer_id.in_([one.id for one in found]))
            .group_by(BlankTransferPart.transfer_id)
        ).all()
    )
    return [TransferLine(one, int(counts.get(one.id, 0))) for one in found]


@dataclass(frozen=True, slots=True)
class HandedRange:
    """A range of a transfer, with the box it lies in."""

    box: str
    policy_type: str
    series: str
    range: Range


def transfer(
    session: Session, insurers: frozenset[str] | None, transfer_id: int
) -> tuple[BlankTransfer, list[HandedRange]] | None:
    """A transfer with its ranges; ``None`` when there is none or it is of another insurer."""
    found = session.get(BlankTransfer, transfer_id)
    if found is None or (insurers is not None and found.insurer_code not in insurers):
        return None
    query = (
        select(BlankTransferPart, BlankPortion, BlankBox.number)
        .join(BlankPortion, BlankPortion.id == BlankTransferPart.portion_id)
        .join(BlankBox, BlankBox.id == BlankPortion.box_id)
        .where(BlankTransferPart.transfer_id == transfer_id)
        .order_by(BlankPortion.series, BlankTransferPart.first)
    )
    return found, [
        HandedRange(box, portion.policy_type, portion.series, Range(part.first, part.last))
        for part, portion, box in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one blank is and what became of it."""

    box: BlankBox
    portion: BlankPortion
    transfer: BlankTransfer | None
    spoilt: SpoiltBlanks | None


def find_blank(session: Session, insurers: frozenset[str] | None, number: int, series: str) -> list[Whereabouts]:
    """Blanks of any type with this number; an insurer finds what is meant for it."""
    query = (
        select(BlankBox, BlankPortion)
        .join(BlankPortion, BlankPortion.box_id == BlankBox.id)
        .where(BlankPortion.first <= number, BlankPortion.last >= number)
    )
    if series:
        query = query.where(BlankPortion.series == series)
    if insurers is not None:
        query = query.where(BlankPortion.insurer_code.in_(sorted(insurers)))
    return [
        Whereabouts(box, portion, _transfer_of(session, portion.id, number), _spoilt_of(session, portion.id, number))
        for box, portion in session.execute(query.order_by(BlankBox.id).limit(20))
    ]


def _transfer_of(session: Session, portion_id: int, number: int) -> BlankTransfer | None:
    return session.scalar(
        select(BlankTransfer)
        .join(BlankTransferPart, BlankTransferPart.transfer_id == BlankTransfer.id)
        .where(
            BlankTransferPart.portion_id == portion_id,
            BlankTransferPart.first <= number,
            BlankTransferPart.last >= number,
            BlankTransfer.status != CANCELLED,
        )
    )


def _spoilt_of(session: Session, portion_id: int, number: int) -> SpoiltBlanks | None:
    return session.scalar(
        select(SpoiltBlanks).where(
            SpoiltBlanks.portion_id == portion_id, SpoiltBlanks.first <= number, SpoiltBlanks.last >= number
        )
    )


def contracts(session: Session, *, after: int | None = None, limit: int = 50) -> list[tuple[BlankContract, int, int]]:
    """Contracts with how many boxes and blanks came under each, the newest first."""
    query = select(BlankContract).order_by(BlankContract.id.desc()).limit(limit)
    if after is not None:
        query = query.where(BlankContract.id < after)
    found = session.scalars(query).all()
    counted = (
        select(BlankBox.contract_id, func.count(BlankBox.id.distinct()), COUNT)
        .join(BlankPortion, BlankPortion.box_id == BlankBox.id)
        .where(BlankBox.contract_id.in_([one.id for one in found]))
        .group_by(BlankBox.contract_id)
    )
    counts = {key: (int(boxes), int(blanks)) for key, boxes, blanks in session.execute(counted)}
    return [(one, *counts.get(one.id, (0, 0))) for one in found]


def box_numbers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Numbers of boxes by id; unknown ids are left out."""
    wanted = sorted(set(ids))
    return dict(session.execute(select(BlankBox.id, BlankBox.number).where(BlankBox.id.in_(wanted))).all())
