"""Registering and changing referrals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, tuple_, update

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.support.hospital.operations.referral_rows import (
    PORTION,
    Number,
    ReferralKey,
    add_moves,
    change_of,
    lock_hospitals,
    person_of,
    referrals_by_number,
    settle_referrals,
    stamp,
    words_of,
    write_rows,
)
from registry.support.hospital.rules.decisions import judge_referral, same_words
from registry.support.hospital.tables import Referral, Stay
from registry.support.hospital.workflow import ReferralState

if TYPE_CHECKING:
    from registry.support.hospital.kinds.referral import ReferralRecord


def register_referrals(work: Work) -> None:
    """Store every open referral under clinic, number and day; the same again changes nothing, other words change it.

    Stays that came before their referral are linked to it now (information support 4.2).
    """
    lock_hospitals(work)
    items = [item for item in work.items if item.is_open]
    refuse_repeats(items)
    items = [item for item in items if item.is_open]
    numbers = [_number(cast("ReferralRecord", item.record)) for item in items]
    known = referrals_of(referrals_by_number(work, numbers))
    touched: list[tuple[Referral, Item]] = []
    for item in items:
        row = _register(work, item, known)
        if row is not None:
            touched.append((row, item))
    new = write_rows(work, [row for row, _ in touched])
    for row, item in touched:
        item.answer["target_id"] = row.id
    _link_stays(work, [row for row, _ in touched])
    add_moves(work, new)
    for row, item in touched:
        item.changes.append(change_of("referral_registered", row, item, work))
    settle_referrals(work, touched)


def _number(record: ReferralRecord) -> Number:
    return record.referral_number or "", cast(date, record.referral_on)


def referrals_of(found: Mapping[Number, list[Referral]]) -> dict[ReferralKey, Referral]:
    """Return referrals by their whole key: clinic, number and day."""
    return {(row.clinic_code, row.number, row.issued_on): row for rows in found.values() for row in rows}


def refuse_repeats(items: Iterable[Item]) -> None:
    """Refuse what tells of one referral for the second time in a packet."""
    seen: set[tuple[str, str, date | None]] = set()
    for item in items:
        values = item.record.__dict__
        key = (values.get("referring_clinic") or "", values.get("referral_number") or "", values.get("referral_on"))
        if not key[1]:
            continue
        if key in seen:
            item.findings.append(
                finding(F.DUPLICATE_IN_PACKET, "номер направления повторяется", field="referral_number", value=key[1])
            )
        seen.add(key)


def _register(work: Work, item: Item, known: dict[ReferralKey, Referral]) -> Referral | None:
    """Return the row that was written; ``None`` when it is refused or says nothing new."""
    record = cast("ReferralRecord", item.record)
    number, day = _number(record)
    key = (record.referring_clinic or "", number, day)
    row, words = known.get(key), words_of(record)
    if row is not None:
        item.answer["target_id"] = row.id
        if same_words(row.told, words):
            return None
        refusal = judge_referral(ReferralState(row.state))
        if refusal is not None:
            item.findings.append(refusal)
            return None
    else:
        row = Referral(clinic_code=key[0], number=number, issued_on=day, state=ReferralState.DIRECTED.value)
        known[key] = row
    if row.planned_on != record.planned_on and row.state == ReferralState.OVERDUE.value:
        row.state = ReferralState.DIRECTED.value
    row.hospital_code = record.hospital or ""
    row.form = record.form.value if record.form else ""
    row.planned_on = record.planned_on
    row.accepted_on = record.booked_on or row.accepted_on
    row.care_conditions = record.care_conditions or ""
    row.bed_profile = record.bed_profile or ""
    row.mkb = (record.mkb or "")[:10]
    row.person_id = person_of(item)
    stamp(row, words, work)
    return row


def _link_stays(work: Work, rows: list[Referral]) -> None:
    """Give stays that waited for their referral its id, unless the referral has a stay already."""
    keys = {(row.clinic_code, row.number, row.issued_on): row.id for row in rows}
    wanted = sorted(keys)
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        columns = tuple_(Stay.referral_clinic_code, Stay.number, Stay.issued_on)
        waiting = work.session.execute(
            select(Stay.id, Stay.referral_clinic_code, Stay.number, Stay.issued_on)
            .where(columns.in_(some), Stay.referral_id.is_(None))
            .order_by(Stay.id)
        ).all()
        for stay_id, clinic, number, day in waiting:
            referral_id = keys[clinic, number, cast(date, day)]
            work.session.execute(update(Stay).where(Stay.id == stay_id).values(referral_id=referral_id))
