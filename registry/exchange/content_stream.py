"""Stored bytes as a seekable stream that fetches one piece at a time."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.exchange.content import PIECE
from registry.exchange.tables import Content


class _Pieces(io.RawIOBase):
    """Reads the pieces of one part of one packet on demand; every piece but the last has the full size."""

    def __init__(self, session: Session, packet_id: int, part: str) -> None:
        super().__init__()
        self._session = session
        self._of = (Content.packet_id == packet_id, Content.part == part)
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        last = session.execute(
            select(Content.piece, func.length(Content.data)).where(*self._of).order_by(Content.piece.desc()).limit(1)
        ).first()
        self.size: int = last[0] * PIECE + last[1] if last else 0

    def readable(self) -> bool:
        """A stored part can be read."""
        return True

    def seekable(self) -> bool:
        """Any place of a stored part can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; nothing is fetched yet."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        """Return the present place."""
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower than the protocol's Buffer
        """Fill the buffer from the piece the place is in."""
        if self._position >= self.size:
            return 0
        number, offset = divmod(self._position, PIECE)
        if self._held[0] != number:
            data = self._session.scalar(select(Content.data).where(*self._of, Content.piece == number))
            self._held = (number, data or b"")
        data = self._held[1][offset : offset + len(buffer)]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


def content_stream(session: Session, packet_id: int, part: str) -> BinaryIO:
    """Return a part as a seekable stream that lives as long as the session."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(session, packet_id, part), 256 * 1024))
