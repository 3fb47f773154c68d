"""Handing in files: whole in one call, or begun, continued where it broke off, and finished."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.operations.incoming.uploads import (
    Announced,
    add_piece,
    begin_upload,
    drop_pieces,
    upload_of,
    upload_pieces,
)
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import Upload
from registry.store.locks import advisory_lock
from server.api.asking import parameters, wrong
from server.api.entrance import caller, note
from server.api.people import idempotency_key
from server.api.problems import Problem, not_found, problem_of
from server.api.spooling import Spooled, body_pieces, file_name, spooled
from server.web.current import hub, now, session

files = Blueprint("files", __name__)
JSON = "application/json"
RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
MOST_ANNOUNCEMENT = 64 * 1024
T = TypeVar("T")


@files.post("/files")
def begin() -> tuple[Response, int]:
    """Announce a file by JSON, or hand it in whole with ``?name=``."""
    if request.mimetype == JSON:
        parameters()
        said = _announced()
        upload = _once(lambda opened: begin_upload(opened, caller().organisation_id, said, now()))
        return _told(upload), 201 if upload.journal_id is None else 200
    name = file_name(parameters("name").get("name", ""))
    with spooled(body_pieces()) as file:
        said = Announced(name, file.size, file.sha256, idempotency_key() or None)
        upload = _once(lambda opened: _take_whole(opened, said, file))
    return _finished(upload)


@files.get("/files/<token>")
def show(token: str) -> Response:
    """How much of an upload is here, and what it became."""
    parameters()
    return _told(_own(session(), token))


@files.put("/files/<token>")
def continue_(token: str) -> Response:
    """Store the bytes that follow those that are here, piece by piece: what came before a break stays."""
    parameters()
    place, told_size = _place()
    upload = _own(session(), token)
    if told_size not in (None, upload.size):
        raise Problem(400, "RANGE_WRONG", f"Размер файла был объявлен иначе: {upload.size}", received=upload.received)
    for piece in body_pieces():
        upload = _store(token, place, piece)
        place += len(piece)
    return _told(upload)


@files.post("/files/<token>/complete")
def complete(token: str) -> tuple[Response, int]:
    """Make a packet of an upload whose bytes are all here; done again, it tells the same."""
    parameters()
    upload = _own(session(), token)
    if upload.journal_id is not None:
        return _finished(upload)
    if upload.received != upload.size:
        text = f"Получено {upload.received} байт из {upload.size}"
        raise Problem(409, "UPLOAD_INCOMPLETE", text, received=upload.received, headers=_offset(upload))
    with spooled(upload_pieces(session(), upload)) as file:
        if upload.sha256 and upload.sha256 != file.sha256:
            raise Problem(422, "CHECKSUM_WRONG", "Контрольная сумма файла не совпала с объявленной", value=file.sha256)
        with hub().sessions.begin() as opened:
            upload = _take(opened, token, file)
    return _finished(upload)


def _announced() -> Announced:
    request.max_content_length = MOST_ANNOUNCEMENT
    try:
        given: Any = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Permanent(F.STRUCTURE_WRONG, "Тело запроса не является правильным JSON") from None
    if not isinstance(given, dict) or set(given) - {"name", "size", "sha256"}:
        raise Permanent(F.STRUCTURE_WRONG, "Ожидается объект с полями name, size, sha256")
    size, sha256 = given.get("size"), given.get("sha256") or ""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise wrong("size", "нужно число байт")
    if size > hub().settings.max_upload_bytes:
        raise Permanent(F.TOO_LARGE, f"Принимаются файлы не больше {hub().settings.max_upload_mb} МБ")
    if not isinstance(sha256, str) or (sha256 and not SHA256.fullmatch(sha256)):
        raise wrong("sha256", "нужны 64 шестнадцатеричных знака")
    return Announced(file_name(str(given.get("name") or "")), size, sha256.lower(), idempotency_key() or None)


def _place() -> tuple[int, int | None]:
    """Where the bytes of this call belong: Content-Range, or Upload-Offset, or the beginning."""
    given = request.headers.get("Content-Range", "").strip()
    if found := RANGE.fullmatch(given):
        return int(found[1]), int(found[3]) if found[3] != "*" else None
    offset = request.headers.get("Upload-Offset", "0").strip()
    if given or not (offset.isascii() and offset.isdigit() and len(offset) <= 18):
        raise Problem(400, "RANGE_WRONG", "Нужен заголовок Content-Range: bytes начало-конец/размер")
    return int(offset), None


def _store(token: str, place: int, piece: bytes) -> Upload:
    try:
        with hub().sessions.begin() as opened:
            advisory_lock(opened, f"upload:{token}")
            upload = _own(opened, token)
            if upload.journal_id is not None or upload.received != place:
                raise _misplaced(upload)
            if place + len(piece) > upload.size:
                raise Problem(413, F.TOO_LARGE.value, "Байт больше, чем объявлено", received=upload.received)
            add_piece(opened, upload, place, piece, now())
            return upload
    except IntegrityError:  # another call stored these very bytes between our look and our write
        raise _misplaced(_own(session(), token)) from None


def _misplaced(upload: Upload) -> Problem:
    text = f"Ожидаются байты с места {upload.received}"
    return Problem(409, "RANGE_WRONG", text, received=upload.received, headers=_offset(upload))


def _offset(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.received)}


def _own(opened: Session, token: str) -> Upload:
    found = upload_of(opened, caller().organisation_id, token)
    if found is None:
        raise not_found()
    return found


def _once(work: Callable[[Session], T]) -> T:
    """Do work in a transaction; when another call with the same key of idempotency was quicker, find what it did."""
    try:
        with hub().sessions.begin() as opened:
            return work(opened)
    except IntegrityError:
        with hub().sessions.begin() as opened:
            return work(opened)


def _take_whole(opened: Session, said: Announced, file: Spooled) -> Upload:
    upload = begin_upload(opened, caller().organisation_id, said, now())
    return upload if upload.journal_id is not None else _take(opened, upload.token, file)


def _take(opened: Session, token: str, file: Spooled) -> Upload:
    """Hand a file to the pipeline, once, and remember what it became."""
    advisory_lock(opened, f"upload:{token}")
    upload = _own(opened, token)
    opened.refresh(upload)
    if upload.journal_id is not None:
        return upload
    incoming = Incoming(
        channel="rest",
        dialect="files",
        path=file.path,
        file_name=upload.file_name,
        caller=caller(),
        address=request.remote_addr or "",
    )
    reply = receive(opened, incoming, hub().context)
    upload.journal_id, upload.packet_id, upload.status = reply.journal_id, reply.packet_id, reply.status.value
    upload.received = file.size
    if reply.refusal is not None:
        upload.code, upload.text = str(reply.refusal.code), reply.refusal.text
    drop_pieces(opened, upload)
    return upload


def _finished(upload: Upload) -> tuple[Response, int]:
    note("upload", "packet", upload.journal_id)
    if upload.code:
        raise problem_of(Permanent(upload.code, upload.text), journal=upload.journal_id, upload=upload.token)
    return _told(upload), 202


def _told(upload: Upload) -> Response:
    links = {"self": f"/api/v1/files/{upload.token}"}
    if upload.packet_id is not None:
        links["packet"] = f"/api/v1/packets/{upload.packet_id}"
        links["answer"] = f"/api/v1/packets/{upload.packet_id}/answer"
    told = {
        "id": upload.token,
        "name": upload.file_name,
        "size": upload.size,
        "received": upload.received,
        "status": upload.status or "receiving",
        "journal": upload.journal_id,
        "packet": upload.packet_id,
        "links": links,
    }
    if upload.code:
        told |= {"code": upload.code, "text": upload.text}
    answer = jsonify(told)
    answer.headers["Location"] = links["self"]
    answer.headers.update(_offset(upload))
    return answer
