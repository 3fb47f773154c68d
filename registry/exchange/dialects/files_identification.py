"""Identification requests in DBF and their answer, which echoes every request column (files.md 2)."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from registry.core.errors import Permanent, Retryable
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind
from registry.core.layouts import Column, Layout
from registry.core.outcomes import Item, Operation
from registry.core.spellings import Reading, placed
from registry.exchange.codecs.dbf import DbfReader, DbfRow
from registry.exchange.codecs.dbf_header import DbfField, check_layout
from registry.exchange.codecs.dbf_values import BINARY, CHECKED
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.codecs.magic import LONGEST, TABLE, what_it_is
from registry.exchange.dialects.base import Answer, Batch, Envelope
from registry.exchange.layouts import Chosen, chosen_layout, read_layout
from registry.exchange.queries.packets import kept_answers
from registry.exchange.tables import Packet
from registry.insured.rules.identification_answers import answer_values
from registry.insured.spellings.person import complete_enp

REQUEST, ANSWER = "crimea", "crimea_short"
DBF_TYPE = "application/x-dbf"
DELETED = b"*"
ROWS_TOLD = 5
MOST_REMEMBERED = 20_000
NUMBERS = frozenset("NF")
NAMES = frozenset(("surname", "first_name", "patronymic"))
# fields of the request that an answer may tell under names of its own
SECOND_NAMES = frozenset(("document_type", "document_series", "document_number"))


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read rows after the first ``part[0]``, at most ``part[1]``; deleted rows have a number but no item."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    start, limit = part
    most = int(envelope.context.options(session)["batch_rows"])
    reader = open_table(session, envelope, stream)
    layout = request_layout(session, envelope)
    if not start:
        _check_columns(reader, layout)
        _check_answerable(session, envelope, reader)
        if reader.reaches(most + 1):  # before the first portion is committed, not behind the last one
            raise Permanent(F.TOO_MANY_ROWS, "Слишком много строк", expected=f"не более {most}")
        packet.properties = {**packet.properties, "rows": reader.promised, "outcomes": {}}
    reader.skip(start)
    rows = list(islice((row for row in reader if not row.deleted), limit))
    if not start:
        _check_readable(rows, float(envelope.context.options(session)["unreadable_share"]))
    found = [_item(row, layout) for row in rows]
    envelope.findings.extend(finding(one.code, one.text) for one in reader.warnings)
    return found


def request_layout(session: Session, envelope: Envelope) -> Layout:
    """The columns the sender's requests have."""
    assert envelope.context is not None and envelope.kind is not None  # noqa: S101, PT018 - set by reopen
    return _layout(session, envelope, envelope.context.catalog.kinds[envelope.kind.name], "request", REQUEST)


def answer_layout(session: Session, envelope: Envelope) -> Layout:
    """The columns the sender wants in answers besides those of the request."""
    assert envelope.context is not None  # noqa: S101 - set by reopen
    return _layout(session, envelope, envelope.context.catalog.kinds["identification_answer"], "answer", ANSWER)


def _layout(session: Session, envelope: Envelope, kind: MessageKind, purpose: str, otherwise: str) -> Layout:
    assert envelope.context is not None  # noqa: S101 - set by reopen
    name = _chosen(session, envelope, kind, purpose).layout or otherwise
    return read_layout(session, envelope.context.catalog, kind, name, envelope.as_of)


def _chosen(session: Session, envelope: Envelope, kind: MessageKind, purpose: str) -> Chosen:
    return chosen_layout(session, kind.name, str(envelope.properties.get("sender_code")), purpose, envelope.as_of)


def open_table(session: Session, envelope: Envelope, stream: BinaryIO) -> DbfReader:
    """Open the table in the code page laid down for its sender, else in the one it names or its names are in."""
    assert envelope.context is not None and envelope.kind is not None  # noqa: S101, PT018 - set by reopen
    beginning = stream.read(LONGEST)
    stream.seek(0)
    if not beginning:
        raise Permanent(F.FILE_EMPTY, "Файл пуст")
    told = what_it_is(beginning)
    if told != TABLE:
        text = f"Содержимое не соответствует имени: это не DBF{f', а {told}' if told else ''}"
        raise Permanent(F.FILE_CONTENT_MISMATCH, text, expected="таблица dBase III, dBase IV или FoxPro")
    layout = request_layout(session, envelope)
    return DbfReader(
        stream,
        encoding=_chosen(session, envelope, layout.kind, "request").encoding,
        name_columns=[one.name for one in layout.columns if NAMES.intersection(spec.name for spec in one.specs)],
        max_rows=int(envelope.context.options(session)["batch_rows"]),
    )


