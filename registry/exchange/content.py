"""Bytes of packets, kept in pieces of at most 1 MiB so that no file is ever whole in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from registry.exchange.tables import Content
from registry.store.blobs import insert_blob

PIECE = 1024 * 1024
RAW, ANSWER = "raw", "answer"


def pieces_of(source: bytes | Path) -> Iterator[bytes]:
    """Yield bytes, or the bytes of a file, in pieces."""
    if isinstance(source, bytes):
        yield from (source[start : start + PIECE] for start in range(0, len(source), PIECE))
        return
    with source.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def store_content(session: Session, packet_id: int, part: str, pieces: Iterable[bytes], *, first: int = 0) -> int:
    """Store a part of a packet, or its pieces from ``first`` on, and return their size."""
    size = 0
    for number, piece in enumerate(pieces, first):
        values = {"packet_id": packet_id, "part": part, "piece": number, "data": piece}
        insert_blob(session, cast(Table, Content.__table__), values)
        size += len(piece)
    return size


def forget_content(session: Session, packet_id: int, part: str) -> None:
    """Remove a part, so that a later attempt can store its own."""
    session.execute(delete(Content).where(Content.packet_id == packet_id, Content.part == part))


def stored_pieces(session: Session, packet_id: int, part: str) -> Iterator[bytes]:
    """Yield the pieces of a part, one query each, so that memory stays flat."""
    number = 0
    while True:
        piece = session.scalar(
            select(Content.data).where(Content.packet_id == packet_id, Content.part == part, Content.piece == number)
        )
        if piece is None:
            return
        yield piece
        number += 1


def stored_bytes(session: Session, packet_id: int, part: str) -> bytes:
    """Return a part as a whole; for messages, which are small."""
    return b"".join(stored_pieces(session, packet_id, part))


def open_content(session: Session, packet_id: int, part: str) -> BinaryIO:
    """Return a part as a seekable stream; small parts stay in memory, large ones go to a temporary file."""
    stream = tempfile.SpooledTemporaryFile(max_size=8 * PIECE)  # noqa: SIM115 - the reader closes it
    for piece in stored_pieces(session, packet_id, part):
        stream.write(piece)
    stream.seek(0)
    return cast(BinaryIO, stream)
