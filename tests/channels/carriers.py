"""What carries golden cases: each writes the records its own way, hands them to the pipeline, tells what came of it."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.layouts import Layout
from registry.core.outcomes import Operation
from registry.core.spellings import Spelling
from registry.exchange.access import Caller, caller_of_channel, caller_of_sender
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.pipeline import Incoming, Reply, advance, handle, receive
from registry.exchange.tables import ChangeRow, Channel, FindingRow, OutboxMessage, Packet, RecordRow
from server.demo.packets import (
    Sender,
    csv_file,
    dbf_file,
    dcx_call,
    message,
    packaged_layout,
    question,
    soap_envelope,
    spelling_of,
)
from tests.channels.golden_cases import AS_OF, Case, Sent

PASSWORD = "Прогулка-по-набережной-17"
DCX_CODES = {"630001": "07001", "630002": "07002", "630003": "07003", "630004": "07004"}


class NotCarriedError(Exception):
    """A carrier was given what its contract has no words for."""


@dataclass(frozen=True)
class Outcome:
    """What became of one record, in canonical words."""

    status: str
    findings: frozenset[tuple[str, str, str]]
    changes: tuple[str, ...]

    def __str__(self) -> str:
        findings = " ".join(f"{code}({field}) {level}" for code, field, level in sorted(self.findings))
        return f"{self.status}: {findings or 'no findings'}; {', '.join(self.changes) or 'no changes'}"


@dataclass(frozen=True)
class Place:
    """Where a carrier works: an open transaction, the hub's context, a folder for files, and the turn it is."""

    session: Session
    context: HubContext
    folder: Path
    turn: int = 1

    def caller(self, code: str) -> Caller:
        found = caller_of_sender(self.session, code)
        assert found is not None
        return found

    def outcomes(self, packet_id: int) -> list[Outcome]:
        """The outcomes of a packet's records, in their order."""
        positions = self.session.execute(
            select(RecordRow.position, RecordRow.status)
            .where(RecordRow.packet_id == packet_id)
            .order_by(RecordRow.position)
        ).all()
        findings = self.session.scalars(select(FindingRow).where(FindingRow.packet_id == packet_id)).all()
        changes = self.session.scalars(
            select(ChangeRow).where(ChangeRow.packet_id == packet_id).order_by(ChangeRow.id)
        ).all()
        return [
            Outcome(
                status,
                frozenset((one.code, one.field, one.level) for one in findings if one.position == position),
                tuple(one.name for one in changes if one.position == position),
            )
            for position, status in positions
        ]

    def finish(self, packet_id: int | None) -> int:
        """Let the worker's part of the pipeline run to its end."""
        assert packet_id is not None
        while advance(self.session, packet_id, self.context):
            pass
        self._wait_for_dependants(self.session.get_one(Packet, packet_id))
        return packet_id

    def _wait_for_dependants(self, packet: Packet) -> None:
        """Let the time pass in which the deletions of dependants could have come."""
        if packet.status == "held" and any(one.startswith("dependants") for one in packet.properties["held_for"]):
            packet.properties = {**packet.properties, "hold_until": self.context.clock.now().isoformat()}
            advance(self.session, packet.id, self.context)


class Carrier(ABC):
    """One way from records to outcomes."""

    name: str
    dialect: str

    @abstractmethod
    def carry(self, place: Place, case: Case) -> list[Outcome]:
        """Send the case's records and return what became of each."""


def replace_texts(root: etree._Element, spelling: Spelling, sent: Sent) -> None:
    """Write other texts where the fields' values were written."""
    for field, text in sent.texts.items():
        if field not in spelling.paths:
            raise NotCarriedError(f"{spelling.name} does not write {field}")
        steps = spelling.paths[field].split("/")[1:]
        found: list[etree._Element] = [root]
        for step in steps:
            found = [child for one in found for child in one if etree.QName(child).localname == step]
        if not found:
            raise NotCarriedError(f"{spelling.name} wrote no {field}")
        for one in found:
            one.text = text


def checked(spelling_paths: Any, sent: Sent, needed: Sequence[str]) -> None:
    """Refuse to carry records whose telling fields the contract would silently drop."""
    lost = [name for name in needed if sent.values.get(name) is not None and name not in spelling_paths]
    if lost:
        raise NotCarriedError(f"not written: {', '.join(lost)}")


