"""Records held for an operator: put before the operators, taken up again when they have decided (clause 9.6, held)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from registry.core.outcomes import Item
from registry.exchange.dialects.base import Batch
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.review import Asked, open_cases

REVIEW = "review"
SEXES = {1: "мужской", 2: "женский"}


def put_under_review(session: Session, batch: Batch) -> None:
    """Open a case for every record in the review band; where the contract answers later, the record waits for it.

    A caller who waits, or a file, is told «на рассмотрении» at once; a message is held until the decision or the end
    of its patience. A packet with other records beside the doubtful ones is never held: taken up again from its start
    it would apply those twice.
    """
    held = [item for item in batch.items if _is_held(item)]
    if not held:
        return
    open_cases(session, [_asked(item, batch) for item in held], batch.now)
    deadline = batch.packet.properties.get("hold_until")
    alone = len(held) == len(batch.items)
    # a question of a program that waits has no id to fetch a later answer by: it is told at once (clause 9.8)
    reachable = batch.packet.channel != "soap" or bool(batch.packet.sender_packet_id)
    if (
        alone
        and reachable
        and batch.options["review_holds"]
        and (not deadline or batch.now.isoformat() < str(deadline))
    ):
        for item in held:
            item.held_for = item.held_for or f"{REVIEW}:{item.identification.fingerprint}"


def _is_held(item: Item) -> bool:
    found: Identification | None = item.identification
    return found is not None and found.outcome is IdentificationOutcome.HELD and bool(found.fingerprint)


def _asked(item: Item, batch: Batch) -> Asked:
    found: Identification = item.identification
    return Asked(
        fingerprint=found.fingerprint,
        given=_given(item),
        possible=[
            {
                "person_id": one.person_id,
                "score": one.score,
                "grades": [[grade.name, grade.level.value, round(grade.weight, 1)] for grade in one.grades],
            }
            for one in found.possible
        ],
        score=found.scored.score if found.scored else 0.0,
        doubt=found.scored.doubt if found.scored else "",
        rule_set=found.scored.rule_set if found.scored else "",
        packet_id=batch.packet.id,
        position=item.position,
        organisation_id=batch.packet.organisation_id,
    )


def _given(item: Item) -> dict[str, Any]:
    """What was given, as it was written, under the names of the field map."""
    told = item.record.__dict__
    born = told.get("birth_date")
    return {
        **{name: told.get(name) or "" for name in ("surname", "first_name", "patronymic", "birth_place", "snils")},
        "birth_date": f"{born:%d.%m.%Y}" if born else "",
        "sex": SEXES.get(told.get("sex") or 0, ""),
        "enp": told.get("enp") or "",
        "document": _joined(told, ("document_series", "document_number")),
        "policy": _joined(told, ("policy_series", "policy_number")),
    }


def _joined(told: dict[str, Any], names: Sequence[str]) -> str:
    return " ".join(str(told[name]) for name in names if told.get(name))
