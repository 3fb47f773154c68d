"""Attachment files in CSV and their answer E2, one row for every row (files.md 3)."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from sqlalchemy.orm import Session

from registry.core.checks.alphabet import is_digits
from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.layouts import Layout
from registry.core.outcomes import Item, Operation, RecordStatus
from registry.core.spellings import placed
from registry.exchange.codecs.delimited import DelimitedReader, DelimitedRow, write_rows
from registry.exchange.codecs.flk_protocol import comment, flk_protocol
from registry.exchange.codecs.magic import LONGEST, TEXT, what_it_is
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.dialects.files_codes import FILE_CODES, NOT_PROCESSED, PRINTED_NOTES
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.tables import Packet
from registry.insured.spellings.attachment_rows import arrange_row

CSV_TYPE, XML_TYPE = "text/csv; charset=windows-1251", "text/xml; charset=windows-1251"
ACCEPTED, REFUSED = "1", "2"
ACTIONS = frozenset(("Р", "И", "P", "р", "и", "p"))
# how many values a row has in each layout; the last column may be missing with its separator
SIZES = {25: "full25", 24: "full25", 23: "seed23", 22: "seed23"}
FEDERAL = "federal24"
FIRST_BYTES = 4
NUMBER_COLUMN, LONGEST_NUMBER = "№ записи", 6
ROWS_TOLD = 5


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read every row; above a fifth of unreadable ones the file is refused."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    options = envelope.context.options(session)
    beginning = stream.read(LONGEST)
    stream.seek(0)
    told = what_it_is(beginning)
    if told not in ("", TEXT) or (not told and b"\0" in beginning[:FIRST_BYTES]):
        text = f"Содержимое не соответствует имени: это не CSV{f', а {told}' if told else ''}"
        raise Permanent(F.FILE_CONTENT_MISMATCH, text)
    sender = str(envelope.properties.get("sender_code"))
    chosen = chosen_layout(session, envelope.kind.name, sender, "request", envelope.as_of)
    reader = DelimitedReader(
        stream,
        encoding=chosen.encoding,
        strict=bool(options["strict_files"]),
        max_rows=int(options["attachment_rows"]),
    )
    rows = list(reader)
    # the sender's own layout, else the one the number of columns tells (files.md 3.3)
    name = chosen.layout or _told_by_columns(rows)
    layout = read_layout(session, envelope.context.catalog, envelope.kind, name, envelope.as_of)
    found = [_item(row, layout, envelope) for row in rows]
    unreadable = sum(1 for row in rows if row.problems)
    if unreadable > len(rows) * float(options["unreadable_share"]):
        broken = [f"{row.number} – {row.problems[0].text}" for row in rows if row.problems]
        told = "; ".join(broken[:ROWS_TOLD]) + ("; …" if unreadable > ROWS_TOLD else "")
        raise Permanent(
            F.TOO_MANY_UNREADABLE, f"Слишком много нечитаемых строк: {unreadable}. Строка {told}", value=str(unreadable)
        )
    envelope.findings.extend(finding(one.code, one.text) for one in reader.warnings)
    if envelope.properties.get("short_name"):
        envelope.findings.append(finding(F.FILE_NAME_SHORT))
    return found


def _told_by_columns(rows: Sequence[DelimitedRow]) -> str:
    """The layout most rows fit; a number of columns no layout has is another version of the format (code 183)."""
    readable = [row.values for row in rows if not row.problems]
    if not readable:
        return SIZES[25]
    usual = Counter(len(values) for values in readable).most_common(1)[0][0]
    if usual not in SIZES:
        raise Permanent(
            F.COLUMN_ABSENT,
            f"Неверная версия формата: число значений в строке: {usual}",
            value=str(usual),
            expected="от 22 до 25 значений",
        )
    first = next(values for values in readable if len(values) == usual)
    return FEDERAL if usual == 24 and first[0] in ACTIONS else SIZES[usual]


def _item(row: DelimitedRow, layout: Layout, envelope: Envelope) -> Item:
    sizes = {len(layout.columns), len(layout.columns) - 1}
    problems = list(row.problems)
    if problems or len(row.values) not in sizes:
        text = problems[0].text if problems else f"значений {len(row.values)}"
        broken = finding(F.ROW_CHARACTERS, text, expected=f"{len(layout.columns)} значений в кавычках")
        # a row without a number of its own takes none from the others: its answer goes by its place
        first = row.values[0] if row.values else None
        record = layout.kind.record.of({"number": first} if first and is_digits(first) else {})
        return Item(row.number, record, layout.kind, findings=[placed(broken, f"строка {row.number}")])
    reading = layout.read_values(row.values)
    number = reading.values.setdefault("number", str(row.number))
    if not is_digits(number) or len(number) > LONGEST_NUMBER:
        wrong = finding(F.ROW_CHARACTERS, "номер записи", field="number", value=number, expected="число до 6 знаков")
        reading.findings.append(placed(wrong, NUMBER_COLUMN))
    arranged = next(arrange_row(reading, envelope.as_of, has_date="attached_on" in layout.paths))
    assert arranged.kind is not None  # noqa: S101 - arrange_row always sets it
    for warning in row.warnings:
        arranged.findings.append(placed(finding(F.FILE_TOLERATED, warning.text), warning.column))
    operation = arranged.operation or Operation.INSERT
    return Item(
        row.number, arranged.kind.record.of(arranged.values), arranged.kind, operation, findings=arranged.findings
    )


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Write the answer E2: as many rows as the request has.

    A row that a later one about the same person has replaced tells what the later one did: status 1 has a date.
    """
    day = batch.as_of.strftime("%Y%m%d")
    done = {_person(item): item for item in batch.items if item.answer.get("clinic")}
    rows = [_row(dialect, item, day, done.get(_person(item), item) if item.settled else item) for item in batch.items]
    return _written(batch.packet, rows)


