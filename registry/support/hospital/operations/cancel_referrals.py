"""Ending referrals that will not be used."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.queries.survivors import has, in_force
from registry.insured.tables import Insurance
from registry.support.hospital.operations.referral_rows import (
    PORTION,
    lock_hospitals,
    referrals_by_number,
    settle_referrals,
    stamp,
    words_of,
    write_rows,
)
from registry.support.hospital.rules.decisions import judge_cancellation, same_words
from registry.support.hospital.tables import Referral, ReferralCancellation
from registry.support.hospital.workflow import DESTINATION, FUND, INSURER, SOURCE, ReferralState

if TYPE_CHECKING:
    from registry.support.hospital.kinds.referral_cancellation import ReferralCancellationRecord

INSURERS = "СМО"


def cancel_referrals(work: Work) -> None:
    """Cancel the referral of every open item; a cancellation told again changes nothing, other words are refused."""
    lock_hospitals(work)
    items = [item for item in work.items if item.is_open]
    records = [cast("ReferralCancellationRecord", item.record) for item in items]
    found = referrals_by_number(work, [(one.referral_number or "", cast(date, one.referral_on)) for one in records])
    chosen = [
        _choose(record, found.get((record.referral_number or "", cast(date, record.referral_on)), []))
        for record in records
    ]
    ids = sorted({row.id for row in chosen if row is not None})
    known = _cancellations(work, ids)
    insured = _insured_here(work, [row for row in chosen if row is not None])
    written: list[ReferralCancellation] = []
    touched: list[tuple[Referral, Item]] = []
    for item, referral in zip(items, chosen, strict=True):
        party = _party(work, referral, insured) if referral is not None else ""
        row = _cancel(work, item, referral, known, party)
        if row is not None and referral is not None:
            written.append(row)
            touched.append((referral, item))
    write_rows(work, written)
    settle_referrals(work, touched)


def _party(work: Work, referral: Referral, insured: set[int]) -> str:
    """Return what the sender is to a referral; empty when it is no party to it."""
    if work.by_fund:
        return FUND
    if work.source == INSURERS:
        return INSURER if referral.id in insured else ""
    if referral.clinic_code in work.sender_codes:
        return SOURCE
    return DESTINATION if referral.hospital_code in work.sender_codes else ""


def _choose(record: ReferralCancellationRecord, rows: list[Referral]) -> Referral | None:
    """Return the referral that is meant: clinics number on their own, so its parties decide.

    The contract's «МО the referral was issued to» is read as either side: programs fill it in both ways.
    """
    named = {record.hospital, record.canceller, record.referring_clinic}
    fitting = [row for row in rows if {row.clinic_code, row.hospital_code} & named]
    best = [row for row in fitting if row.hospital_code == record.hospital] or fitting
    best = [row for row in best if row.clinic_code in (record.referring_clinic, record.canceller)] or best
    return best[0] if len(best) == 1 else None


def _cancellations(work: Work, referral_ids: list[int]) -> dict[int, ReferralCancellation]:
    found: dict[int, ReferralCancellation] = {}
    for start in range(0, len(referral_ids), PORTION):
        some = referral_ids[start : start + PORTION]
        rows = select(ReferralCancellation).where(ReferralCancellation.referral_id.in_(some))
        found.update({row.referral_id: row for row in work.session.scalars(rows)})
    return found


def _insured_here(work: Work, rows: list[Referral]) -> set[int]:
    """Return the referrals of people whom the sender, an insurer, insured on the day of the referral."""
    if work.source != INSURERS:
        return set()
    found: set[int] = set()
    ids, codes = [row.id for row in rows], sorted(work.sender_codes)

    def ours(one: Any) -> tuple[Any, ...]:
        return (one.insurer_code.in_(codes), *in_force(one, Referral.issued_on))

    for start in range(0, len(ids), PORTION):
        query = select(Referral.id).where(
            Referral.id.in_(ids[start : start + PORTION]), has(Insurance, Referral.person_id, ours)
        )
        found.update(work.session.scalars(query))
    return found


def _cancel(
    work: Work, item: Item, referral: Referral | None, known: dict[int, ReferralCancellation], party: str
) -> ReferralCancellation | None:
    """Return the row that was written; ``None`` when it is refused or says nothing new."""
    record = cast("ReferralCancellationRecord", item.record)
    words = words_of(record)
    row = known.get(referral.id) if referral else None
    if row is not None and party and same_words(row.told, words):
        item.answer["target_id"] = row.referral_id
        return None
    state = ReferralState(referral.state) if referral else None
    # one that was cancelled earlier in the same packet has not moved yet
    refusal = judge_cancellation(ReferralState.CANCELLED if row is not None else state, party)
    if refusal is not None or referral is None:
        item.findings.append(refusal or finding(F.REFERRAL_UNKNOWN, field="referral_number"))
        return None
    row = ReferralCancellation(referral_id=referral.id)
    row.canceller = (record.canceller or "")[:10]
    row.reason = record.cancel_reason
    row.cancelled_on = cast(date, record.cancelled_on)
    stamp(row, words, work)
    known[referral.id] = row
    item.answer["target_id"] = row.referral_id
    return row
