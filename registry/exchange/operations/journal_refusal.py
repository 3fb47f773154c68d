"""A refused caller leaves a journal line and nothing else."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus
from registry.exchange.context import HubContext
from registry.exchange.tables import JournalEntry


def journal_refusal(  # noqa: PLR0913 - one journal line, named by the caller column by column
    session: Session,
    *,
    channel: str,
    dialect: str,
    operation: str,
    code: str,
    text: str,
    context: HubContext,
    login: str = "",
    address: str = "",
    size: int = 0,
    organisation_id: int | None = None,
    file_name: str = "",
    sender_packet_id: str = "",
    status: PacketStatus = PacketStatus.REFUSED,
    incident: str = "",
) -> JournalEntry:
    """Write who was refused what and why, without any of the content."""
    entry = JournalEntry(
        at=context.clock.now(),
        channel=channel,
        dialect=dialect,
        operation=operation[:60],
        organisation_id=organisation_id,
        sender_code=login[:60],
        login=login[:60],
        sender_packet_id=sender_packet_id[:120],
        file_name=file_name[-250:],
        status=status.value,
        code=code[:40],
        text=text[:2000],
        size=size,
        address=address[:45],
        incident=incident,
        search_text=f"{file_name.upper()} {sender_packet_id}".strip()[:500],
    )
    session.add(entry)
    session.flush()
    return entry
