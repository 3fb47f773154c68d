"""The layouts that hold on a day, read from their tables and written there with every name checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent, ReferenceBroken
from registry.core.findings import FindingCode
from registry.core.forms import COMPACT_DATE
from registry.core.kinds import MessageKind
from registry.core.layouts import Layout, LayoutRow, layout_of
from registry.exchange.catalogue import Catalog
from registry.exchange.codecs.code_pages import ONE_BYTE_PAGES
from registry.exchange.codecs.dbf_header import DbfField, impossible
from registry.exchange.tables import LayoutChoice, LayoutField

UTF_8 = "utf-8"
#: Kinds whose files are tables of dBase, where a character is one byte; all others are lines of text.
TABLES = frozenset(("identification", "identification_answer"))


def read_layout(session: Session, catalog: Catalog, kind: MessageKind, name: str, on: date) -> Layout:
    """Return a layout as it holds on a day."""
    rows = session.scalars(
        select(LayoutField)
        .where(LayoutField.layout == name, LayoutField.valid_from <= on, LayoutField.valid_to >= on)
        .order_by(LayoutField.position)
    )
    described = [
        LayoutRow(row.layout, row.position, row.column, row.field, row.form, row.must, row.type, row.length)
        for row in rows
    ]
    return layout_of(kind, described, catalog.forms)


class Chosen(NamedTuple):
    """What is laid down for a sender: a layout, and the code page its files are in; empty where nothing is."""

    layout: str = ""
    encoding: str = ""


def chosen_layout(session: Session, kind: str, sender_code: str, purpose: str, on: date) -> Chosen:
    """Return what a sender has chosen for a kind, empty when it uses the default."""
    found = session.execute(
        select(LayoutChoice.layout, LayoutChoice.encoding)
        .where(
            LayoutChoice.kind == kind,
            LayoutChoice.purpose == purpose,
            LayoutChoice.sender_code.in_((sender_code, "")),
            LayoutChoice.since <= on,
        )
        .order_by(LayoutChoice.sender_code.desc(), LayoutChoice.since.desc())
        .limit(1)
    ).first()
    return Chosen(*found) if found else Chosen()


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """One layout in a list: how many columns it has and which senders chose it."""

    kind: str
    name: str
    columns: int
    width: int
    senders: tuple[str, ...]


def layout_lines(session: Session, on: date) -> list[LayoutLine]:
    """All layouts that hold on a day, by kind and name."""
    counted = (
        select(LayoutField.kind, LayoutField.layout, func.count(), func.sum(LayoutField.length))
        .where(LayoutField.valid_from <= on, LayoutField.valid_to >= on)
        .group_by(LayoutField.kind, LayoutField.layout)
        .order_by(LayoutField.kind, LayoutField.layout)
    )
    users: dict[tuple[str, str], list[str]] = {}
    for one in layout_choices(session):
        users.setdefault((one.kind, one.layout), []).append(one.sender_code)
    return [
        LayoutLine(kind, name, columns, width or 0, tuple(users.get((kind, name), ())))
        for kind, name, columns, width in session.execute(counted)
    ]


def layout_columns(session: Session, name: str, on: date) -> list[LayoutField]:
    """The columns of a layout on a day, in their order."""
    held = (LayoutField.layout == name, LayoutField.valid_from <= on, LayoutField.valid_to >= on)
    return list(session.scalars(select(LayoutField).where(*held).order_by(LayoutField.position)))


def layout_choices(session: Session, name: str = "") -> list[LayoutChoice]:
    """Which senders chose which layouts since when, or who chose this one."""
    query = select(LayoutChoice).order_by(LayoutChoice.sender_code, LayoutChoice.since)
    return list(session.scalars(query.where(LayoutChoice.layout == name) if name else query))


def layout_field(kind: MessageKind, row: LayoutRow, **since: date) -> LayoutField:
    """A column of a layout as it is kept; without ``valid_from`` it holds since ever."""
    return LayoutField(
        kind=kind.name,
        layout=row.layout,
        position=row.position,
        column=row.column,
        field=row.field,
        form=row.form,
        must=row.must,
        type=row.type,
        length=row.length,
        **since,
    )


def keep_layout(session: Session, catalog: Catalog, kind: MessageKind, rows: Sequence[LayoutRow], on: date) -> None:
    """Let a layout have these columns from a day on; a row that points nowhere is refused with the reason."""
    names = [row.column for row in rows]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise Permanent(FindingCode.VALUE_MALFORMED, f"Колонка {twice} описана дважды", value=twice)
    try:
        layout = layout_of(kind, rows, catalog.forms)
    except ReferenceBroken as broken:
        raise Permanent(FindingCode.VALUE_MALFORMED, f"Раскладка не годится: {broken}") from broken
    if kind.name in TABLES:
        _check_table(layout)
    name, eve = rows[0].layout, on - timedelta(days=1)
    taken = session.scalar(select(LayoutField.kind).where(LayoutField.layout == name).limit(1))
    if taken is not None and taken != kind.name:
        raise Permanent(FindingCode.VALUE_MALFORMED, f"Имя «{name}» уже занято раскладкой другого вида", value=name)
    session.execute(delete(LayoutField).where(LayoutField.layout == name, LayoutField.valid_from >= on))
    for known in layout_columns(session, name, on):
        known.valid_to = eve
    session.add_all(layout_field(kind, row, valid_from=on) for row in rows)
    session.flush()


def pages_of(kind: str, purpose: str) -> tuple[str, ...]:
    """The code pages files of a kind may be laid down to be in; an answer is in that of its request."""
    if purpose != "request":
        return ()
    return ONE_BYTE_PAGES if kind in TABLES else (*ONE_BYTE_PAGES, UTF_8)


def _check_table(layout: Layout) -> None:
    """Every column is one a table may have, in a form its type can hold; the first wrong one is named."""
    for column in layout.columns:
        trouble = impossible(DbfField(column.name, column.type, column.length))
        if column.specs and column.type == "D" and column.form is not COMPACT_DATE:
            trouble = trouble or "поле D пишется формой compact_date"
        if column.specs and column.type == "L":
            trouble = trouble or "у поля L нет подходящей формы"
        if trouble:
            raise Permanent(
                FindingCode.VALUE_MALFORMED, f"Колонка {column.name}: {trouble}", place=column.name, value=column.type
            )


def choose_layout(session: Session, kind: str, purpose: str, chosen: Chosen, sender_code: str, since: date) -> None:
    """Let a sender use a layout since a day; without a code it is the default of all."""
    layout, encoding = chosen
    if encoding and encoding not in pages_of(kind, purpose):
        raise Permanent(FindingCode.ENCODING_WRONG, "Такой кодовой страницы у этих файлов нет", value=encoding[:20])
    same = (
        LayoutChoice.kind == kind,
        LayoutChoice.purpose == purpose,
        LayoutChoice.sender_code == sender_code,
        LayoutChoice.since == since,
    )
    session.execute(delete(LayoutChoice).where(*same))
    session.add(
        LayoutChoice(kind=kind, purpose=purpose, layout=layout, encoding=encoding, sender_code=sender_code, since=since)
    )
    session.flush()


def drop_choice(session: Session, choice_id: int) -> bool:
    """Forget a choice; the sender is back at its earlier one or at the default. False when there is none."""
    gone = session.get(LayoutChoice, choice_id)
    if gone is not None:
        session.delete(gone)
    return gone is not None
