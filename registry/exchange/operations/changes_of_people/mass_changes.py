"""Starting mass changes and taking them further: files are read by their layout, work goes on in a job."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.layouts import Layout
from registry.core.normalisation import digits
from registry.core.workflow import Refusal
from registry.exchange.codecs.delimited import DelimitedReader, DelimitedRow
from registry.exchange.context import HubContext
from registry.exchange.jobs import add_job
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.operations.tell_changes import tell_changes
from registry.insured.mass.kind import SECTION_LINE
from registry.insured.mass.operations.prepare import MOST_LINES, prepare, wanted_of_filter
from registry.insured.mass.operations.work import run_portion, undo_portion
from registry.insured.mass.rules import Wanted, section_of
from registry.insured.mass.tables import MassChange
from registry.insured.mass.workflow import OPERATOR, WORKFLOW, MassEvent, MassFacts, MassState

JOB, LAYOUT = "mass_change", "sections"


@dataclass(frozen=True, kw_only=True)
class MassRequest:
    """What is asked for: a file of lines, or everybody of a district (``asked``), since a day."""

    title: str
    since: date
    login: str
    content: bytes | None = None
    asked: Mapping[str, Any] | None = None


def start_mass_change(session: Session, request: MassRequest, context: HubContext) -> MassChange:
    """Keep what is asked for and have a worker prepare it; nothing of the registry is touched."""
    change = MassChange(
        title=request.title[:250],
        since=request.since,
        asked=dict(request.asked or {}),
        content=request.content,
        created_at=context.clock.now(),
        created_by=request.login,
    )
    session.add(change)
    session.flush()
    _add_job(session, change, context)
    return change


def move_mass_change(session: Session, change_id: int, event: MassEvent, login: str, context: HubContext) -> str:
    """Run, take back or drop a mass change; returns why it may not be done, empty when it is on its way.

    Whoever comes second finds it moved already.
    """
    change = session.scalars(
        select(MassChange).where(MassChange.id == change_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if change is None:
        return "Такой массовой смены нет."
    found = WORKFLOW.move(change.status, event, [OPERATOR], MassFacts(change.ready, change.done))
    if isinstance(found, Refusal):
        return found.text
    now = context.clock.now()
    change.status, change.place = found.after, 0
    if event is MassEvent.RUN:
        change.run_at, change.run_by = now, login
    elif event is MassEvent.UNDO:
        change.undone_at, change.undone_by = now, login
    if event is not MassEvent.DROP:
        _add_job(session, change, context)
    return ""


def advance_mass_change(session: Session, change_id: int, context: HubContext) -> bool:
    """Take a mass change one portion further; True while more is left."""
    change = session.get_one(MassChange, change_id, with_for_update=True)
    now: datetime = context.clock.now()
    if change.status == MassState.PREPARING:
        _prepare(session, change, context)
        return False
    if change.status == MassState.RUNNING:
        more, changes = run_portion(session, change, now)
    elif change.status == MassState.UNDOING:
        more, changes = undo_portion(session, change, now)
    else:
        return False
    tell_changes(session, changes, context.catalog)
    return more


def _prepare(session: Session, change: MassChange, context: HubContext) -> None:
    try:
        lines = _lines(session, change, context)
    except Permanent as refusal:
        change.trouble, lines = refusal.text, []
    prepare(session, change, lines)


def _lines(session: Session, change: MassChange, context: HubContext) -> Sequence[Wanted]:
    if change.content is None:
        return list(wanted_of_filter(session, change.asked))
    today = context.clock.today()
    chosen = chosen_layout(session, SECTION_LINE.name, "", "request", today)
    layout = read_layout(session, context.catalog, SECTION_LINE, chosen.layout or LAYOUT, today)
    rows = DelimitedReader(
        io.BytesIO(change.content),
        encoding=chosen.encoding,
        max_rows=MOST_LINES,
        heading=layout.columns[0].name,
    )
    return [_wanted(row, layout) for row in rows]


def _wanted(row: DelimitedRow, layout: Layout) -> Wanted:
    if row.problems:
        return Wanted(row.number, trouble=f"Строка не читается: {row.problems[0].text}")
    if len(row.values) > len(layout.columns):
        return Wanted(row.number, trouble=f"Значений {len(row.values)}, в раскладке их {len(layout.columns)}.")
    reading = layout.read_values(row.values)
    values = reading.values
    trouble = "; ".join(f"{one.place or one.field}: {one.text}" for one in reading.findings)
    enp, bdz_id = digits(values.get("enp") or ""), (values.get("bdz_id") or "").strip()
    if not (enp or bdz_id) and not trouble:
        trouble = "Не указан ни ЕНП, ни ИД в регистре."
    return Wanted(
        row.number, enp, bdz_id, values.get("clinic") or "", values.get("area_type") or 1, section_of(values), trouble
    )


def _add_job(session: Session, change: MassChange, context: HubContext) -> None:
    add_job(session, JOB, lane=JOB, arguments={"change_id": change.id}, clock=context.clock)
