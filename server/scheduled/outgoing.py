"""Packets of the hub itself whose receivers keep silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from filecmp import cmp
from pathlib import Path
from tempfile import NamedTemporaryFile

import structlog

from registry.core.outcomes import PacketStatus
from registry.exchange.content import RAW, stored_pieces
from registry.exchange.operations.outgoing.follow_outgoing import acknowledge, deliver, follow_overdue
from registry.exchange.queries.outgoing import folder_trays, tray_of
from server.bootstrap import Hub

FOLDER, BY_FOLDER = "out", "папка"
READABLE = 0o644  # the receiver is another user of the machine

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
            elif lay_down(path, stored_pieces(session, one.id, RAW)):
                deliver(session, one, BY_FOLDER, now)


def lay_down(path: Path, pieces: Iterable[bytes]) -> bool:
    """Put a file whole or not at all; False, and it must wait, while another one of its name has not been taken away.

    Answers and packets of the hub meet in one folder: neither replaces the other, nor counts as it.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
        file.writelines(pieces)
    try:
        unfinished.chmod(READABLE)
        if path.exists() and not cmp(unfinished, path, shallow=False):
            return False
        unfinished.replace(path)
        return True
    finally:
        unfinished.unlink(missing_ok=True)


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
