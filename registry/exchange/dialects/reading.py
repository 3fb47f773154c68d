"""Reading shared by all XML dialects: from payload elements to items; names are compared without namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.outcomes import Item, Operation
from registry.core.spellings import Reading, local_name
from registry.exchange.access import Caller, caller_of_organisation
from registry.exchange.dialects.base import Envelope
from registry.exchange.tables import Packet


def find(parent: etree._Element, path: str) -> etree._Element | None:
    """Return the first descendant along a path of local names."""
    found: etree._Element | None = parent
    for name in path.split("/"):
        if found is None:
            return None
        found = next((child for child in found if local_name(child) == name), None)
    return found


def child_text(parent: etree._Element, name: str, *, strip: bool = True) -> str:
    """Return the text of a child, empty when there is none."""
    found = find(parent, name)
    text = (found.text or "") if found is not None else ""
    return text.strip() if strip else text


def read_elements(envelope: Envelope) -> Iterator[Reading]:
    """Yield what the envelope's spelling reads in its elements; readings of one element share its number."""
    assert envelope.spelling is not None  # noqa: S101 - a dialect without a spelling has no records
    for element in envelope.elements:
        for index, reading in enumerate(envelope.spelling.read(element)):
            reading.wire = index
            yield reading


def items_of(readings: Iterable[Reading]) -> list[Item]:
    """Return items numbered from 1; all but the first of one element are marked as of the same record."""
    items = []
    for position, reading in enumerate(readings, 1):
        assert reading.kind is not None  # noqa: S101 - spellings always set the kind
        item = Item(
            position,
            reading.kind.record.of(reading.values),
            reading.kind,
            reading.operation or Operation.INSERT,
            findings=list(reading.findings),
        )
        if reading.wire:
            item.answer["of_same_record"] = True
        items.append(item)
    return items


def stored_caller(session: Session, packet: Packet) -> Caller:
    """Return the sender of a stored packet as a caller."""
    return caller_of_organisation(
        session,
        packet.organisation_id,
        login=str(packet.properties.get("login") or ""),
        channel_id=packet.properties.get("channel_id"),
    )