def _person(item: Item) -> int | None:
    return item.identification.person_id if item.identification is not None else None


def _row(dialect: Dialect, item: Item, day: str, done: Item) -> list[str | None]:
    found = item.identification
    known = found is not None and found.is_found
    accepted = item.status is not RecordStatus.REJECTED
    codes = []
    for one in item.findings:
        code = dialect.spoken(one)
        if code is not None and (one.is_error or (accepted and one.code in PRINTED_NOTES)):
            codes.append(str(code))
    attached = str(done.answer.get("attached_on") or "").replace("-", "")
    return [
        item.record.number or str(item.position),
        _pid(found.bdz_id, found.person_id) if known and found is not None else "0",
        found.enp if known and found is not None else None,
        str(done.answer.get("clinic") or "") or None,
        day,
        (attached or None) if accepted else None,
        ACCEPTED if accepted else REFUSED,
        ",".join(dict.fromkeys(codes)) or None,
    ]


def _pid(bdz_id: str, person_id: int | None) -> str:
    return bdz_id if is_digits(bdz_id) else str(person_id or 0)


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Answer a file that was refused as a whole: every row that can be counted gets its code, FLK_P says why.

    Without a row to answer the protocol is the answer: an empty file is never sent back.
    """
    code = str(FILE_CODES.get(F(refusal.code), NOT_PROCESSED))
    day = (packet.as_of or context.clock.today()).strftime("%Y%m%d")
    protocol = _protocol(packet, refusal, code)
    numbers = () if refusal.code == F.FILE_CONTENT_MISMATCH else _numbers(stream)  # what is no list has no rows
    rows = [[number, "0", None, None, day, None, REFUSED, code] for number in numbers]
    if not rows:
        return protocol
    refused = _written(packet, rows)
    refused.code, refused.beside = refusal.code, (protocol,)
    return refused


def _protocol(packet: Packet, refusal: Permanent, code: str) -> Answer:
    member = PurePosixPath(str(packet.properties["member"]))
    name = f"FLK_{member.stem}.xml"
    wrong = {"OSHIB": code, "IM_POL": None, "BAS_EL": None, "COMMENT": comment(refusal.text, refusal.expected)}
    body = flk_protocol({"FNAME": name, "FNAME_I": member.name}, [wrong])
    return Answer(refusal.code, body=body, file_name=name, media_type=XML_TYPE)


def _numbers(stream: BinaryIO) -> Iterator[str]:
    try:
        stream.seek(0)
        for row in DelimitedReader(stream, encoding="cp1251", max_rows=100_000):
            first = row.values[0] if row.values else None
            yield first if first and is_digits(first) else str(row.number)
    except Permanent:
        return


def _written(packet: Packet, rows: Sequence[Sequence[str | None]]) -> Answer:
    target = io.BytesIO()
    write_rows(target, rows)
    return Answer("OK", body=target.getvalue(), file_name=str(packet.properties["answer_name"]), media_type=CSV_TYPE)
