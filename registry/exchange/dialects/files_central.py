"""Answers of the central segment (files .uprak1 and .uprak2); no file answers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, Operation
from registry.core.spellings import Reading, local_name
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.codecs.xml import iterate_elements
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.tables import Packet

KIND, ROOT, HEAD = "central_answer", "UPRMessageBatch", "BHS"
BATCH, ANSWERED = "BHS.11", "BHS.12"
STRUCTURES = ("ACK", "RSP_ZK1")
MOST_ANSWERS = 100_000


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read every answer with the batch it belongs to; a file that holds none is refused."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    warnings: list[FileWarning] = []
    found = []
    for position, reading in enumerate(_readings(stream, envelope.context, warnings), 1):
        reading.values["number"] = str(position)
        record = envelope.kind.record.of(reading.values)
        found.append(Item(position, record, envelope.kind, Operation.INSERT, findings=reading.findings))
    if not found:
        raise Permanent(F.FILE_EMPTY, "Файл не содержит ответов", place=ROOT, expected=", ".join(STRUCTURES))
    envelope.findings.extend(finding(one.code, one.text) for one in warnings)
    return found


def _readings(stream: BinaryIO, context: HubContext, warnings: list[FileWarning]) -> Iterator[Reading]:
    batch, count = "", 0
    for element in iterate_elements(stream, [f"{{*}}{one}" for one in (HEAD, *STRUCTURES)], warnings=warnings):
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        if local_name(parent) != ROOT:
            raise Permanent(F.FILE_CONTENT_MISMATCH, "Содержимое не соответствует имени", expected=ROOT)
        name = local_name(element)
        if name == HEAD:
            told = {local_name(child): (child.text or "").strip() for child in element}
            batch = told.get(ANSWERED) or told.get(BATCH) or ""
            continue
        count += 1
        if count > MOST_ANSWERS:
            raise Permanent(F.TOO_MANY_ROWS, "Слишком много ответов в файле", expected=f"до {MOST_ANSWERS}")
        spelling = context.catalog.spelling("files", name)
        assert spelling is not None  # noqa: S101 - the catalogue has it
        for reading in spelling.read(element):
            if batch:
                reading.values["batch"] = batch
            yield reading


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Nothing goes back: an answer is not answered."""
    return Answer("OK")


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Nothing goes back; the journal says why the file was not taken in."""
    return Answer(refusal.code)