def _check_readable(rows: Sequence[DbfRow], share: float) -> None:
    """A table whose first rows are mostly no rows of its kind is refused before one of them is answered."""
    if not rows:
        raise Permanent(F.FILE_EMPTY, "Все записи файла помечены удалёнными")
    broken = [(row.number, one.text) for row in rows for one in row.problems[:1] if not one.column]
    if len(broken) > len(rows) * share:
        told = "; ".join(f"{number} – {text}" for number, text in broken[:ROWS_TOLD])
        text = f"Слишком много нечитаемых строк: {len(broken)} из первых {len(rows)}. Строка {told}"
        raise Permanent(F.TOO_MANY_UNREADABLE, text, value=str(len(broken)))


def _check_columns(reader: DbfReader, layout: Layout) -> None:
    """Columns are matched by name in any order; obligatory ones that are missing are told once for the file."""
    present = {field.name for field in reader.fields}
    missing = [column.name for column in layout.columns if column.must and column.name not in present]
    if missing:
        notes = {field.name for field in reader.unread}
        names = ", ".join(f"{name} (поле примечаний не читается)" if name in notes else name for name in missing)
        raise Permanent(F.COLUMN_ABSENT, f"Отсутствуют обязательные колонки: {names}", expected=names)


def _check_answerable(session: Session, envelope: Envelope, reader: DbfReader) -> None:
    """A request so wide that its answer is no DBF any more is refused before its rows are looked at."""
    echoed, own = _answer_columns(session, envelope, reader, rows=0)
    try:
        check_layout([*echoed, *_fields_of(own)])
    except ValueError:
        raise Permanent(
            F.TOO_LARGE,
            "В файле столько колонок, что с колонками ответа он не поместится в DBF",
            value=f"{len(reader.fields)} колонок, запись {reader.record_length} байт",
            expected="вместе с ответом до 255 колонок и 65535 байт",
        ) from None


def _answer_columns(
    session: Session, envelope: Envelope, reader: DbfReader, rows: int
) -> tuple[list[DbfField], list[Column]]:
    """The columns of the request that are echoed, and the answer's own behind them.

    A request made from an earlier answer has columns of answers: their old values are no echo and give way.
    """
    layout = answer_layout(session, envelope)
    asked = {column.name for column in request_layout(session, envelope).columns}
    repeated = {one.name for one in layout.columns if one.specs and one.specs[0].name in SECOND_NAMES}
    answered = {column.name for column in layout.columns} - asked - repeated
    echoed = [_as_text(field) for field in reader.fields if field.name not in answered]
    names = {field.name for field in echoed}
    return echoed, [_wide_enough(column, rows) for column in layout.columns if column.name not in names]


def _as_text(field: DbfField) -> DbfField:
    """A column as it is echoed: one of machine bytes becomes the column of text that every program knows."""
    binary = BINARY.get((field.type, field.length))
    return replace(field, type=binary.type, length=binary.length, decimals=0) if binary else field


def _fields_of(columns: Sequence[Column]) -> list[DbfField]:
    return [DbfField(column.name, column.type, column.length) for column in columns]


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
    """Keep with every row the values of its answer row, and with the packet how many rows ended how so far."""
    for item in batch.items:
        on = item.record.__dict__.get("on") or batch.as_of
        item.answer["row"] = answer_values(item, on)
    counts = Counter(batch.packet.properties.get("outcomes", {})) + Counter(item.outcome for item in batch.items)
    batch.packet.properties = {**batch.packet.properties, "outcomes": dict(counts)}


def answer(session: Session, packet: Packet, envelope: Envelope, stream: BinaryIO) -> Answer:
    """Write the answer beside a second reading of the request: order, number and bytes of the request are kept."""
    assert envelope.context is not None  # noqa: S101 - set by reopen
    reader = open_table(session, envelope, stream)
    echoed, own = _answer_columns(session, envelope, reader, packet.done)
    fields = [*echoed, *_fields_of(own)]
    echo = _echo_of(reader, echoed)
    told = _Told(own, _echoes(own, request_layout(session, envelope), reader))
    with tempfile.NamedTemporaryFile(prefix="hub-answer-", suffix=".dbf", delete=False) as target:
        path = Path(target.name)
        try:
            writer = DbfWriter(cast(BinaryIO, target), fields, reader.encoding, today=envelope.context.clock.today())
            outcomes = kept_answers(session, packet.id)
            for number, raw in enumerate(reader.raw_rows(), 1):
                if not raw.startswith(DELETED):
                    whole = raw.ljust(reader.record_length)
                    writer.write_echo(echo(whole), told.values(number, whole, next(outcomes, {}).get("row", {})))
            writer.close()
            target.flush()
        except OSError as trouble:  # a full disk is somebody else's trouble and passes: nothing half-written stays
            path.unlink(missing_ok=True)
            raise Retryable("Файл ответа не записан: нет места на диске") from trouble
    return Answer("OK", path=path, file_name=str(packet.properties["answer_name"]), media_type=DBF_TYPE)


