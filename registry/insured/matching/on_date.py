"""Insurance and attachment of a person on a date (registry model, clauses 4 and 6): pure decisions over dated rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from registry.core.checks.policies import CERTIFICATES
from registry.insured.matching.candidates import AttachmentRow, InsuranceRow
from registry.insured.matching.outcomes import AttachedOn, InsuranceState, InsuredOn
from registry.store.base import OPEN_DATE

THERAPEUTIC = 1
ONE_DAY = timedelta(days=1)
_CERTIFICATES = frozenset(kind.value for kind in CERTIFICATES)


def insured_on(rows: Sequence[InsuranceRow], day: date, fund_okato: str) -> tuple[InsuredOn, list[InsuranceRow]]:
    """The insurance on a day or the nearest one with the reason it does not hold; and the alternatives put aside.

    Of several valid rows the one confirmed by the federal register wins, then the own territory, then the latest
    begin, then the longer policy number (clause 4, step 4).
    """
    if len(rows) == 1:
        row = rows[0]
        if row.valid_from <= day <= effective_end(row, rows):
            return told(row, InsuranceState.VALID), []
    valid = [row for row in rows if row.valid_from <= day <= effective_end(row, rows)]
    if valid:
        valid.sort(key=lambda row: preference(row, fund_okato), reverse=True)
        return told(valid[0], InsuranceState.VALID), valid[1:]
    return _not_insured(rows, day), []


def preference(row: InsuranceRow, fund_okato: str) -> tuple[bool, bool, date, int]:
    """What makes one of several valid rows the one that counts (clause 4, step 4)."""
    return row.confirmed, is_own(row.okato, fund_okato), row.valid_from, len(row.policy.number)


def is_own(okato: str, fund_okato: str) -> bool:
    """True for insurance of this fund's territory; rows without a territory are our own."""
    return not okato or not fund_okato or okato == fund_okato


def effective_end(row: InsuranceRow, rows: Sequence[InsuranceRow]) -> date:
    """Last day of an insurance row: its end, the removal of the policy, or the end of a certificate.

    The gap between the end of a certificate and the policy issued on it is insured (clause 4, step 6); a policy of
    another insurer was not issued on it.
    """
    policy = row.policy
    end = row.valid_to
    if policy.stopped_on is not None and policy.stopped_on < end:
        end = policy.stopped_on
    if policy.ends_on is not None and policy.ends_on < end:
        end = policy.ends_on
    if policy.type in _CERTIFICATES and end != OPEN_DATE:
        followers = [
            other.valid_from
            for other in rows
            if other.valid_from > end
            and other.policy.type not in _CERTIFICATES
            and other.insurer_code == row.insurer_code
            and other.insurer_ogrn == row.insurer_ogrn
        ]
        if followers and row.end_reason in ("", "П060"):
            end = min(followers) - ONE_DAY
    return end


def _not_insured(rows: Sequence[InsuranceRow], day: date) -> InsuredOn:
    ended = [row for row in rows if effective_end(row, rows) < day and row.valid_from <= day]
    if ended:
        last = max(ended, key=lambda row: (effective_end(row, rows), row.valid_from))
        insured = told(last, InsuranceState.ENDED)
        insured.valid_to = effective_end(last, rows)
        return insured
    if rows:
        return told(min(rows, key=lambda row: row.valid_from), InsuranceState.NOT_YET)
    return InsuredOn(InsuranceState.NEVER)


def told(row: InsuranceRow, state: InsuranceState) -> InsuredOn:
    """The row as an answer tells it; an open end is no date."""
    policy = row.policy
    return InsuredOn(
        state,
        row.insurer_code,
        row.insurer_ogrn,
        row.okato,
        policy.type,
        policy.series,
        policy.number,
        policy.enp,
        row.valid_from,
        None if row.valid_to == OPEN_DATE else row.valid_to,
        row.begin_reason,
        row.end_reason,
    )


def changes_within(rows: Sequence[InsuranceRow], since: date, until: date, fund_okato: str) -> list[date]:
    """Days after ``since`` and not after ``until`` on which another insurer, or none, begins to answer (clause 9.6)."""
    days = {row.valid_from for row in rows} | {
        effective_end(row, rows) + ONE_DAY for row in rows if _has_end(row, rows)
    }
    changed = []
    before = _answering(rows, since, fund_okato)
    for day in sorted(day for day in days if since < day <= until):
        after = _answering(rows, day, fund_okato)
        if after != before:
            changed.append(day)
            before = after
    return changed


def _has_end(row: InsuranceRow, rows: Sequence[InsuranceRow]) -> bool:
    return effective_end(row, rows) != OPEN_DATE


def _answering(rows: Sequence[InsuranceRow], day: date, fund_okato: str) -> tuple[str, str, str] | None:
    insured, _ = insured_on(rows, day, fund_okato)
    if insured.state is not InsuranceState.VALID:
        return None
    return insured.insurer_code, insured.insurer_ogrn, insured.okato


def attached_on(rows: Sequence[AttachmentRow], day: date) -> AttachedOn | None:
    """The therapeutic attachment on a day; the one begun last when rows overlap."""
    valid = [row for row in rows if row.area_type == THERAPEUTIC and row.valid_from <= day <= row.valid_to]
    if not valid:
        return None
    best = valid[0] if len(valid) == 1 else max(valid, key=lambda row: (row.valid_from, row.applied_on))
    return AttachedOn(
        best.clinic_code,
        best.area_type,
        best.method,
        best.applied_on,
        best.valid_from,
        None if best.valid_to == OPEN_DATE else best.valid_to,
        best.district_code,
        best.department,
        best.building,
        best.doctor_snils,
        best.doctor_category,
    )
