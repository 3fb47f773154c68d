"""Reading, linking and moving referrals in bulk: one reading and one writing for all records of a packet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar, cast

from sqlalchemy import FromClause, insert, select, tuple_

from registry.core.changes import Change
from registry.core.fields import Record
from registry.core.outcomes import Item
from registry.core.plain import plain_values
from registry.core.work import Work
from registry.store.bulk import reserve_ids
from registry.store.locks import advisory_lock
from registry.support.hospital.tables import Referral, ReferralCancellation, ReferralMove, Stay
from registry.support.hospital.workflow import ReferralFacts, ReferralState, state_of

PORTION = 2_000
Number = tuple[str, date]
ReferralKey = tuple[str, str, date]
CHANGES = {
    ReferralState.CANCELLED: "referral_cancelled",
    ReferralState.HOSPITALISED: "patient_hospitalised",
    ReferralState.DISCHARGED: "patient_discharged",
    ReferralState.ACCEPTED: "referral_accepted",
}


class HasTold(Protocol):
    """A row that keeps its sender's words."""

    __table__: ClassVar[FromClause]
    id: Any
    told: Any
    packet_id: Any
    recorded_at: Any
    changed_at: Any


Row = TypeVar("Row", bound=HasTold)


def lock_hospitals(work: Work) -> None:
    """Keep other packets about hospitals waiting: two senders may bring a referral and its stay at one moment."""
    advisory_lock(work.session, "hospitals")


def words_of(record: Record) -> dict[str, Any]:
    """Return all that a sender said in one record, as it is kept; the record's number in its message is not."""
    return {name: value for name, value in plain_values(record).items() if name != "number"}


def person_of(item: Item) -> int | None:
    """Return the person an item is about, when one was found for certain."""
    found = item.identification
    return int(found.person_id) if found is not None and found.is_found and found.person_id is not None else None


def stamp(row: HasTold, words: Mapping[str, Any], work: Work) -> None:
    """Note on a row what was said of it, by which packet and when."""
    row.told = dict(words)
    row.packet_id = work.packet_id
    row.changed_at = work.now
    if row.recorded_at is None:
        row.recorded_at = work.now


def referrals_by_number(work: Work, numbers: Iterable[Number]) -> dict[Number, list[Referral]]:
    """Return the referrals with these numbers and days; clinics number on their own, so there may be several."""
    found: defaultdict[Number, list[Referral]] = defaultdict(list)
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        query = select(Referral).where(tuple_(Referral.number, Referral.issued_on).in_(some)).order_by(Referral.id)
        for row in work.session.scalars(query):
            found[row.number, row.issued_on].append(row)
    return found


def settle_referrals(work: Work, touched: Collection[tuple[Referral, Item]]) -> None:
    """Bring the state of referrals up to the facts, with a line of history and a change for each that moved."""
    work.session.flush()
    rows = {referral.id: (referral, item) for referral, item in touched}
    facts = _facts(work, rows)
    moved: list[Referral] = []
    for referral, item in rows.values():
        state = state_of(facts[referral.id], ReferralState(referral.state))
        if state.value == referral.state:
            continue
        referral.state = state.value
        referral.changed_at = work.now
        moved.append(referral)
        name = CHANGES.get(state)
        if name:
            item.changes.append(change_of(name, referral, item, work))
    add_moves(work, moved)


def _facts(work: Work, rows: Mapping[int, tuple[Referral, Item]]) -> dict[int, ReferralFacts]:
    ids = sorted(rows)
    stays: dict[int, bool] = {}
    cancelled: set[int] = set()
    for start in range(0, len(ids), PORTION):
        some = ids[start : start + PORTION]
        query = select(Stay.referral_id, Stay.discharged_on).where(Stay.referral_id.in_(some))
        for found, discharged_on in work.session.execute(query):
            referral_id = cast(int, found)
            stays[referral_id] = stays.get(referral_id, False) or discharged_on is not None
        ended = select(ReferralCancellation.referral_id).where(ReferralCancellation.referral_id.in_(some))
        cancelled.update(work.session.scalars(ended))
    return {
        one: ReferralFacts(
            accepted=rows[one][0].accepted_on is not None,
            hospitalised=one in stays,
            discharged=stays.get(one, False),
            cancelled=one in cancelled,
        )
        for one in ids
    }


def add_moves(work: Work, referrals: Iterable[Referral]) -> None:
    """Write a line of history for every referral as it stands now."""
    moves = [
        {"referral_id": one.id, "state": one.state, "at": work.now, "packet_id": work.packet_id, "source": work.source}
        for one in referrals
    ]
    if moves:
        work.session.execute(insert(ReferralMove), moves)


def write_rows(work: Work, rows: Sequence[Row]) -> list[Row]:
    """Write new and changed rows of one table and return the new ones; their ids are taken in one go beforehand."""
    new = [row for row in rows if row.id is None]
    if new:
        ids = reserve_ids(work.session, type(new[0]).__table__, len(new))
        for row, row_id in zip(new, ids, strict=True):
            row.id = row_id
        work.session.add_all(new)
    work.session.flush()
    return new


def change_of(name: str, referral: Referral, item: Item, work: Work) -> Change:
    """Return the fact that became of a referral, addressed to its hospital."""
    facts = {
        "referral_id": referral.id,
        "clinic": referral.clinic_code,
        "number": referral.number,
        "issued_on": referral.issued_on.isoformat(),
        "state": referral.state,
    }
    number = item.record.number or str(item.position)
    return Change(name, referral.person_id, referral.hospital_code, work.today, number, facts)
