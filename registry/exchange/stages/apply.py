"""Stage 5: effects in bulk, kind by kind, inside the packet's transaction."""

from __future__ import annotations

from itertools import combinations

from sqlalchemy.orm import Session

from registry.core.outcomes import Item
from registry.core.work import Work
from registry.exchange.access import Caller
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.operations.tell_changes import tell_changes
from registry.exchange.stages.control import locate
from registry.exchange.stages.link import keep_objects, link_objects
from registry.insured.agencies.words import SOURCES as AGENCIES
from registry.insured.twins import Proposal, Reason, propose_pairs

MOST_ALIKE = 5
SOURCES = {"clinic": "МО", "insurer": "СМО", "fund": "фонд", "agency": "ведомство"}
AGENCY = "agency"


def link(session: Session, batch: Batch) -> None:
    """Settle what is known already and turn ids of related objects into our own values."""
    link_objects(session, batch)
    for kind in batch.kinds:
        if kind.resolve:
            waiting = [item for item in batch.of_kind(kind) if item.related]
            if waiting:
                kind.resolve(_work(session, batch, waiting))


def apply(session: Session, batch: Batch, context: HubContext) -> None:
    """Apply the effect of every kind to its open items, then tell subscribers what changed."""
    for kind in batch.kinds:
        items = [item for item in batch.of_kind(kind) if item.is_open]
        if kind.effect and items:
            kind.effect(_work(session, batch, items, context))
    keep_objects(session, batch)
    locate(batch)
    _propose_twins(session, batch)
    tell_changes(session, (change for item in batch.items for change in item.changes), context.catalog)


def _propose_twins(session: Session, batch: Batch) -> None:
    """Several candidates of one name and birth date may be one person: an operator shall look (clause 5.2)."""
    proposals = [
        Proposal(first, second, Reason.SEVERAL)
        for item in batch.items
        if item.identification is not None
        for first, second in combinations(item.identification.alike[:MOST_ALIKE], 2)
    ]
    if proposals:
        propose_pairs(session, proposals, batch.now)


def _source(caller: Caller) -> str:
    """The word facts of this sender are kept under; a department has one of its own."""
    own = next((AGENCIES[code] for code in sorted(caller.codes) if code in AGENCIES), "")
    return own if own and caller.organisation_kind == AGENCY else SOURCES.get(caller.organisation_kind, "")


def _work(session: Session, batch: Batch, items: list[Item], context: HubContext | None = None) -> Work:
    kind = batch.envelope.caller.organisation_kind
    deadline = batch.packet.properties.get("hold_until")
    return Work(
        session=session,
        items=items,
        packet_id=batch.packet.id,
        now=batch.now,
        today=batch.now.date(),
        as_of=batch.as_of,
        options=batch.options,
        source=_source(batch.envelope.caller),
        by_fund=kind == "fund",
        may_hold=not deadline or batch.now.isoformat() < str(deadline),
        sender_codes=batch.envelope.sender_codes,
        fund_code=context.fund_code if context else "",
        sender_id=batch.packet.organisation_id,
        life_signs=context.catalog.life_signs if context else (),
    )
