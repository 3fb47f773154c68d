"""Files of clinics: recognised by name and content, one packet each, one answer file each (files.md 1 to 3)."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.exchange.access import Caller, caller_of_sender
from registry.exchange.codecs.archive import ArchiveLimits, read_members
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.content import RAW
from registry.exchange.content_stream import content_stream
from registry.exchange.context import HubContext
from registry.exchange.dialects import (
    files_agency,
    files_attachment,
    files_central,
    files_identification,
    files_insurer,
)
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming, StoredAnswer
from registry.exchange.dialects.files_codes import CODES
from registry.exchange.dialects.own_forms import blanks, changes
from registry.exchange.dialects.reading import stored_caller
from registry.exchange.dialects.recognise import Recognised, recognise
from registry.exchange.queries.files import masks_on
from registry.exchange.tables import Packet

ZIP_SUFFIX = ".zip"
BLOCK = 1024 * 1024
Read = Callable[[Envelope, Session, Packet, BinaryIO, tuple[int, int]], list[Item]]
Say = Callable[[Dialect, Batch], Answer]
Refuse = Callable[[Packet, Permanent, BinaryIO, HubContext], Answer]


@dataclass(frozen=True, slots=True)
class FileForm:
    """How files of a kind are read and answered; ``refuse`` answers one that could not be processed.

    A form without ``answer`` is answered in portions. ``dated`` files tell the day of their data in their name; of a
    form with ``kinds_of_end`` files that differ in the extension alone are different packets.
    """

    items: Read
    answer: Say | None = None
    refuse: Refuse | None = None
    dated: bool = True
    kinds_of_end: bool = False


FORMS: Mapping[str, FileForm] = {
    "identification": FileForm(files_identification.items, dated=False),
    changes.KIND: FileForm(changes.items, changes.answer, changes.answer_refused, dated=False),
    blanks.KIND: FileForm(blanks.items, blanks.answer, blanks.answer_refused, dated=False),
    "attachment": FileForm(files_attachment.items, files_attachment.answer, files_attachment.answer_refused),
    files_insurer.KIND: FileForm(files_insurer.items, files_insurer.answer, files_insurer.answer_refused, dated=False),
    **dict.fromkeys(files_agency.KINDS, FileForm(files_agency.items, files_agency.answer, files_agency.answer_refused)),
    files_central.KIND: FileForm(
        files_central.items, files_central.answer, files_central.answer_refused, dated=False, kinds_of_end=True
    ),
    "foreign_file": FileForm(files_agency.whole, files_agency.answer, files_agency.answer_refused),
}


class Files(Dialect):
    """Uploads, watched folders and the command line: DBF, CSV, and ZIP around either."""

    name = "files"
    codes = CODES
    replaces_refused = True
    waits = False

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Name, size, archive and sender; nothing of the content is read yet."""
        caller = incoming.caller
        if caller is None or incoming.path is None:
            raise Permanent(F.NOT_PERMITTED, "Отправитель файла не известен")
        if incoming.path.stat().st_size > context.limits.upload:
            raise Permanent(F.TOO_LARGE, "Файл больше допустимого", expected=f"до {context.limits.upload // BLOCK} МиБ")
        today = context.clock.today()
        masks = masks_on(session, today)
        with incoming.path.open("rb") as stream, _main(stream, incoming.file_name, masks) as (main, name):
            found = recognise(name, masks, caller.organisation_kind)
            body_hash = _hash(main)
        sender, warned = _sender(session, found, caller)
        kind = context.catalog.kinds[found.kind]
        return Envelope(
            caller=replace(sender, login=caller.login),
            sender_id=sender.organisation_id,
            operation=found.mask,
            as_of=found.day if FORMS[found.kind].dated and found.day else today,
            sender_codes=sender.codes,
            kind=kind,
            sender_packet_id=(found.name if FORMS[found.kind].kinds_of_end else found.stem).upper(),
            scope=found.kind,
            body_hash=body_hash,
            file_name=incoming.file_name,
            properties={
                "login": caller.login,
                "member": found.name,
                "answer_name": found.answer_name,
                "sender_code": sender.login or found.code,
                "short_name": warned,
                "day": found.day.isoformat() if found.day else "",
            },
        )

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Return the envelope of a stored file; its form is looked at when its rows are read."""
        caller = stored_caller(session, packet)
        day = str(packet.properties.get("day") or "")
        if FORMS[packet.kind].dated and day and date.fromisoformat(day) > context.clock.today():
            raise Permanent(F.FILE_DATE_IN_FUTURE, "Дата актуализации больше текущей даты", value=day)
        return Envelope(
            caller=caller,
            sender_id=packet.organisation_id,
            operation=packet.operation,
            as_of=packet.as_of or context.clock.today(),
            sender_codes=caller.codes,
            kind=context.catalog.kinds[packet.kind],
            file_name=packet.file_name,
            properties=dict(packet.properties),
            context=context,
        )

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the rows after ``start``."""
        with stored_main(session, packet, envelope) as stream:
            return FORMS[packet.kind].items(envelope, session, packet, stream, (start, limit))

    def note(self, batch: Batch) -> None:
        """Keep with every row what its answer row will say."""
        if batch.packet.kind == "identification":
            files_identification.note(batch)

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Write the answer of a file whose rows were applied at once."""
        say = FORMS[batch.packet.kind].answer
        if say is None:
            raise NotImplementedError(f"files of {batch.packet.kind} are answered in portions")
        return say(self, batch)

    @property
    def answer_stored(self) -> StoredAnswer:
        """Files of questions may be large: their answer is put together from stored outcomes."""
        return self._answer_stored

    def _answer_stored(self, session: Session, packet: Packet, context: HubContext) -> Answer:
        """Write the answer of a file whose rows were answered in portions, streaming."""
        envelope = self.reopen(session, packet, context)
        with stored_main(session, packet, envelope) as stream:
            return files_identification.answer(session, packet, envelope, stream)

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """A file that was not taken has no answer file; the sender reads why on the page."""
        return Answer(refusal.code)

    def refuse_stored(self, session: Session, packet: Packet, refusal: Permanent, context: HubContext) -> Answer:
        """A file that could not be processed is answered in the form of its kind, row by row where rows are known."""
        say = FORMS[packet.kind].refuse
        if say is None:
            return Answer(refusal.code)
        envelope = Envelope(
            caller=stored_caller(session, packet),
            sender_id=packet.organisation_id,
            operation=packet.operation,
            as_of=packet.as_of or context.clock.today(),
            sender_codes=frozenset(),
            properties=dict(packet.properties),
        )
        with stored_main(session, packet, envelope) as stream:
            return say(packet, refusal, stream, context)


@contextmanager
def stored_main(session: Session, packet: Packet, envelope: Envelope) -> Iterator[BinaryIO]:
    """Open the main file of a stored packet, unpacked onto the disk when it came in an archive."""
    stream = content_stream(session, packet.id, RAW)
    if not packet.file_name.lower().endswith(ZIP_SUFFIX):
        yield stream
        return
    noted: list[FileWarning] = []
    members = read_members(stream, allowed=ArchiveLimits(), warnings=noted)
    envelope.findings.extend(finding(one.code, f"{one.text}: {one.place}") for one in noted)
    member = next((one for one in members if one.name == packet.properties["member"]), None)
    if member is None:
        raise Permanent(F.ARCHIVE_MEMBERS, "В архиве нет файла, названного именем архива")
    with tempfile.TemporaryFile(prefix="hub-member-") as unpacked, member.open() as packed:
        shutil.copyfileobj(packed, unpacked, BLOCK)
        unpacked.seek(0)
        yield cast(BinaryIO, unpacked)


@contextmanager
def _main(stream: BinaryIO, name: str, masks: object) -> Iterator[tuple[BinaryIO, str]]:
    """Open the file itself, or the one member of an archive that bears its name (files.md 1.3)."""
    if not name.lower().endswith(ZIP_SUFFIX):
        yield stream, name
        return
    stem = Path(name.replace("\\", "/")).name[: -len(ZIP_SUFFIX)]
    members = read_members(stream, allowed=ArchiveLimits())
    named = [one for one in members if one.name.rpartition(".")[0].upper() == stem.upper()]
    if len(named) != 1 or len(members) != 1:
        raise Permanent(
            F.ARCHIVE_MEMBERS,
            "В архиве должен быть один файл с именем архива",
            place=", ".join(one.name for one in members[:5]),
            expected=stem,
        )
    with named[0].open() as member:
        yield member, named[0].name


def _hash(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _sender(session: Session, found: Recognised, caller: Caller) -> tuple[Caller, bool]:
    """Return whose file it is: the code in the name is the sender's or of a department; the fund loads for anybody."""
    code, warned = found.code, False
    if found.is_short:
        fitting = [own for own in caller.codes if own.endswith(code)]
        if len(fitting) != 1:
            raise Permanent(F.FILE_FOREIGN, "Файл подготовлен для другой организации", place="имя файла")
        code, warned = fitting[0], True
    if not caller.for_anybody and code not in caller.codes:
        raise Permanent(F.FILE_FOREIGN, "Файл подготовлен для другой организации", place="имя файла")
    sender = caller_of_sender(session, code)
    if sender is None:
        raise Permanent(
            F.ORGANISATION_UNKNOWN, "Организация из имени файла не зарегистрирована", place="имя файла", value=code
        )
    return sender, warned
