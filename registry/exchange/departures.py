"""Telling clinics who left them, on the day it takes effect: the file O2, one a day for a clinic (files.md 3.7)."""

from __future__ import annotations

import io
from datetime import date

from sqlalchemy.orm import Session

from registry.exchange.codecs.delimited import write_rows
from registry.exchange.context import HubContext
from registry.exchange.directory import directory
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.insured.departures.kind import Departure
from registry.insured.operations.note_departures import note_departures
from registry.insured.queries.departures import departures, untold_departures

LAYOUT, ANSWER = "o2_21", "answer"


def tell_departures(session: Session, context: HubContext) -> dict[str, int]:
    """Send every clinic the list of those whose attachment to it has ended; each end is told once.

    A clinic that is not registered has no tray: its departures are noted without a file.
    """
    today, now = context.clock.today(), context.clock.now()
    untold = untold_departures(session, today)
    registered = directory(session, context)
    told: dict[str, int] = {}
    for clinic, ids in untold.items():
        packet_id = None
        receiver = registered.owner("mcod", clinic)
        if receiver is not None:
            people = departures(session, ids)
            body = _written(session, clinic, people, today, context)
            packet_id = send_out(session, _file(receiver, clinic, body, len(people), ids[0], today), context)
            told[clinic] = len(people)
        note_departures(session, clinic, ids, packet_id=packet_id, now=now)
    return told


def _written(session: Session, clinic: str, people: list[Departure], today: date, context: HubContext) -> bytes:
    kind = context.catalog.kinds["departure"]
    name = chosen_layout(session, kind.name, clinic, ANSWER, today).layout or LAYOUT
    layout = read_layout(session, context.catalog, kind, name, today)
    stream = io.BytesIO()
    write_rows(stream, (layout.write_values(one) for one in people))
    return stream.getvalue()


def _file(receiver: int, clinic: str, body: bytes, records: int, first: int, today: date) -> Outgoing:
    """Another list of the same day bears the number of its first attachment, so no name comes twice."""
    return Outgoing(
        receiver=receiver,
        kind="departure",
        packet_id=f"O2-{clinic}-{first}",
        body=body,
        file_name=f"O2{clinic}{today:%Y%m%d}{first}.csv",
        title="Открепившиеся",
        records=records,
        as_of=today,
    )
