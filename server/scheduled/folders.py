"""Files that senders lay into their folders, and the answers laid into theirs (files.md 1.1)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

from registry.exchange.access import caller_of_organisation
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.queries.outgoing import folder_trays
from registry.exchange.queries.packets import ANSWER, content_pieces, packet
from registry.exchange.tables import JournalEntry
from server.bootstrap import Hub
from server.scheduled.outgoing import FOLDER

TAKEN_FROM, IN_WORK = "in", "в работе"
UNFINISHED_NAMES = (".part", ".tmp", ".filepart", ".crdownload")
#: A file that has not grown for so long has been laid down whole.
QUIET_SECONDS = 5

log = structlog.get_logger("hub.folders")


def watch_folders(hub: Hub) -> None:
    """Take in what lies in `in/<code>/` of every organisation with a folder, and answer into `out/<code>/`.

    A file stands in `в работе` under the number of its packet until its answer is laid down. Whatever this is torn
    from, the next turn goes on: a file taken twice is the same packet, an answer laid down twice the same file.
    """
    with hub.sessions() as session:
        trays = folder_trays(session)
    for organisation_id, code in trays:
        folder, out = hub.settings.data_dir / TAKEN_FROM / code, hub.settings.data_dir / FOLDER / code
        try:
            for each in (folder / IN_WORK, out):
                each.mkdir(parents=True, exist_ok=True)
            for path in _laid_down(folder):
                _take(hub, organisation_id, path, out)
            for path in sorted((folder / IN_WORK).iterdir()):
                _answer(hub, path, out)
        except OSError as trouble:
            log.error("folder cannot be used", alarm=True, organisation=organisation_id, error=trouble.strerror)


def _laid_down(folder: Path) -> Iterator[Path]:
    """The whole files of a folder, the oldest first; a link may lead anywhere and is no file."""
    found = [
        (path.stat().st_mtime, path.name, path)
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    ]
    for changed, name, path in sorted(found):
        if changed <= time.time() - QUIET_SECONDS and not name.lower().endswith(UNFINISHED_NAMES):
            yield path


def _take(hub: Hub, organisation_id: int, path: Path, out: Path) -> None:
    with hub.sessions.begin() as session:
        caller = caller_of_organisation(session, organisation_id)
        incoming = Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=path.name)
        reply = receive(session, incoming, hub.context)
    if reply.packet_id is None:
        _tell(out, path.name, reply.refusal.text if reply.refusal is not None else "Файл не принят")
        path.unlink()
    else:
        path.replace(path.parent / IN_WORK / f"{reply.packet_id}_{path.name}")


def _answer(hub: Hub, path: Path, out: Path) -> None:
    """Lay down the answer of a packet that is done; a file without an answer is told in words."""
    number, _, name = path.name.partition("_")
    with hub.sessions() as session:
        found = packet(session, int(number)) if number.isdecimal() else None
        if found is None or found.finished_at is None:
            return
        if found.answer_name:
            _put(out / Path(found.answer_name).name, content_pieces(session, found.id, ANSWER))
        else:
            _tell(out, name, session.get_one(JournalEntry, found.id).text or "Обработан, ответа не требует")
    path.unlink()


def _tell(out: Path, name: str, text: str) -> None:
    _put(out / f"{name}.txt", (f"{text}\r\n".encode("utf-8-sig"),))


def _put(path: Path, pieces: Iterable[bytes]) -> None:
    """A file is there whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.writelines(pieces)
    unfinished.replace(path)