class Question(Carrier):
    """A SOAP question about one person: a call for every record."""

    def __init__(self, name: str, dialect: str, operation: str, element: str) -> None:
        self.name = name
        self.dialect = dialect
        self.operation = operation
        self.element = element

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        told = []
        for sent in case.sent:
            catalog = place.context.catalog
            element = question(catalog, self.dialect, self.element, sent.record(case.kind))
            replace_texts(element, spelling_of(catalog, self.dialect, self.element), sent)
            raw = soap_envelope(element)
            body = etree.fromstring(raw)[0]
            incoming = Incoming(
                "soap", self.dialect, self.operation, raw, element=body[0], caller=place.caller(case.sender)
            )
            told += place.outcomes(answered(handle(place.session, incoming, place.context)))
        return told


def answered(reply: Reply) -> int:
    """The packet of a reply that answers the caller."""
    assert reply.refusal is None, reply.refusal
    assert reply.element is not None
    assert reply.packet_id is not None
    return reply.packet_id


class DcxCall(Carrier):
    """A call of DCExchangeSrv: all records in one packet, or a call each where the contract asks about one person."""

    dialect = "dcx"

    def __init__(self, operation: str) -> None:
        self.name = "dcx"
        self.operation = operation

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        if self.operation == "GetAttachInformation":
            return [one for sent in case.sent for one in self._call(place, case, [sent])]
        return self._call(place, case, case.sent)

    def _call(self, place: Place, case: Case, sent: Sequence[Sent]) -> list[Outcome]:
        catalog = place.context.catalog
        records = [one.record(case.kind, **self._codes(one)) for one in sent]
        sender = Sender(DCX_CODES[case.sender], PASSWORD)
        guid, now = str(uuid.uuid4()), place.context.clock.now()
        call = dcx_call(catalog, self.operation, records, sender=sender, guid=guid, at=now)
        spelling = spelling_of(catalog, "dcx", self.operation)
        roots = list(call.iter(spelling.root))
        if len(roots) != len(sent):
            raise NotCarriedError("records of one number are one record here")
        for root, one in zip(roots, sent, strict=True):
            replace_texts(root, spelling, one)
        raw = soap_envelope(call)
        element = etree.fromstring(raw)[0][0]
        incoming = Incoming("soap", "dcx", self.operation, raw, element=element)
        reply = handle(place.session, incoming, place.context)
        return place.outcomes(answered(reply))

    def _codes(self, sent: Sent) -> dict[str, Any]:
        clinic = sent.values.get("clinic")
        return {"clinic": DCX_CODES.get(clinic, clinic)} if clinic else {}


class Message(Carrier):
    """RabbitMQ messages, one for every record, answered through the outbox."""

    dialect = "generic"

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        return [one for sent in case.sent for one in self._deliver(place, case, sent)]

    def _deliver(self, place: Place, case: Case, sent: Sent) -> Iterator[Outcome]:
        catalog = place.context.catalog
        record = sent.record(case.kind, **self._header(case, sent))
        operation = "Query" if self.kind == "PERS" else sent.operation.value.capitalize()
        raw = message(catalog, self.kind, record, operation=operation, day=AS_OF)
        root = etree.fromstring(raw)
        replace_texts(root, spelling_of(catalog, "generic", self.kind), sent)
        reply = self.send(place, etree.tostring(root, encoding="utf-8"))
        if reply.refusal:
            yield Outcome("refused", frozenset({(reply.refusal.code, "", "error")}), ())
            return
        packet_id = place.finish(reply.packet_id)
        answers = place.session.scalars(select(OutboxMessage).where(OutboxMessage.packet_id == packet_id)).all()
        assert [one.kind for one in answers if one.kind == "ANSWER"] == ["ANSWER"]
        yield from place.outcomes(packet_id)

    def send(self, place: Place, raw: bytes) -> Reply:
        """Deliver a message of the test's channel."""
        channel = place.session.scalars(select(Channel).where(Channel.code == "ch1")).one()
        properties = {
            "message_id": str(uuid.uuid4()).upper(),
            "queue": "tfoms.ch1.in",
            "channel": "ch1",
            "type": self.kind,
            "user_id": channel.user_id,
        }
        incoming = Incoming("amqp", "generic", self.kind, raw, properties=properties)
        incoming.caller = caller_of_channel(place.session, channel)
        return receive(place.session, incoming, place.context)

    def _header(self, case: Case, sent: Sent) -> dict[str, Any]:
        if self.kind == "PERSONATTACHDISTRICT":
            return {"reporting_clinic": case.sender, "is_attached": case.kind.name == "attachment"}
        if self.kind == "PERS":
            return {"sender_person_id": sent.values.get("number")}
        return {}


