"""What regional contracts share: an answer in the namespace of its question, secrets blanked in the stored bytes."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from lxml import etree

from registry.core.errors import Permanent
from registry.core.outcomes import Item
from registry.exchange.access import Caller
from registry.exchange.codecs.xml_blanking import blank_elements
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Envelope, Incoming
from registry.exchange.dialects.uir import CODES, QueryDialect
from registry.exchange.stages.admit import hash_of
from registry.insured.matching import Identification
from registry.insured.spellings.codes import f008_of


class Regional(QueryDialect):
    """A question about one person; refusals have no words in these contracts and are faults of the channel."""

    codes = CODES
    secrets: ClassVar[frozenset[bytes]] = frozenset()

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """The channel says it."""
        raise refusal

    def _envelope(
        self, element: etree._Element, caller: Caller, operation: str, raw: bytes, context: HubContext
    ) -> Envelope:
        envelope = super()._envelope(element, caller, operation, raw, context)
        if self.secrets:
            envelope.stored = blank_elements(raw, self.secrets)
            envelope.body_hash = hash_of(envelope.stored)
        return envelope


def found_in(item: Item) -> Identification | None:
    """The person of a question when there is exactly one who may be told of: insured or not, alive or dead."""
    found: Identification | None = item.identification
    return found if found is not None and found.is_found else None


def answering(batch: Batch) -> tuple[etree._Element, str]:
    """The wrapper of the answer and the namespace it is written in: that of the question."""
    namespace = etree.QName(batch.envelope.elements[0]).namespace or ""
    name = f"{batch.envelope.operation}Response"
    return etree.Element(named(namespace, name), nsmap={"r": namespace} if namespace else None), namespace


def named(namespace: str, name: str) -> str:
    """A name in a namespace, or in none."""
    return f"{{{namespace}}}{name}" if namespace else name


def add(parent: etree._Element, namespace: str, name: str, value: object) -> None:
    """Add an element unless there is nothing to say."""
    if isinstance(value, date):
        value = value.isoformat()
    if value not in (None, ""):
        etree.SubElement(parent, named(namespace, name)).text = str(value)


def policy_text(type_: str, series: str, number: str) -> str:
    """`серия № номер` for a policy of the old form, else the number."""
    return f"{series} № {number}" if f008_of(type_) == 1 and series else number
