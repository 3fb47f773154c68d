"""Detaching people from clinics, and taking a detachment back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from registry.core.outcomes import Item, Operation
from registry.core.work import Work
from registry.insured.operations.attach_people import apply_decisions, settle_repeats
from registry.insured.operations.districts import settle_districts
from registry.insured.rules.attachment import (
    AttachmentState,
    Decision,
    decide_cancellation,
    decide_detachment,
    decide_withdrawal,
)

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment


def detach_people(work: Work) -> None:
    """End the open attachment of every person to the clinic that says so, or move them to another section of it."""
    settle_repeats(work.items)
    settle_districts(replace(work, items=[item for item in work.items if _is_move(item)]))

    def decide(item: Item, history: Sequence[AttachmentState]) -> Decision:
        if item.operation is Operation.DELETE and item.object and item.object.target_id:
            return decide_withdrawal(history, item.object.target_id)
        return decide_detachment(history, cast("Attachment", item.record), by_fund=work.by_fund)

    apply_decisions(work, decide)


def _is_move(item: Item) -> bool:
    return bool(cast("Attachment", item.record).within_clinic)


def cancel_detachments(work: Work) -> None:
    """Open again the attachments that the last detachment closed, when none has been opened since."""
    settle_repeats(work.items)
    apply_decisions(work, lambda item, history: decide_cancellation(history, cast("Attachment", item.record)))