class SectionMessage(Message):
    """DISTRICT first, then PERSONATTACH that names the person and the section by their ids."""

    def __init__(self) -> None:
        super().__init__("personattach", "PERSONATTACH")

    def _deliver(self, place: Place, case: Case, sent: Sent) -> Iterator[Outcome]:
        catalog = place.context.catalog
        from registry.insured.kinds.district import DISTRICT, DistrictRecord

        section = DistrictRecord(
            number="7001", clinic=case.sender, district=sent.values["district"], area_type=1, opened_on=AS_OF
        )
        raw = message(catalog, "DISTRICT", section, operation="Insert", day=AS_OF)
        place.finish(Message("district", "DISTRICT").send(place, raw).packet_id)
        assert section.fields is DISTRICT.record.fields
        record = case.kind.record(
            number=sent.values["number"],
            reporting_clinic=case.sender,
            bdz_id=sent.values["bdz_id"],
            section_id="7001",
            attached_on=sent.values.get("attached_on"),
            detached_on=sent.values.get("detached_on"),
            conditional=sent.values.get("method") == "conditional",
        )
        reply = self.send(place, message(catalog, self.kind, record, operation="Insert", day=AS_OF))
        yield from place.outcomes(place.finish(reply.packet_id))


class File(Carrier):
    """One file with a row for every record, answered with a file of as many rows."""

    dialect = "files"

    def __init__(self, name: str, layout: str, code_page: str = "cp1251") -> None:
        self.name = name
        self.layout = layout
        self.code_page = code_page

    def carry(self, place: Place, case: Case) -> list[Outcome]:
        layout = packaged_layout(place.context.catalog, self.layout)
        body = self._body(layout, case)
        name = self._name(case, place.turn)
        path = place.folder / name
        path.write_bytes(body)
        incoming = Incoming("file", "files", path=path, file_name=name, caller=place.caller(case.sender))
        reply = receive(place.session, incoming, place.context)
        assert reply.refusal is None, reply.refusal
        packet_id = place.finish(reply.packet_id)
        assert stored_bytes(place.session, packet_id, ANSWER)
        return place.outcomes(packet_id)

    def _name(self, case: Case, turn: int) -> str:
        if self.layout == "crimea":
            return f"{case.sender}_{AS_OF:%d%m%Y}_{turn}.DBF"
        if self.layout == "contacts":
            return f"CT{case.sender}{AS_OF:%Y%m%d}.csv"
        return f"MO2{case.sender}{AS_OF:%Y%m%d}.csv"

    def _body(self, layout: Layout, case: Case) -> bytes:
        records = [one.record(case.kind, **self._action(case, one)) for one in case.sent]
        if self.layout == "crimea":
            if any(one.texts for one in case.sent):
                raise NotCarriedError("a DBF writer refuses impossible values")
            return dbf_file(layout, records, code_page=self.code_page, today=AS_OF)
        body = csv_file(layout, records).decode("cp1251")
        rows = [row.split(";") for row in body.split("\r\n")]
        places = {name: place for place, column in enumerate(layout.columns) for name in (s.name for s in column.specs)}
        for row, one in zip(rows, case.sent, strict=True):
            for field, text in one.texts.items():
                if field not in places:
                    raise NotCarriedError(f"{layout.name} has no {field}")
                row[places[field]] = f'"{text}"'
        return "\r\n".join(";".join(row) for row in rows).encode("cp1251")

    def _action(self, case: Case, sent: Sent) -> dict[str, Any]:
        return {"action": Operation(sent.operation)} if "action" in case.kind.record.fields else {}
