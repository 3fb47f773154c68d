"""Packets of the hub itself whose receivers keep silent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus
from registry.exchange.content import RAW, stored_pieces
from registry.exchange.operations.outgoing.follow_outgoing import acknowledge, deliver, follow_overdue
from registry.exchange.queries.outgoing import folder_trays, tray_of
from server.bootstrap import Hub

FOLDER, BY_FOLDER = "out", "папка"

log = structlog.get_logger("hub.outgoing")


def fill_folders(hub: Hub) -> None:
    """Put what waits into the folder of every receiver that has one (its option ``tray_folder``): `out/<code>/`.

    A file is there whole or not at all, and delivered when it is there; once its receiver has taken it away it is
    acknowledged. A file that is there already is left alone, so nothing is put twice.
    """
    now = hub.context.clock.now()
    with hub.sessions() as session:
        trays = folder_trays(session)
    for organisation_id, code in trays:
        folder = hub.settings.data_dir / FOLDER / code
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _fill(hub, organisation_id, folder, now)
        except OSError as trouble:
            log.error("folder cannot be filled", alarm=True, organisation=organisation_id, error=trouble.strerror)


def _fill(hub: Hub, organisation_id: int, folder: Path, now: datetime) -> None:
    with hub.sessions.begin() as session:
        for one in tray_of(session, organisation_id, BY_FOLDER):
            path = folder / Path(one.name).name
            if one.status == PacketStatus.DELIVERED:
                if not path.exists():
                    acknowledge(session, one, BY_FOLDER, now)
            else:
                if not path.exists():
                    _put(session, one.id, path)
                deliver(session, one, BY_FOLDER, now)


def _put(session: Session, packet_id: int, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.writelines(stored_pieces(session, packet_id, RAW))
    unfinished.replace(path)


def follow_silence(hub: Hub) -> None:
    """Send unanswered messages again, mark what nobody took overdue; in portions with a commit each."""
    now = hub.context.clock.now()
    again = overdue = 0
    while True:
        with hub.sessions.begin() as session:
            portion = follow_overdue(session, hub.context.options(session), now)
        again, overdue = again + portion[0], overdue + portion[1]
        if portion == (0, 0):
            break
    if again or overdue:
        log.warning("packets without an answer", sent_again=again, overdue=overdue)
