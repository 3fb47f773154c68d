"""Bodies of any size: to a file of the data folder as they come, never into memory."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import request

from registry.exchange.operations.incoming.uploads import PIECE
from server.api.asking import wrong
from server.web.current import hub
from server.web.uploads.spool import SPOOL, bare_name


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file that lies in the spool while the block lasts."""

    path: Path
    size: int
    sha256: str


@contextmanager
def spooled(pieces: Iterable[bytes]) -> Iterator[Spooled]:
    """Write pieces to a file that goes with the block."""
    folder = hub().settings.data_dir / SPOOL
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile("w+b", dir=folder, prefix="upload-") as stream:
        for piece in pieces:
            stream.write(piece)
            digest.update(piece)
            size += len(piece)
        stream.flush()
        yield Spooled(Path(stream.name), size, digest.hexdigest())


def body_pieces() -> Iterator[bytes]:
    """Yield the body of this call as it comes, in whole pieces but for the last."""
    waiting = bytearray()
    while block := request.stream.read(64 * 1024):
        waiting += block
        while len(waiting) >= PIECE:
            yield bytes(waiting[:PIECE])
            del waiting[:PIECE]
    if waiting:
        yield bytes(waiting)


def file_name(given: str) -> str:
    """The name of a file without folders; a call without one is refused."""
    name = bare_name(given)
    if not name:
        raise wrong("name", "нужно имя файла по маске обмена, см. /formats", "name=630001_20112026_1.DBF")
    return name
