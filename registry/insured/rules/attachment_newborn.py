"""Newborns are attached conditionally until they have a policy of their own (clause 6.2, rule 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind
from registry.core.outcomes import Item
from registry.insured.kinds.methods import Method
from registry.insured.matching import Identification, InsuranceState
from registry.insured.rules.identification_findings import findings_of

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment


def judge_attachment(
    record: Attachment, found: Identification, on: date, kind: MessageKind, days: int
) -> Iterator[Finding]:
    """What an identification means for an attachment: a newborn may not be insured yet, or not be registered.

    A child is a newborn for so many ``days`` (setting ``newborn_days``).
    """
    if found.newborn is not None and found.is_found and 0 <= (on - found.newborn.sign.born).days <= days:
        yield from findings_of(replace(found, newborn=None), kind, on)
        yield finding(F.NEWBORN_CONDITIONAL, field="newborn")
        return
    for one in findings_of(found, kind, on):
        if one.code is F.NOT_INSURED and _is_newborn(record, found, on, days):
            yield finding(F.NEWBORN_CONDITIONAL, field="birth_date")
        else:
            yield one


def _is_newborn(record: Attachment, found: Identification, on: date, days: int) -> bool:
    born = record.birth_date or (found.person.birth_date if found.person else None)
    never = found.insurance is None or found.insurance.state in (InsuranceState.NEVER, InsuranceState.NOT_YET)
    return born is not None and never and 0 <= (on - born).days <= days


def make_conditional(items: Sequence[Item]) -> None:
    """Whatever way a newborn without a policy is said to be attached, it is conditional."""
    for item in items:
        if any(one.code is F.NEWBORN_CONDITIONAL for one in item.findings):
            cast("Attachment", item.record).__dict__["method"] = Method.CONDITIONAL
