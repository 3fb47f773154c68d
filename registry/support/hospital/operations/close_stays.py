"""Letting patients out: a discharge ends the stay it belongs to, or waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, tuple_

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.support.hospital.operations.referral_rows import (
    PORTION,
    Number,
    lock_hospitals,
    person_of,
    referrals_by_number,
    settle_referrals,
    stamp,
    words_of,
    write_rows,
)
from registry.support.hospital.rules.decisions import EMERGENCY, judge_discharge, same_words
from registry.support.hospital.tables import Discharge, Referral, Stay

if TYPE_CHECKING:
    from registry.support.hospital.kinds.discharge import DischargeRecord

Card = tuple[str, str, date]
ReferralsHere = Mapping[tuple[str, Number], Referral]


def close_stays(work: Work) -> None:
    """Store every open discharge under hospital, card and day of hospitalisation; the same again changes nothing."""
    lock_hospitals(work)
    items = [item for item in work.items if item.is_open]
    records = [cast("DischargeRecord", item.record) for item in items]
    cards = sorted({_card(one) for one in records})
    known = _discharges(work, cards)
    referrals = _referrals(work, records)
    by_card, by_referral = _stays(work, cards, [row.id for row in referrals.values()])
    written: list[tuple[Discharge, Stay | None, Item]] = []
    for item, record in zip(items, records, strict=True):
        referral = referrals.get(_place(record))
        stay = by_card.get(_card(record)) or (by_referral.get(referral.id) if referral else None)
        row = _store(work, item, stay, known, has_referral=referral is not None)
        if row is not None:
            written.append((row, stay, item))
    write_rows(work, list({id(row): row for row, _, _ in written}.values()))
    _settle(work, written)


def _card(record: DischargeRecord) -> Card:
    return record.hospital or "", record.card_number or "", cast(date, record.hospitalised_on)


def _place(record: DischargeRecord) -> tuple[str, Number]:
    return record.hospital or "", (record.referral_number or "", record.referral_on or date.min)


def _referrals(work: Work, records: list[DischargeRecord]) -> dict[tuple[str, Number], Referral]:
    """Return the referrals the discharges name, by hospital, number and day."""
    numbers = [(one.referral_number, one.referral_on) for one in records if one.referral_number and one.referral_on]
    found = referrals_by_number(work, numbers)
    return {(row.hospital_code, number): row for number, rows in found.items() for row in rows}


def _discharges(work: Work, cards: list[Card]) -> dict[Card, Discharge]:
    found: dict[Card, Discharge] = {}
    columns = tuple_(Discharge.clinic_code, Discharge.card_number, Discharge.hospitalised_on)
    for start in range(0, len(cards), PORTION):
        for row in work.session.scalars(select(Discharge).where(columns.in_(cards[start : start + PORTION]))):
            found[row.clinic_code, row.card_number, row.hospitalised_on] = row
    return found


def _stays(work: Work, cards: list[Card], referral_ids: list[int]) -> tuple[dict[Card, Stay], dict[int, Stay]]:
    """Return stays by card and by referral: a card or a day may have been corrected since."""
    by_card: dict[Card, Stay] = {}
    by_referral: dict[int, Stay] = {}
    columns = tuple_(Stay.clinic_code, Stay.card_number, Stay.hospitalised_on)
    for start in range(0, len(cards), PORTION):
        some = cards[start : start + PORTION]
        for row in work.session.scalars(select(Stay).where(columns.in_(some)).order_by(Stay.id)):
            by_card[row.clinic_code, row.card_number, row.hospitalised_on] = row
    for start in range(0, len(referral_ids), PORTION):
        some_ids = referral_ids[start : start + PORTION]
        for row in work.session.scalars(select(Stay).where(Stay.referral_id.in_(some_ids)).order_by(Stay.id)):
            by_referral.setdefault(cast(int, row.referral_id), row)
    return by_card, by_referral


def _store(
    work: Work, item: Item, stay: Stay | None, known: dict[Card, Discharge], *, has_referral: bool
) -> Discharge | None:
    """Return the row that was written; ``None`` when it is refused or says nothing new."""
    record = cast("DischargeRecord", item.record)
    card, words = _card(record), words_of(record)
    form = record.form.value if record.form else EMERGENCY
    refusal = judge_discharge(form, has_stay=stay is not None, has_referral=has_referral)
    if refusal is not None:
        item.findings.append(refusal)
        return None
    row = known.get(card)
    if row is None:
        row = Discharge(clinic_code=card[0], card_number=card[1], hospitalised_on=card[2])
        known[card] = row
    elif same_words(row.told, words):
        item.answer["target_id"] = row.id
        return None
    row.stay_id = stay.id if stay else None
    row.discharged_on = cast(date, record.discharged_on)
    row.person_id = person_of(item)
    stamp(row, words, work)
    if stay is None:
        item.findings.append(finding(F.REFERRAL_UNKNOWN, "госпитализация", field="card_number", level=Level.WARNING))
    else:
        stay.discharged_on = row.discharged_on
    return row


def _settle(work: Work, written: list[tuple[Discharge, Stay | None, Item]]) -> None:
    """Move the referrals of closed stays on; the end of a stay without one is told by itself."""
    used = {stay.referral_id: item for _, stay, item in written if stay is not None and stay.referral_id is not None}
    moved: list[tuple[Referral, Item]] = []
    ids = sorted(used)
    for start in range(0, len(ids), PORTION):
        rows = work.session.scalars(select(Referral).where(Referral.id.in_(ids[start : start + PORTION])))
        moved.extend((row, used[row.id]) for row in rows)
    settle_referrals(work, moved)
    for row, stay, item in written:
        item.answer["target_id"] = row.id
        if stay is None or not stay.referral_id:
            number = item.record.number or str(item.position)
            change = Change(
                "patient_discharged",
                row.person_id,
                row.clinic_code,
                row.discharged_on,
                number,
                {"discharge_id": row.id},
            )
            item.changes.append(change)
