"""Identification requests in DBF and their answer, which echoes every request column (files.md 2)."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.layouts import Column, Layout
from registry.core.outcomes import Item, Operation
from registry.core.spellings import Reading, placed
from registry.exchange.codecs.dbf import DbfReader, DbfRow
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter, echoing_fields
from registry.exchange.dialects.base import Answer, Batch, Envelope
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.queries.packets import kept_answers
from registry.exchange.tables import Packet
from registry.insured.rules.identification_answers import answer_values
from registry.insured.spellings.person import complete_enp

REQUEST, ANSWER = "crimea", "crimea_short"
DBF_MAGIC = frozenset((0x03, 0x83, 0x30))
DBF_TYPE = "application/x-dbf"


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read rows after the first ``part[0]``, at most ``part[1]``; deleted rows have a number but no item."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    start, limit = part
    reader = _reader(stream, int(envelope.context.options(session)["batch_rows"]))
    name = chosen_layout(
        session, envelope.kind.name, str(envelope.properties.get("sender_code")), "request", envelope.as_of
    )
    layout = read_layout(session, envelope.context.catalog, envelope.kind, name or REQUEST, envelope.as_of)
    if not start:
        _check_columns(reader, layout)
    reader.skip(start)
    found = [_item(row, layout) for row in islice((row for row in reader if not row.deleted), limit)]
    envelope.findings.extend(finding(one.code, one.text) for one in reader.warnings)
    return found


def _reader(stream: BinaryIO, most: int) -> DbfReader:
    first = stream.read(1)
    stream.seek(0)
    if not first:
        raise Permanent(F.FILE_EMPTY, "Файл пуст")
    if first[0] not in DBF_MAGIC:
        raise Permanent(F.FILE_CONTENT_MISMATCH, "Содержимое не соответствует имени: это не DBF", expected="dBase III")
    return DbfReader(stream, max_rows=most)


def _check_columns(reader: DbfReader, layout: Layout) -> None:
    """Columns are matched by name in any order; obligatory ones that are missing are told once for the file."""
    present = {field.name for field in reader.fields}
    missing = [column.name for column in layout.columns if column.must and column.name not in present]
    if missing:
        names = ", ".join(missing)
        raise Permanent(F.COLUMN_ABSENT, f"Отсутствуют обязательные колонки: {names}", expected=names)


def _item(row: DbfRow, layout: Layout) -> Item:
    reading = layout.read_named(row.values)
    for problem in row.problems:
        column = next((one for one in layout.columns if one.name == problem.column and one.specs), None)
        if column is not None:
            spec = column.specs[0]
            reading.values.pop(spec.name, None)
            reading.findings = [one for one in reading.findings if one.field != spec.name]
            code, field = spec.wrong, spec.name
        else:
            code, field = F.ROW_CHARACTERS, ""
        found = finding(
            code, problem.text or problem.column, field=field, value=problem.value, expected=problem.expected
        )
        reading.findings.append(placed(found, problem.column))
    completed: Reading = next(complete_enp(reading))
    record = layout.kind.record.of({**completed.values, "number": str(row.number)})
    return Item(row.number, record, layout.kind, Operation.QUERY, findings=completed.findings)


def note(batch: Batch) -> None:
    """Keep with every row the values of its answer row."""
    for item in batch.items:
        on = item.record.__dict__.get("on") or batch.as_of
        item.answer["row"] = answer_values(item, on)


def answer(session: Session, packet: Packet, envelope: Envelope, stream: BinaryIO) -> Answer:
    """Write the answer beside a second reading of the request: order, number and columns of the request are kept."""
    assert envelope.context is not None  # noqa: S101 - set by reopen
    catalog = envelope.context.catalog
    kind = catalog.kinds["identification_answer"]
    chosen = chosen_layout(session, kind.name, str(envelope.properties.get("sender_code")), "answer", envelope.as_of)
    layout = read_layout(session, catalog, kind, chosen or ANSWER, envelope.as_of)
    reader = _reader(stream, int(envelope.context.options(session)["batch_rows"]))
    own = [DbfField(column.name, column.type, column.length) for column in layout.columns]
    echoed = {field.name for field in reader.fields}
    fields = [*reader.fields, *(field for field in echoing_fields(reader.fields, own) if field.name not in echoed)]
    with tempfile.NamedTemporaryFile(prefix="hub-answer-", suffix=".dbf", delete=False) as target:
        writer = DbfWriter(cast(BinaryIO, target), fields, reader.encoding, today=envelope.context.clock.today())
        outcomes = (told.get("row", {}) for told in kept_answers(session, packet.id))
        for row in reader:
            if row.deleted:
                continue
            values = {field.name: row.field_bytes(field.name) for field in reader.fields}
            writer.write_row({**_own_values(row, next(outcomes, {}), layout), **values})
        writer.close()
    return Answer("OK", path=Path(target.name), file_name=str(packet.properties["answer_name"]), media_type=DBF_TYPE)


def _own_values(row: DbfRow, told: dict[str, object], layout: Layout) -> dict[str, str]:
    """Return the columns the answer adds; the request's document is told under its second names too."""
    given = {
        "row_number": row.number,
        "document_type": row.values.get("C_DOC", ""),
        "document_series": row.values.get("S_DOC", ""),
        "document_number": row.values.get("N_DOC", ""),
        **told,
    }
    values: dict[str, str] = {}
    for column in layout.columns:
        value = given.get(column.specs[0].name)
        if value in (None, ""):
            continue
        if isinstance(value, str) and column.specs[0].type is date:
            value = date.fromisoformat(value)
        values[column.name] = _written(column, value)
    return values


def _written(column: Column, value: object) -> str:
    """A policy type outside F008 is told as its letter; everything else has the form of its column."""
    try:
        return column.form.write(value)
    except KeyError:
        return str(value)
