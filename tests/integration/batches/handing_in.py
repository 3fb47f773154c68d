"""Files of identification handed in by the fund and worked off where the test stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from registry.exchange.access import fund_caller
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.layouts import Chosen, choose_layout
from registry.exchange.pipeline import Incoming, Reply, advance, receive
from registry.exchange.tables import FindingRow
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import generate_people
from server.bootstrap import Hub

SINCE = date(2020, 1, 1)


def handed_in(hub: Hub, folder: Path, number: int, fields: list[DbfField], rows: list[dict[str, str]]) -> Reply:
    path = folder / f"63_01032026_{number}.dbf"
    with path.open("w+b") as stream, DbfWriter(stream, fields, "cp1251") as writer:
        for row in rows:
            writer.write_row(row)
    return sent(hub, path)


def sent(hub: Hub, path: Path) -> Reply:
    """Hand a file in as the fund, for itself."""
    with hub.sessions.begin() as session:
        incoming = Incoming(
            channel="file", dialect="files", path=path, caller=fund_caller(session), file_name=path.name
        )
        return receive(session, incoming, hub.context)


def told(hub: Hub, packet_id: int) -> list[FindingRow]:
    """The lines of the protocol in the order of the rows; what is of the whole file stands first."""
    with hub.sessions() as session:
        query = select(FindingRow).where(FindingRow.packet_id == packet_id)
        return list(session.scalars(query.order_by(FindingRow.position, FindingRow.id)))


def worked_off(hub: Hub, packet_id: int) -> bytes:
    more = True
    while more:
        with hub.sessions.begin() as session:
            more = advance(session, packet_id, hub.context)
    with hub.sessions() as session:
        return stored_bytes(session, packet_id, ANSWER)


def insured() -> list[PersonLine]:
    told = {line.person_key: line for line in generate_people(30, 5)}
    return [line for line in told.values() if line.enp and line.policy_type == "П" and not line.insured_to][:5]


def use(hub: Hub, kind: str, purpose: str, layout: str, *, encoding: str = "") -> None:
    with hub.sessions.begin() as session:
        choose_layout(session, kind, purpose, Chosen(layout, encoding), "", SINCE)


REGIONAL = [
    DbfField("ID_PAC", "C", 36),
    DbfField("ENP", "C", 16),
    DbfField("DR", "D", 8),
    DbfField("DOCN", "C", 12),
    DbfField("DOCS", "C", 8),
    DbfField("DOCTP", "C", 2),
    DbfField("W", "C", 1),
    DbfField("IM", "C", 25),
    DbfField("FAM", "C", 25),
    DbfField("OT", "C", 25),
    DbfField("OPDOC", "C", 1),
]


def regional_row(number: int, line: PersonLine) -> dict[str, str]:
    return {
        "ID_PAC": f"p-{number}",
        "ENP": line.enp,
        "DR": line.birth_date.replace("-", ""),
        "DOCN": line.doc_number,
        "DOCS": line.doc_series,
        "DOCTP": line.doc_type,
        "W": line.sex,
        "IM": line.first_name,
        "FAM": line.surname.lower(),
        "OT": line.patronymic,
        "OPDOC": "3",
    }
