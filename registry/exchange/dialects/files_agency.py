"""Lists of departments and of contacts in CSV and their protocol, line by line; and files that are only registered."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO

from sqlalchemy.orm import Session

from registry.core.checks.alphabet import is_digits
from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.layouts import Layout
from registry.core.outcomes import Item, Operation, RecordStatus
from registry.core.spellings import placed
from registry.exchange.codecs.delimited import DelimitedReader, DelimitedRow, write_rows
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.tables import Packet
from registry.insured.agencies.spellings import LAYOUT_OF
from registry.insured.agencies.spellings.rows import arrange_listed

CSV_TYPE = "text/csv; charset=windows-1251"
#: Lists of clinics that have the same form and the same protocol.
CLINIC_LAYOUTS = {"person_contacts": "contacts"}
LAYOUTS = {**LAYOUT_OF, **CLINIC_LAYOUTS}
KINDS = tuple(LAYOUTS)
HEADING = "№ записи"
ACCEPTED, REFUSED, WAITS = "1", "2", "3"
#: The record was taken, but a person has to decide before anything changes.
WAITING = frozenset((F.CHANGE_IN_BUFFER, F.DEATH_ANNOUNCED))
BLOCK = 1024 * 1024


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read every row; above a fifth of unreadable ones the file is refused."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    options = envelope.context.options(session)
    sender = str(envelope.properties.get("sender_code"))
    chosen = chosen_layout(session, envelope.kind.name, sender, "request", envelope.as_of)
    reader = DelimitedReader(
        stream,
        encoding=chosen.encoding,
        strict=bool(options["strict_files"]),
        max_rows=int(options["agency_rows"]),
        heading=HEADING,
    )
    rows = list(reader)
    name = chosen.layout or LAYOUTS[envelope.kind.name]
    layout = read_layout(session, envelope.context.catalog, envelope.kind, name, envelope.as_of)
    _check_form(rows, layout)
    found = [_item(row, layout) for row in rows]
    unreadable = sum(1 for one in found if any(each.code is F.ROW_CHARACTERS for each in one.findings))
    if unreadable > len(rows) * float(options["unreadable_share"]):
        raise Permanent(F.TOO_MANY_UNREADABLE, "Слишком много нечитаемых строк", value=str(unreadable))
    envelope.findings.extend(finding(one.code, one.text) for one in reader.warnings)
    return found


def _check_form(rows: Sequence[DelimitedRow], layout: Layout) -> None:
    """A number of columns that is not the layout's in most rows is another version of the format."""
    sizes = Counter(len(row.values) for row in rows if not row.problems)
    if not sizes:
        return
    usual = sizes.most_common(1)[0][0]
    if usual != len(layout.columns):
        raise Permanent(
            F.COLUMN_ABSENT,
            f"Неизвестный формат: число значений в строке: {usual}, в формате «{layout.name}» их {len(layout.columns)}",
            value=str(usual),
            expected=f"{len(layout.columns)} значений",
        )


def _item(row: DelimitedRow, layout: Layout) -> Item:
    if row.problems or len(row.values) != len(layout.columns):
        text = row.problems[0].text if row.problems else f"значений {len(row.values)}"
        broken = finding(F.ROW_CHARACTERS, text, expected=f"{len(layout.columns)} значений в кавычках")
        first = row.values[0] if row.values else None
        record = layout.kind.record.of({"number": first} if first and is_digits(first) else {})
        return Item(row.number, record, layout.kind, findings=[placed(broken, f"строка {row.number}")])
    reading = arrange_listed(layout.read_values(row.values))
    assert reading.kind is not None  # noqa: S101 - a layout always sets it
    reading.values.setdefault("number", str(row.number))
    for warning in row.warnings:
        reading.findings.append(placed(finding(F.FILE_TOLERATED, warning.text), warning.column))
    record = reading.kind.record.of(reading.values)
    return Item(row.number, record, reading.kind, Operation.INSERT, findings=reading.findings)


def whole(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Register a file nobody here reads: one record with its size and sum."""
    assert envelope.kind is not None  # noqa: S101 - set by reopen
    digest, size = hashlib.sha256(), 0
    while block := stream.read(BLOCK):
        digest.update(block)
        size += len(block)
    if not size:
        raise Permanent(F.FILE_EMPTY, "Файл пуст")
    values = {"number": "1", "file_name": packet.file_name, "size": size, "digest": digest.hexdigest()}
    return [Item(1, envelope.kind.record.of(values), envelope.kind, Operation.INSERT)]


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Write the protocol: number, result, whether the person was found, codes and texts of every row."""
    return _written(batch.packet, [_row(item) for item in batch.items])


def _row(item: Item) -> list[str | None]:
    told = [one for one in item.findings if one.level is not Level.NOTE] or item.findings
    known = bool(item.identification and item.identification.is_found)
    result = REFUSED if item.status is RecordStatus.REJECTED else ACCEPTED
    if result == ACCEPTED and any(one.code in WAITING for one in item.findings):
        result = WAITS
    return [
        item.record.number or str(item.position),
        result,
        "1" if known else "0",
        ",".join(dict.fromkeys(one.code.value for one in told)) or None,
        "; ".join(dict.fromkeys(one.text for one in told)) or None,
    ]


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Write the protocol of a file that was refused as a whole: one line with the number 0."""
    refused = _written(packet, [["0", REFUSED, "0", refusal.code, refusal.text]])
    refused.code = refusal.code
    return refused


def _written(packet: Packet, rows: Sequence[Sequence[str | None]]) -> Answer:
    target = io.BytesIO()
    write_rows(target, rows)
    return Answer("OK", body=target.getvalue(), file_name=str(packet.properties["answer_name"]), media_type=CSV_TYPE)
