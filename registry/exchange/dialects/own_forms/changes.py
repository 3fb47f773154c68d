"""«Запрос изменений за период» by file: one row with two days in, the changes of the sender's people out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import BinaryIO

from sqlalchemy.orm import Session, object_session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.queries import LAST_PAGE, Asked
from registry.exchange.codecs.delimited import DelimitedReader, write_rows
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.dialects.files_codes import NOT_PROCESSED
from registry.exchange.layouts import read_layout
from registry.exchange.tables import Packet
from registry.insured.kinds.news import DAILY_NEWS
from registry.insured.news.queries.period import ChangesAsked, ChangeTold, changes_of_period

KIND = LAYOUT = "changes_request"
ANSWER_LAYOUT = "daily_news"
CSV_TYPE = "text/csv; charset=windows-1251"
PAGE = 1_000
Row = list[str | None]


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read the one row of a request."""
    assert envelope.kind is not None and envelope.context is not None  # noqa: S101, PT018 - set by reopen
    rows = list(DelimitedReader(stream, max_rows=2, heading="С"))
    if len(rows) != 1 or rows[0].problems:
        raise Permanent(
            F.STRUCTURE_WRONG, "В запросе нужна одна строка: две даты ГГГГММДД в кавычках", place="строка 1"
        )
    layout = read_layout(session, envelope.context.catalog, envelope.kind, LAYOUT, envelope.as_of)
    reading = layout.read_values(rows[0].values)
    record = envelope.kind.record.of({**reading.values, "number": "1"})
    return [Item(1, record, envelope.kind, findings=reading.findings)]


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Write the changes in the layout of the daily file, or the codes and texts of what was wrong."""
    [item] = batch.items
    errors = [one for one in item.findings if one.is_error]
    if errors:
        told: list[Row] = [["0", str(dialect.spoken(one) or NOT_PROCESSED), one.text] for one in errors]
        return _written(batch.packet, told)
    return _written(batch.packet, _changes(batch))


def _changes(batch: Batch) -> Iterator[Row]:
    session, context = object_session(batch.packet), batch.envelope.context
    assert session is not None and context is not None  # noqa: S101, PT018 - a batch lives in its session
    layout = read_layout(session, context.catalog, DAILY_NEWS, ANSWER_LAYOUT, context.clock.today())
    wanted = batch.items[0].record.values
    asked = Asked(
        session=session,
        parameters=ChangesAsked(
            since=datetime.combine(wanted["since"], time.min, context.timezone),
            until=datetime.combine(wanted["until"] + timedelta(days=1), time.min, context.timezone),
        ),
        kind=batch.envelope.caller.organisation_kind,
        codes=batch.envelope.caller.codes,
        today=context.clock.today(),
        now=batch.now,
        page_size=PAGE,
        options=batch.options,
    )
    for number, one in enumerate(_pages(asked), 1):
        moments = {
            name: value.astimezone(context.timezone)
            for name in ("known_at", "edited_at")
            if (value := one.values.get(name)) is not None
        }
        yield layout.write_values(ChangeTold(**{**one.values, **moments, "number": str(number)}))


def _pages(asked: Asked) -> Iterator[ChangeTold]:
    while True:
        told = changes_of_period(asked)
        if told.refusal is not None:
            raise Permanent(told.refusal, "Период запроса слишком длинный")
        yield from told.rows  # type: ignore[misc]  # the query tells changes
        if told.next_id == LAST_PAGE:
            return
        asked = replace(asked, parameters=ChangesAsked(**{**asked.parameters.values, "after": told.next_id}))


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Say why the request was not answered."""
    return _written(packet, [["0", str(NOT_PROCESSED), refusal.text]])


def _written(packet: Packet, rows: Iterable[Row]) -> Answer:
    stream = io.BytesIO()
    write_rows(stream, rows)
    return Answer("OK", body=stream.getvalue(), file_name=str(packet.properties["answer_name"]), media_type=CSV_TYPE)
