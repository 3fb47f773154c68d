"""What every dialect must be able to do, and what passes between it and the stages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import Finding, FindingCode
from registry.core.kinds import MessageKind
from registry.core.outcomes import Item, PacketStatus
from registry.core.spellings import Spelling
from registry.exchange.access import Caller
from registry.exchange.context import HubContext
from registry.exchange.options import Options
from registry.exchange.tables import Packet


@dataclass(slots=True)
class Incoming:
    """What a channel hands over: one message or file, and what the channel knows of its sender.

    ``raw`` are all bytes as received (``path`` instead of them for files); ``element`` is the child of a SOAP Body when
    the channel has parsed it; ``caller`` is missing where the contract carries its credentials inside.
    """

    channel: str
    dialect: str
    operation: str = ""
    raw: bytes = b""
    path: Path | None = None
    element: etree._Element | None = None
    caller: Caller | None = None
    file_name: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    address: str = ""


@dataclass(slots=True)
class Reply:
    """What goes back: an element (SOAP) or bytes with a name (messages, files), and where it is journalled."""

    journal_id: int
    packet_id: int | None
    status: PacketStatus
    element: etree._Element | None = None
    body: bytes | None = None
    file_name: str = ""
    media_type: str = ""
    refusal: Permanent | None = None


@dataclass(slots=True)
class Envelope:
    """What the gate read of a packet: whose it is, its id, and where its records are.

    ``body_hash`` identifies the content without credentials; ``stored`` are the bytes kept, credentials blanked;
    ``sender_codes`` are the clinics and insurers the packet may speak for; ``clinic_scheme`` names the codes it uses.
    ``record_findings`` are what the gate has against single elements, by their place.
    """

    caller: Caller
    sender_id: int
    operation: str
    as_of: date
    sender_codes: frozenset[str]
    kind: MessageKind | None = None
    spelling: Spelling | None = None
    elements: Sequence[etree._Element] = ()
    sender_packet_id: str = ""
    scope: str = ""
    body_hash: str = ""
    stored: bytes = b""
    file_name: str = ""
    clinic_scheme: str = "mcod"
    for_anybody: bool = False
    properties: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    context: HubContext | None = None
    record_findings: Mapping[int, Finding] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """A packet, or one portion of it, on its way through the stages."""

    packet: Packet
    envelope: Envelope
    items: list[Item]
    options: Options
    now: datetime
    as_of: date
    findings: list[Finding] = field(default_factory=list)

    def of_kind(self, kind: MessageKind) -> list[Item]:
        """Return the items of one kind."""
        return [item for item in self.items if item.kind is kind]

    @property
    def kinds(self) -> list[MessageKind]:
        """The kinds of the items, in order of appearance."""
        return list({item.kind.name: item.kind for item in self.items}.values())


@dataclass(slots=True)
class Answer:
    """The answer of a packet: an element for SOAP, bytes for messages and small files, a file on disk for large ones.

    Where a contract wants more files than one, the others stand ``beside``: they go into the sender's tray, caused by
    the packet. ``messages`` are (queue, type, properties, body) to be put into the outbox with the outcomes. Of a
    question that brings no packet the journal keeps ``note``, the number of ``records`` told, and the ``refusal`` if
    there is one; of one that was answered the bytes ``kept`` as well.
    """

    code: str = ""
    element: etree._Element | None = None
    body: bytes | None = None
    path: Path | None = None
    file_name: str = ""
    media_type: str = "text/xml"
    messages: list[tuple[str, str, dict[str, Any], bytes]] = field(default_factory=list)
    note: str = ""
    records: int = 0
    refusal: Permanent | None = None
    kept: bytes = b""
    beside: Sequence[Answer] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with what it was answered, for contracts whose senders watch their attempts one by one."""

    journal_id: int
    packet_id: int | None
    operation: str
    request: etree._Element | None
    answer: etree._Element | None
    caller: Caller | None


StoredAnswer = Callable[[Session, Packet, HubContext], Answer]
Spoken = Mapping[FindingCode | tuple[FindingCode, str], int | None]


class Dialect(ABC):
    """One contract or family of contracts; stateless, one object for the whole process.

    ``codes`` says every finding in the contract's own numbers, by code or by code and field; ``None`` keeps a finding
    for the journal. ``replaces_refused`` lets another body take the id of a packet that could not be read;
    ``memory`` names the setting with the days after which an id of a packet is free again (never without one);
    ``operations`` are calls that have no spelling of their name; ``refusals`` the contract's codes of a whole packet,
    each with a finding that is told so.
    """

    name: str
    codes: Spoken
    replaces_refused = False
    forgets_failed = False
    memory = ""
    waits = True
    operations: frozenset[str] = frozenset()
    refusals: Mapping[int, FindingCode] = MappingProxyType({})

    @abstractmethod
    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Check in the contract's order who sends what; ``Permanent`` refuses the packet as a whole."""

    @abstractmethod
    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Return the envelope of a stored packet, without the checks of the gate."""

    @abstractmethod
    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the records after ``start``, at most ``limit`` of them; unreadable ones carry findings."""

    @abstractmethod
    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Say what became of a packet whose records are all in ``batch``."""

    @property
    def answer_stored(self) -> StoredAnswer | None:
        """What says what became of a packet whose outcomes were committed portion by portion.

        ``None`` for contracts whose packets are small: there kinds with the unit ``CHUNK`` are applied whole too.
        """
        return None

    @abstractmethod
    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Say that a packet was not taken, in the contract's own form."""

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """Answer an operation that brings no packet; ``None`` for all others."""
        return None

    def again(self, stored: bytes, packet: Packet, context: HubContext) -> Answer:
        """Give the stored answer of a repeated packet once more."""
        return Answer(body=stored, file_name=packet.answer_name, media_type=packet.answer_type)

    def note(self, batch: Batch) -> None:  # noqa: B027 - most dialects answer from the items themselves
        """Leave on each item what a later answer needs; called before outcomes are stored."""

    def monitor(self, session: Session, attempt: Attempt, context: HubContext) -> None:  # noqa: B027 - as above
        """Write what the sender's own monitor shows of an attempt; called with every answer, whatever it says."""

    def refuse_stored(self, session: Session, packet: Packet, refusal: Permanent, context: HubContext) -> Answer:
        """Say that a stored packet turned out to be unreadable."""
        incoming = Incoming(packet.channel, packet.dialect, packet.operation, file_name=packet.file_name)
        incoming.properties = dict(packet.properties)
        return self.refuse(incoming, refusal, context)

    def spoken(self, finding: Finding) -> int | None:
        """Return the contract's number of a finding; a code the contract has no word for is a mistake of the house."""
        for key in ((finding.code, finding.field), finding.code):
            if key in self.codes:
                return self.codes[key]
        raise KeyError(f"{self.name} cannot say {finding.code}")

    def says(self, code: FindingCode) -> bool:
        """True when the contract has a number for the code, or keeps it for the journal on purpose."""
        return code in self.codes or any(isinstance(key, tuple) and key[0] is code for key in self.codes)


def paths_of(envelope: Envelope) -> Mapping[str, str]:
    """Return the place of every field in the packet's own spelling."""
    return envelope.spelling.paths if envelope.spelling else {}


def grouped(items: Sequence[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Yield the items of each record number in order: a record may have been read as several items."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.record.number or str(item.position), []).append(item)
    yield from found.items()