def _echo_of(reader: DbfReader, echoed: Sequence[DbfField]) -> Callable[[bytes], bytes]:
    """What of a record's bytes is echoed: all behind the mark, or the kept columns one after another."""
    if tuple(echoed) == reader.fields and not reader.unread:
        return lambda whole: whole[1:]
    own = {field.name: BINARY.get((field.type, field.length)) for field in reader.fields}
    parts = [
        (place, own[field.name], field.length) for field in echoed if (place := reader.place_of(field.name)) is not None
    ]

    def echo(whole: bytes) -> bytes:
        return b"".join(
            binary.read(whole[place]).rjust(length).encode("ascii") if binary else whole[place]
            for place, binary, length in parts
        )

    return echo


def _wide_enough(column: Column, rows: int) -> Column:
    """The number of the row takes what the last row needs, whatever its layout is used to; others stay as they are."""
    if not any(spec.name == "row_number" for spec in column.specs):
        return column
    return replace(column, length=max(column.length, len(str(rows))))


def _echoes(own: Sequence[Column], asked: Layout, reader: DbfReader) -> dict[str, slice]:
    """Columns of the answer that tell a field of the request under a second name, with its place in the request."""
    columns = {column.specs[0].name: column.name for column in asked.columns if len(column.specs) == 1}
    twice = {one.name: one.specs[0].name for one in own if one.specs and one.specs[0].name in SECOND_NAMES}
    places = {name: reader.place_of(columns.get(field, "")) for name, field in twice.items()}
    return {name: place for name, place in places.items() if place is not None}


class _Told:
    """Values of the columns an answer adds, in the forms of its layout; few values occur in many rows."""

    def __init__(self, own: Sequence[Column], echoes: Mapping[str, slice]) -> None:
        told = [one for one in own if one.specs and one.name not in echoes]
        self._number = [one for one in told if one.specs[0].name == "row_number"]
        single = [one for one in told if len(one.specs) == 1 and one not in self._number]
        self._own = [(one.name, one.specs[0].name, one, _remembered(one)) for one in single]
        self._joined = [one for one in told if len(one.specs) > 1]
        self._echoes = echoes

    def values(self, number: int, raw: bytes, told: Mapping[str, object]) -> dict[str, str | bytes]:
        """The row of the answer to one record."""
        values: dict[str, str | bytes] = {}
        for name, place in self._echoes.items():
            values[name] = raw[place].replace(b"\0", b" ")
        for column in self._number:
            values[column.name] = _written(column, number)
        for name, field, column, known in self._own:
            value = told.get(field)
            if value is None or value == "":
                continue
            if known is None:
                values[name] = _written(column, value)
            elif value in known:
                values[name] = known[value]
            else:
                values[name] = self._learn(column, value, known)
        for column in self._joined:
            parts = tuple(_typed(column, number, told.get(spec.name)) for number, spec in enumerate(column.specs))
            if any(part is not None for part in parts):
                values[column.name] = _written(column, parts)
        return values

    def _learn(self, column: Column, value: object, known: dict[object, str | bytes]) -> str | bytes:
        if len(known) > MOST_REMEMBERED:
            known.clear()
        known[value] = _written(column, _typed(column, 0, value))
        return known[value]


def _remembered(column: Column) -> dict[object, str | bytes] | None:
    """Where the written values of a column are kept; a number of a person is another one in every row."""
    spec = column.specs[0]
    return None if spec.personal or spec.type is int else {}


def _typed(column: Column, number: int, value: object) -> object:
    """A kept value as its form writes it: a day is kept as a text."""
    is_day = isinstance(value, str) and column.specs[number].type is date
    return date.fromisoformat(str(value)) if value and is_day else value or None


def _written(column: Column, value: object) -> str | bytes:
    """A policy type outside F008 is told as its letter; what is no number of its column is told as dBase does."""
    try:
        text = column.form.write(value)
    except KeyError:
        text = str(value)
    is_number = column.type not in NUMBERS or (len(text) <= column.length and CHECKED[column.type][0](text) is not None)
    return text if is_number else b"*" * column.length
