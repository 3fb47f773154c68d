"""The layouts that hold on a day, read from their tables with every name checked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.kinds import MessageKind
from registry.core.layouts import Layout, LayoutRow, layout_of
from registry.exchange.catalogue import Catalog
from registry.exchange.tables import LayoutChoice, LayoutField


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


def chosen_layout(session: Session, kind: str, sender_code: str, purpose: str, on: date) -> str:
    """Return the layout a sender has chosen for a kind, empty when it uses the default."""
    found = session.scalar(
        select(LayoutChoice.layout)
        .where(
            LayoutChoice.kind == kind,
            LayoutChoice.purpose == purpose,
            LayoutChoice.sender_code.in_((sender_code, "")),
            LayoutChoice.since <= on,
        )
        .order_by(LayoutChoice.sender_code.desc(), LayoutChoice.since.desc())
        .limit(1)
    )
    return found or ""
