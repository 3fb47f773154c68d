"""Attachments in answers of DCExchangeSrv, and who owns which code there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.outcomes import Item
from registry.exchange.access import Caller
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.dialects.dcx.shapes import SCHEMES
from registry.exchange.directory import Directory, directory
from registry.insured.spellings.attachment_answers import told_attachments, with_clinic


def owns_code(registered: Directory, caller: Caller, code: str) -> bool:
    """True when the sender's code belongs to the caller's own organisation or a department of it."""
    return any(registered.owner(scheme, code) in caller.acts_for for scheme in SCHEMES)


def same_legal_entity(registered: Directory, caller: Caller, code: str) -> bool:
    """True when the organisation with this code and the caller have one legal entity (a parent, or themselves)."""
    own = registered.legal_entity(caller.organisation_id)
    owners = (registered.owner(scheme, code) for scheme in SCHEMES)
    return any(registered.legal_entity(owner) == own for owner in owners if owner is not None)


def is_told(items: Sequence[Item]) -> bool:
    """True when the answer tells an attachment of the person asked about."""
    return any(True for item in items for _ in told_attachments(item))


def written(session: Session, batch: Batch, context: HubContext) -> Iterator[etree._Element]:
    """Yield the attachments an answer tells: the one asked about, or those that ended because of the packet."""
    spelling = context.catalog.spelling("dcx", "MakeAttachAction")
    assert spelling is not None  # noqa: S101 - the catalogue was checked at start
    told = [record for item in batch.items for record in told_attachments(item)]
    if not told:
        return
    clinics = {record.clinic for record in told if record.clinic}
    codes = directory(session, context).translations(clinics, "mcod", "dcexchange")
    for record in told:
        yield from spelling.write([with_clinic(record, codes)])
