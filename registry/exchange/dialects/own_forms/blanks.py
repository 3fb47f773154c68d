"""Lists of boxes with policy blanks in CSV, and the answer: a row for every row (a form of the hub, see /formats)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.layouts import Layout
from registry.core.outcomes import Item, RecordStatus
from registry.core.spellings import placed
from registry.exchange.codecs.delimited import DelimitedReader, DelimitedRow, write_rows
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.dialects.files_codes import NOT_PROCESSED
from registry.exchange.layouts import read_layout
from registry.exchange.tables import Packet

KIND = LAYOUT = "blank_portion"
CSV_TYPE = "text/csv; charset=windows-1251"
MOST_ROWS = 50_000
TAKEN, REFUSED = "1", "2"
LONGEST_TEXTS = 500


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read every row; only the fund keeps account of blanks."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    if envelope.caller.organisation_kind != "fund":
        raise Permanent(F.NOT_PERMITTED, "Учёт бланков ведёт фонд")
    strict = bool(envelope.context.options(session)["strict_files"])
    reader = DelimitedReader(stream, strict=strict, max_rows=MOST_ROWS, heading="Короб")
    layout = read_layout(session, envelope.context.catalog, envelope.kind, LAYOUT, envelope.as_of)
    found = [_item(row, layout) for row in reader]
    if not found:
        raise Permanent(F.FILE_EMPTY, "Файл не содержит строк")
    envelope.findings.extend(finding(one.code, one.text) for one in reader.warnings)
    return found


def _item(row: DelimitedRow, layout: Layout) -> Item:
    number = str(row.number)
    sizes = {len(layout.columns), len(layout.columns) - 1}
    if row.problems or len(row.values) not in sizes:
        text = row.problems[0].text if row.problems else f"значений {len(row.values)}"
        broken = finding(F.ROW_CHARACTERS, text, expected=f"{len(layout.columns)} значений")
        record = layout.kind.record.of({"number": number})
        return Item(row.number, record, layout.kind, findings=[placed(broken, f"строка {number}")])
    reading = layout.read_values(row.values)
    reading.values["number"] = number
    return Item(row.number, layout.kind.record.of(reading.values), layout.kind, findings=reading.findings)


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Say of every row whether it was taken, by which codes and texts it was not."""
    return _written(batch.packet, (_row(dialect, item) for item in batch.items))


def _row(dialect: Dialect, item: Item) -> list[str | None]:
    errors = [one for one in item.findings if one.is_error]
    codes = dict.fromkeys(str(dialect.spoken(one) or NOT_PROCESSED) for one in errors)
    return [
        item.record.number,
        str(item.record.values.get("box") or "") or None,
        REFUSED if item.status is RecordStatus.REJECTED else TAKEN,
        ",".join(codes) or None,
        "; ".join(one.text for one in errors)[:LONGEST_TEXTS] or None,
    ]


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Say why the file was not taken as a whole."""
    return _written(packet, [[None, None, REFUSED, str(NOT_PROCESSED), refusal.text]])


def _written(packet: Packet, rows: Iterable[list[str | None]]) -> Answer:
    stream = io.BytesIO()
    write_rows(stream, rows)
    name = str(packet.properties.get("answer_name") or f"E{packet.file_name}")
    return Answer("OK", body=stream.getvalue(), file_name=name, media_type=CSV_TYPE)
