"""Files that come piece by piece: begun, continued where they broke off, finished once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.tables import Upload, UploadPiece

PIECE = 1024 * 1024
KEPT = timedelta(hours=24)
MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before it comes."""

    file_name: str
    size: int
    sha256: str = ""
    idempotency_key: str | None = None


def begin_upload(session: Session, organisation_id: int, said: Announced, now: datetime) -> Upload:
    """Return a new upload, or the one begun with the same key of idempotency, which must be for the same file."""
    if said.idempotency_key:
        known = session.scalar(
            select(Upload).where(
                Upload.organisation_id == organisation_id, Upload.idempotency_key == said.idempotency_key
            )
        )
        if known is not None:
            return _same(known, said)
    _drop_stale(session, organisation_id, now)
    unfinished = select(func.count()).where(Upload.organisation_id == organisation_id, Upload.journal_id.is_(None))
    if (session.scalar(unfinished) or 0) >= MOST_OPEN:
        raise Permanent(F.TOO_MANY_RECORDS, f"Начато и не закончено загрузок: {MOST_OPEN}. Закончите прежние.")
    upload = Upload(
        token=uuid.uuid4().hex,
        organisation_id=organisation_id,
        idempotency_key=said.idempotency_key or None,
        file_name=said.file_name,
        size=said.size,
        sha256=said.sha256,
        received=0,
        created_at=now,
        touched_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def _same(known: Upload, said: Announced) -> Upload:
    if (known.file_name, known.size) != (said.file_name, said.size) or (
        known.sha256 and said.sha256 and known.sha256 != said.sha256
    ):
        raise Permanent(F.PACKET_ID_REUSED, "Ключ идемпотентности уже использован с другим файлом")
    return known


def upload_of(session: Session, organisation_id: int, token: str, *, lock: bool = False) -> Upload | None:
    """Return an upload of this organisation; ``None`` for one of anybody else."""
    query = select(Upload).where(Upload.token == token, Upload.organisation_id == organisation_id)
    return session.scalar(query.with_for_update() if lock else query)


def add_piece(session: Session, upload: Upload, start: int, data: bytes, now: datetime) -> None:
    """Store the bytes that follow those stored; the caller holds the upload locked and has looked at its place."""
    session.add(UploadPiece(upload_id=upload.id, start=start, data=data))
    upload.received = start + len(data)
    upload.touched_at = now


def upload_pieces(session: Session, upload: Upload) -> Iterator[bytes]:
    """Yield the bytes of an upload in order, a piece at a time."""
    starts = session.scalars(
        select(UploadPiece.start).where(UploadPiece.upload_id == upload.id).order_by(UploadPiece.start)
    ).all()
    for start in starts:
        one = select(UploadPiece.data).where(UploadPiece.upload_id == upload.id, UploadPiece.start == start)
        yield session.scalars(one).one()


def drop_pieces(session: Session, upload: Upload) -> None:
    """Forget the bytes of an upload: its packet has them."""
    session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload.id))


def _drop_stale(session: Session, organisation_id: int, now: datetime) -> None:
    """Uploads nobody went on with for a day go with their bytes."""
    stale = select(Upload.id).where(
        Upload.organisation_id == organisation_id, Upload.journal_id.is_(None), Upload.touched_at < now - KEPT
    )
    ids = session.scalars(stale).all()
    if ids:
        session.execute(delete(UploadPiece).where(UploadPiece.upload_id.in_(ids)))
        session.execute(delete(Upload).where(Upload.id.in_(ids)))
