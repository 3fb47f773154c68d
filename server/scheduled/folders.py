"""Files that senders lay into their folders, and the answers laid into theirs (files.md 1.1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import structlog

from registry.exchange.access import caller_of_organisation
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.queries.outgoing import folder_trays
from registry.exchange.queries.packets import ANSWER, content_pieces, packet
from registry.exchange.tables import JournalEntry
from registry.store.troubles import is_passing
from server.bootstrap import Hub
from server.scheduled.outgoing import FOLDER, lay_down

TAKEN_FROM, TAKEN = "in", "taken"
MOVED, WAITING = "moved", "waiting"  # out of the sender's reach, before and after there is a packet
UNFINISHED_NAMES = (".part", ".tmp", ".filepart", ".crdownload")
#: A file that has not grown for so long has been laid down whole.
QUIET_SECONDS = 30
LONGEST_NAME = 100

log = structlog.get_logger("hub.folders")


def watch_folders(hub: Hub) -> None:
    """Take in what lies in `in/<code>/` of every organisation with a folder, and answer into `out/<code>/`.

    A file is moved out of its sender's reach first, so that nobody changes what is being read or names a packet that is
    another's; it waits under the number of its packet until the answer is laid down. Whatever this is torn from, the
    next turn goes on: a file taken twice is the same packet, an answer laid down twice the same file. A file that
    cannot be dealt with is told to the engineers and holds up no other.
    """
    with hub.sessions() as session:
        trays = folder_trays(session)
    for organisation_id, code in trays:
        _whatever_happens(organisation_id, partial(_serve, hub, organisation_id, code))


def _serve(hub: Hub, organisation_id: int, code: str) -> None:
    root = hub.settings.data_dir
    folder, taken, out = root / TAKEN_FROM / code, root / TAKEN / code, root / FOLDER / code
    for each in (folder, taken / MOVED, taken / WAITING, out):
        each.mkdir(parents=True, exist_ok=True)
    for path in _laid_down(folder):
        _whatever_happens(organisation_id, partial(_move, path, taken / MOVED))
    for path in sorted((taken / MOVED).iterdir()):
        _whatever_happens(organisation_id, partial(_take, hub, organisation_id, path, out))
    for path in sorted((taken / WAITING).iterdir()):
        _whatever_happens(organisation_id, partial(_answer, hub, path, out))


def _whatever_happens(organisation_id: int, step: Callable[[], None]) -> None:
    """A file that cannot be read, named or stored keeps no other waiting; a database that is away ends the turn."""
    try:
        step()
    except Exception as trouble:
        if is_passing(trouble):
            raise
        log.exception("file of a folder cannot be dealt with", alarm=True, organisation=organisation_id)


def _laid_down(folder: Path) -> Iterator[Path]:
    """The whole files of a folder, the oldest first; a link may lead anywhere and is no file."""
    found = []
    for path in folder.iterdir():
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        told = path.stat()
        # the clock of a sender may go ahead of ours; when the file was last touched here is told by ctime
        changed = told.st_mtime if told.st_mtime <= time.time() else told.st_ctime
        found.append((changed, path.name, path))
    for changed, name, path in sorted(found):
        if changed <= time.time() - QUIET_SECONDS and not name.lower().endswith(UNFINISHED_NAMES):
            yield path


def _move(path: Path, into: Path) -> None:
    """A name in bytes of another code page becomes letters, one too long for answers is cut before its extension."""
    name = path.name.encode("utf-8", "replace").decode()
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - len(path.suffix)] + path.suffix
    if not (into / name).exists():  # else one of this name is not taken in yet
        path.replace(into / name)


def _take(hub: Hub, organisation_id: int, path: Path, out: Path) -> None:
    with hub.sessions.begin() as session:
        caller = caller_of_organisation(session, organisation_id)
        incoming = Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=path.name)
        reply = receive(session, incoming, hub.context)
    if reply.packet_id is not None:
        path.replace(path.parents[1] / WAITING / f"{reply.packet_id}_{path.name}")
    elif _tell(out, path.name, reply.refusal.text if reply.refusal is not None else "Файл не принят"):
        path.unlink()


def _answer(hub: Hub, path: Path, out: Path) -> None:
    """Lay down the answer of a packet that is done; a file without an answer is told in words."""
    number, _, name = path.name.partition("_")
    with hub.sessions() as session:
        found = packet(session, int(number))
        if found is None or found.finished_at is None:
            return
        if found.answer_name:
            is_there = lay_down(out / Path(found.answer_name).name, content_pieces(session, found.id, ANSWER))
        else:
            is_there = _tell(out, name, session.get_one(JournalEntry, found.id).text or "Обработан, ответа не требует")
    if is_there:
        path.unlink()


def _tell(out: Path, name: str, text: str) -> bool:
    return lay_down(out / f"{name}.txt", (f"{text}\r\n".encode("utf-8-sig"),))
