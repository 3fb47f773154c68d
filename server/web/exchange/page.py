"""What the head of every packet page shows."""

from __future__ import annotations

from dataclasses import dataclass

from registry.exchange import queries
from registry.exchange.queries import JournalLine
from registry.exchange.tables import Packet
from server.web.current import session
from server.web.exchange import wording
from server.web.statuses import UNFINISHED

TABS = (
    ("packet", "exchange.packet", "Сводка", "info-circle"),
    ("records", "exchange.records", "Записи", "list"),
    ("findings", "exchange.findings", "Замечания", "alert-triangle"),
    ("raw", "exchange.content", "Исходник", "file-code"),
    ("answer", "exchange.content", "Ответ", "send"),
    ("history", "exchange.history", "История", "history"),
)


@dataclass(frozen=True, slots=True)
class PacketPage:
    """A journal line with its packet, if the caller was let in far enough to leave one."""

    line: JournalLine
    packet: Packet | None
    tab: str

    @property
    def id(self) -> int:
        """The number of the packet."""
        return self.line.entry.id

    @property
    def kind(self) -> str:
        """The kind of its records."""
        return (self.packet.kind if self.packet else "") or self.line.entry.kind

    @property
    def title(self) -> str:
        """What the page is called."""
        entry = self.line.entry
        return entry.file_name or wording.kind_title(self.kind) or entry.operation or "Пакет"

    @property
    def is_in_work(self) -> bool:
        """True while records are still being worked off."""
        return self.line.entry.status in UNFINISHED

    @property
    def has_packet(self) -> bool:
        """False for a caller who was not let in: only the journal line is kept."""
        return self.packet is not None

    @property
    def tabs(self) -> list[tuple[str, str, str, str]]:
        """The tabs that can hold something."""
        kept = {"packet", "raw", "history"} if self.is_question else {tab[0] for tab in TABS}
        return [tab for tab in TABS if tab[0] in (kept if self.has_packet else {"packet", "history"})]

    @property
    def is_question(self) -> bool:
        """True for the call of a list: it has neither records nor a stored answer."""
        one = self.packet
        return one is not None and one.finished_at is not None and not (one.kind or one.answer_type)

    @property
    def counts(self) -> dict[str, int]:
        """Accepted, warned, rejected and held records; from the line, and from the records while they are made."""
        entry = self.line.entry
        if not self.is_in_work or self.packet is None:
            clean = max(0, entry.accepted - entry.warned) if entry.accepted >= entry.warned else entry.accepted
            return {"accepted": clean, "accepted_warn": entry.warned, "rejected": entry.rejected}
        return queries.record_counts(session(), self.id)

    def name_of(self, part: str) -> str:
        """The file name of the bytes as they came, or as the answer goes."""
        entry = self.line.entry
        if part == "answer":
            return (self.packet.answer_name if self.packet else "") or f"answer-{entry.id}.xml"
        return entry.file_name or f"packet-{entry.id}.xml"
