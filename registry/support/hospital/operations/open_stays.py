"""Taking patients in: by referral, and in an emergency without one."""

from __future__ import annotations

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
    ReferralKey,
    lock_hospitals,
    person_of,
    referrals_by_number,
    settle_referrals,
    stamp,
    words_of,
    write_rows,
)
from registry.support.hospital.operations.register_referrals import referrals_of, refuse_repeats
from registry.support.hospital.rules.decisions import EMERGENCY, judge_stay, same_words
from registry.support.hospital.tables import Discharge, Referral, Stay
from registry.support.hospital.workflow import ReferralState

if TYPE_CHECKING:
    from registry.support.hospital.kinds.hospital_case import HospitalCase

StayKey = tuple[str, str]
Written = list[tuple[Stay, Referral | None, Item]]


def open_stays(work: Work) -> None:
    """Store every open hospitalisation by referral and mark the referral used; the same again changes nothing."""
    _open(work, urgent=False)


def open_urgent_stays(work: Work) -> None:
    """Store every open emergency hospitalisation under hospital, card and day."""
    _open(work, urgent=True)


def _open(work: Work, *, urgent: bool) -> None:
    lock_hospitals(work)
    items = [item for item in work.items if item.is_open]
    refuse_repeats(items)
    items = [item for item in items if item.is_open]
    records = [cast("HospitalCase", item.record) for item in items]
    numbers = [(one.referral_number, one.referral_on) for one in records if one.referral_number and one.referral_on]
    referrals = referrals_of(referrals_by_number(work, numbers))
    known = _stays(work, [key_of(one) for one in records])
    written: Written = []
    for item in items:
        record = cast("HospitalCase", item.record)
        referral = referrals.get(_referral_key(record))
        row = _store(work, item, referral, known, urgent=urgent)
        if row is not None:
            written.append((row, referral, item))
    write_rows(work, list({id(row): row for row, _, _ in written}.values()))
    for row, _, item in written:
        item.answer["target_id"] = row.id
        _tell_unlinked(row, item)
    _link_discharges(work, written)
    settle_referrals(work, [(referral, item) for row, referral, item in written if referral and row.referral_id])


def key_of(record: HospitalCase) -> StayKey:
    """Return what makes a stay one: its referral within a hospital, or card and day when there is none."""
    hospital = record.hospital or ""
    if record.referral_number and record.referral_on:
        number = record.referral_number
        return hospital, f"н:{record.referring_clinic or ''}:{number}:{record.referral_on.isoformat()}"
    day = record.hospitalised_on.isoformat() if record.hospitalised_on else ""
    return hospital, f"к:{record.card_number or ''}:{day}"


def _referral_key(record: HospitalCase) -> ReferralKey:
    return record.referring_clinic or "", record.referral_number or "", record.referral_on or date.min


def _stays(work: Work, keys: list[StayKey]) -> dict[StayKey, Stay]:
    found: dict[StayKey, Stay] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        for row in work.session.scalars(select(Stay).where(tuple_(Stay.clinic_code, Stay.key).in_(some))):
            found[row.clinic_code, row.key] = row
    return found


def _store(
    work: Work, item: Item, referral: Referral | None, known: dict[StayKey, Stay], *, urgent: bool
) -> Stay | None:
    """Return the row that was written; ``None`` when it is refused or says nothing new."""
    record = cast("HospitalCase", item.record)
    key, words = key_of(record), words_of(record)
    row = known.get(key)
    is_own = row is not None and referral is not None and row.referral_id == referral.id
    form = EMERGENCY if urgent or record.form is None else record.form.value
    refusal = judge_stay(ReferralState(referral.state) if referral else None, form, is_own=is_own)
    if refusal is not None:
        item.findings.append(refusal)
        return None
    if row is None:
        row = Stay(clinic_code=key[0], key=key[1], urgent=urgent)
        known[key] = row
    elif same_words(row.told, words):
        item.answer["target_id"] = row.id
        return None
    row.referral_id = referral.id if referral and _may_use(referral, is_own=is_own) else None
    row.referral_clinic_code = record.referring_clinic or ""
    row.number = record.referral_number or ""
    row.issued_on = record.referral_on
    row.form = form
    row.hospitalised_on = cast(date, record.hospitalised_on)
    row.card_number = record.card_number or ""
    row.care_conditions = record.care_conditions or ""
    row.bed_profile = record.bed_profile or ""
    row.department = record.department or ""
    row.mkb = (record.mkb or "")[:10]
    row.person_id = person_of(item)
    stamp(row, words, work)
    return row


def _may_use(referral: Referral, *, is_own: bool) -> bool:
    """An emergency with a referral that was used or cancelled is a stay without one."""
    return is_own or judge_stay(ReferralState(referral.state), "planned", is_own=False) is None


def _tell_unlinked(row: Stay, item: Item) -> None:
    """An absent referral is noted; whoever counts the stay hears of it as a change when no referral moved."""
    if row.referral_id is not None:
        return
    if row.number:
        item.findings.append(finding(F.REFERRAL_UNKNOWN, field="referral_number", level=Level.WARNING))
    number = item.record.number or str(item.position)
    facts = {"stay_id": row.id, "form": row.form}
    item.changes.append(
        Change("patient_hospitalised", row.person_id, row.clinic_code, row.hospitalised_on, number, facts)
    )


def _link_discharges(work: Work, written: Written) -> None:
    """Close stays whose discharge came before them."""
    by_card = {(row.clinic_code, row.card_number, row.hospitalised_on): row for row, _, _ in written}
    wanted = sorted(by_card)
    for start in range(0, len(wanted), PORTION):
        some = wanted[start : start + PORTION]
        columns = tuple_(Discharge.clinic_code, Discharge.card_number, Discharge.hospitalised_on)
        for gone in work.session.scalars(select(Discharge).where(columns.in_(some))):
            stay = by_card[gone.clinic_code, gone.card_number, gone.hospitalised_on]
            gone.stay_id = stay.id
            stay.discharged_on = gone.discharged_on
