"""Files besides the answer: those a contract wants with it, and every answer after the first (files.md 2.1, 3.6).

Each is a packet of its own in the sender's tray; the first answer stays what it was.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.queries.outgoing import BESIDE
from registry.exchange.tables import JournalEntry, Packet

#: Set when a packet that was answered is taken up once more: what comes of it does not replace what was answered.
ANSWERED = "answered"
COUNT = "answers"
BESIDE_TITLE = "Протокол ФЛК"


def is_answered(packet: Packet) -> bool:
    """True for a packet whose first answer must stay."""
    return bool(packet.properties.get(ANSWERED))


def send_again(
    session: Session, packet: Packet, answer: Answer, context: HubContext, *, kind: str, title: str
) -> int | None:
    """Send an answer under the name with the next suffix (`_2`, `_3` …); returns the number of the outgoing packet.

    A second answer never bears the name of the first: clients refuse a file they have taken in.
    """
    body = answer.path or answer.body
    if body is None:
        return None
    number = int(packet.properties.get(COUNT, 1)) + 1
    packet.properties = {**packet.properties, COUNT: number}
    name = PurePosixPath(answer.file_name or packet.answer_name or packet.file_name)
    outgoing = Outgoing(
        receiver=packet.organisation_id,
        kind=kind,
        packet_id=f"{kind}:{packet.id}:{number}",
        body=body,
        file_name=f"{name.stem}_{number}{name.suffix}",
        title=title,
        records=session.get_one(JournalEntry, packet.id).records,
        as_of=packet.as_of,
        cause=packet.id,
    )
    return send_out(session, outgoing, context)


def send_beside(session: Session, packet: Packet, answer: Answer, context: HubContext) -> None:
    """Send the files that go with an answer; those of a later answer bear its suffix as it does."""
    count = int(packet.properties.get(COUNT, 1))
    for place, one in enumerate(answer.beside, 1):
        body = one.path or one.body
        if body is None:
            continue
        name = PurePosixPath(one.file_name)
        outgoing = Outgoing(
            receiver=packet.organisation_id,
            kind=BESIDE,
            packet_id=f"{BESIDE}:{packet.id}:{count}:{place}",
            body=body,
            file_name=f"{name.stem}_{count}{name.suffix}" if count > 1 else name.name,
            title=BESIDE_TITLE,
            as_of=packet.as_of,
            cause=packet.id,
        )
        send_out(session, outgoing, context)
