"""Once a year, and the seven reasons to choose a clinic once more (clause 6.2, rule 2; приказ Минздрава № 216н)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.insured.kinds.methods import BY_APPLICATION
from registry.insured.rules.attachment_state import (
    REASON_CLOSED,
    AttachmentPolicy,
    AttachmentState,
    Circumstances,
)

NOTHING_KNOWN = Circumstances()


def twice_in_a_year(
    history: Sequence[AttachmentState],
    wanted: AttachmentState,
    policy: AttachmentPolicy,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Finding | None:
    """Return what refuses a second application of a year, ``None`` where it is none or a reason excepts it.

    A reason is told by the clinic (``ground``, a move by the way of attachment too) or known to the registry: the
    clinic was closed, the former attachment was made without an application, birth, return from military service.
    """
    if wanted.ground:
        return None
    same_year = [
        row
        for row in history
        if row.area_type == wanted.area_type
        and _is_of_the_year(row, wanted, policy)
        and not _is_excepted(row, wanted, circumstances)
    ]
    if not same_year:
        return None
    last = max(same_year, key=lambda row: (row.applied_on, row.valid_from))
    told = f"прежнее заявление от {last.applied_on:%d.%m.%Y}"
    if last.clinic_code == wanted.clinic_code:
        return finding(F.TWICE_IN_A_YEAR, f"{told} к этой же МО", field="clinic", value=wanted.clinic_code)
    return finding(F.TWICE_IN_A_YEAR, told, field="attached_on", value=wanted.applied_on)


def _is_of_the_year(row: AttachmentState, wanted: AttachmentState, policy: AttachmentPolicy) -> bool:
    """True for an application of the same calendar year, or of the last twelve months where the region says so."""
    if row.method not in BY_APPLICATION or row.applied_on > wanted.applied_on:
        return False
    if policy.rolling_year:
        return wanted.applied_on < year_after(row.applied_on)
    return row.applied_on.year == wanted.applied_on.year


def _is_excepted(row: AttachmentState, wanted: AttachmentState, known: Circumstances) -> bool:
    if row.end_reason == REASON_CLOSED:
        return True
    if known.returned_on and row.applied_on < known.returned_on <= wanted.applied_on:
        return True
    return known.born_on is not None and _is_infant(known.born_on, row.applied_on)


def _is_infant(born_on: date, on: date) -> bool:
    """The attachment of a newborn, made in the first year of life, does not bind the choice of the same year."""
    return born_on <= on < year_after(born_on)


def year_after(day: date) -> date:
    """The same day of the next year, the first of March for the last of February that is none then."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)
