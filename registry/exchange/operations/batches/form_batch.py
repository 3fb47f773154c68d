"""Forming a file of identification about people of the registry, which then goes the way of any other file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy.orm import Session

from registry.core.checks.snils import format_snils
from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.access import Caller
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.context import HubContext
from registry.exchange.layouts import chosen_layout, read_layout
from registry.exchange.pipeline import Incoming, Reply, receive
from registry.insured.keys.forms import policy_class
from registry.insured.queries.choosing import Choice, Chosen, chosen_people

LAYOUT, ENCODING = "crimea", "cp866"
UNIFIED = 3
MOST = 50_000


def form_batch(session: Session, wanted: Choice, on: date, caller: Caller, context: HubContext) -> Reply:
    """Write the chosen people into a request of the packaged layout and hand it in under a name of its own."""
    now = context.clock.now().astimezone(context.timezone)
    name = f"{context.fund_code}_{now:%d%m%Y}_{now:%H%M%S%f}"[:30] + ".dbf"
    with tempfile.NamedTemporaryFile(prefix="hub-batch-", suffix=".dbf", delete=False) as target:
        path = Path(target.name)
    try:
        with path.open("w+b") as stream:
            count = write_request(
                cast(BinaryIO, stream), session, chosen_people(session, wanted, on, MOST), on, context
            )
        if not count:
            raise Permanent(FindingCode.FILE_EMPTY, "Под эти условия никто не подходит")
        incoming = Incoming(channel="web", dialect="files", path=path, caller=caller, file_name=name)
        return receive(session, incoming, context)
    finally:
        path.unlink(missing_ok=True)


def write_request(stream: BinaryIO, session: Session, people: Iterable[Chosen], on: date, context: HubContext) -> int:
    """Write the rows of a request as the fund's own requests are laid down; return how many."""
    kind = context.catalog.kinds["identification"]
    today = context.clock.today()
    chosen = chosen_layout(session, kind.name, context.fund_code, "request", today)
    layout = read_layout(session, context.catalog, kind, chosen.layout or LAYOUT, today)
    fields = [DbfField(column.name, column.type, column.length) for column in layout.columns]
    names = [column.name for column in layout.columns]
    with DbfWriter(stream, fields, chosen.encoding or ENCODING, today=today) as writer:
        for one in people:
            told = layout.write_values(kind.record.of(_told(one, on)))
            writer.write_row({name: text for name, text in zip(names, told, strict=True) if text})
        return writer.record_count


def _told(one: Chosen, on: date) -> dict[str, Any]:
    """Values of a row by field; a unified policy is told by its ЕНП."""
    policy = policy_class(one.policy_type)
    told = {
        "surname": one.surname,
        "first_name": one.first_name,
        "patronymic": one.patronymic,
        "birth_date": one.birth_date,
        "sex": one.sex,
        "snils": format_snils(one.snils) if one.snils else "",
        "document_type": one.document_type,
        "document_series": one.document_series if one.document_number else "",
        "document_number": one.document_number,
        "policy_type": one.policy_type if policy else "",
        "policy_series": one.policy_series if policy == 1 else "",
        "policy_number": one.policy_number if policy in (1, 2) else "",
        "enp": one.enp,
        "on": on,
        "until": on,
    }
    return {name: value for name, value in told.items() if value}
