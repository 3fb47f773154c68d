"""Outcomes: what became of each record of a packet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from registry.core.changes import Change
from registry.core.fields import Record
from registry.core.findings import Finding, Level
from registry.core.kinds import MessageKind


class Operation(StrEnum):
    """What a record asks to do with its object."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    QUERY = "query"


class RecordStatus(StrEnum):
    """What became of a record."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_warn"
    REJECTED = "rejected"
    HELD = "held"
    DUPLICATE = "duplicate"


class PacketStatus(StrEnum):
    """Where a packet is on its way; shown to people by one map of words and colours.

    From ``WAITING`` on are the states of packets the hub sends of itself; a receiver may also reject one.
    """

    RECEIVED = "received"
    IN_WORK = "in_work"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_warn"
    PARTLY_REJECTED = "partly_rejected"
    REJECTED = "rejected"
    HELD = "held"
    REPEATED = "repeated"
    REFUSED = "refused"
    PARKED = "parked"
    WAITING = "waiting"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    SENT_AGAIN = "sent_again"
    UNDELIVERABLE = "undeliverable"


@dataclass(slots=True)
class ObjectReference:
    """The sender's own id of the object a record is about; ``target_id`` is what it stands for here, once known."""

    object_class: str
    object_id: str
    data_date: date | None = None
    content_hash: str = ""
    target_id: int | None = None
    person_id: int | None = None


@dataclass(slots=True)
class Item:
    """One record on its way through the pipeline, gathering findings, the person found and its outcome.

    ``position`` counts from 1 within the packet. ``related`` gives our id for every field that refers to an object.
    ``wire`` keeps what an answer must echo. ``identification`` and ``answer`` are set by the stages that own them
    (matching and effects) and read by dialects.
    """

    position: int
    record: Record
    kind: MessageKind
    operation: Operation = Operation.INSERT
    findings: list[Finding] = field(default_factory=list)
    wire: Any = None
    identification: Any = None
    changes: list[Change] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    held_for: str = ""
    object: ObjectReference | None = None
    related: dict[str, int] = field(default_factory=dict)
    settled: bool = False

    @property
    def is_rejected(self) -> bool:
        """True when any finding is an error."""
        found = self.findings  # asked many times of every record, and most have none
        return bool(found) and any(one.level is Level.ERROR for one in found)

    @property
    def is_open(self) -> bool:
        """True while the record may still be applied: neither rejected, held nor settled without an effect."""
        return not self.settled and not self.held_for and not self.is_rejected

    @property
    def status(self) -> RecordStatus:
        """The outcome as the journal and the answers show it."""
        if self.held_for:
            return RecordStatus.HELD
        if self.is_rejected:
            return RecordStatus.REJECTED
        if any(finding.level is Level.WARNING for finding in self.findings):
            return RecordStatus.ACCEPTED_WITH_WARNINGS
        return RecordStatus.ACCEPTED

    @property
    def outcome(self) -> str:
        """How the search for its person ended: keys that contradict point at several; empty when nobody was wanted."""
        found = self.identification
        if found is None:
            return "invalid" if self.kind.period is not None and self.is_rejected else ""
        return "several" if found.contradicts else str(found.outcome.value)


def packet_status(statuses: dict[RecordStatus, int]) -> PacketStatus:
    """Return the status of a packet whose records ended with these counts."""
    total = sum(statuses.values())
    if statuses.get(RecordStatus.HELD):
        return PacketStatus.HELD
    rejected = statuses.get(RecordStatus.REJECTED, 0)
    if total and rejected == total:
        return PacketStatus.REJECTED
    if rejected:
        return PacketStatus.PARTLY_REJECTED
    if statuses.get(RecordStatus.ACCEPTED_WITH_WARNINGS):
        return PacketStatus.ACCEPTED_WITH_WARNINGS
    return PacketStatus.ACCEPTED
