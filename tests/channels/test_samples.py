"""Files and messages as clinics really send them: invented people, every sort of row, and what each is answered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.fields import Record
from registry.core.outcomes import Operation
from registry.exchange.access import caller_of_channel, caller_of_sender
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.operations.incoming.describe_files import describe_files
from registry.exchange.pipeline import Incoming, Reply, advance, handle, receive
from registry.exchange.tables import Channel, LayoutChoice, OutboxMessage, Packet
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.numbers import doctor_snils
from registry.insured.generator.population import AS_OF, Population, write_population
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.kinds.methods import Method
from registry.insured.loading import load_people
from registry.store.engine import create_hub_engine, session_factory
from server.demo.accounts import register_participants
from server.demo.packets import csv_file, dbf_file, message, packaged_layout, question, soap_envelope
from tests.channels.golden_cases import spoilt
from tests.channels.golden_hub import ZONE
from tests.fixtures.databases import postgresql_database

TODAY = date(2026, 11, 20)
HERE = "630007"
SORTS = ("exact", "no_enp", "no_enp_no_document", "yo", "stranger")
FIELDS = ("surname", "first_name", "patronymic", "snils")


@dataclass
class Sampled:
    """A hub that knows an invented population, inside a transaction that is never committed."""

    session: Session
    context: HubContext
    known: list[PersonLine]
    strangers: list[PersonLine]
    folder: Path

    def upload(self, name: str, body: bytes, sender: str) -> bytes:
        """What a file is answered."""
        path = self.folder / name
        path.write_bytes(body)
        caller = caller_of_sender(self.session, sender)
        reply = receive(self.session, Incoming("file", "files", path=path, file_name=name, caller=caller), self.context)
        assert reply.refusal is None, reply.refusal
        return stored_bytes(self.session, self.finish(reply), ANSWER)

    def deliver(self, kind: str, body: bytes, message_id: str) -> etree._Element:
        """The ANSWER to a message."""
        channel = self.session.scalars(select(Channel)).one()
        properties = {"message_id": message_id, "queue": "tfoms.ch1.in", "channel": "ch1", "type": kind}
        incoming = Incoming("amqp", "generic", kind, body, properties={**properties, "user_id": channel.user_id})
        incoming.caller = caller_of_channel(self.session, channel)
        packet_id = self.finish(receive(self.session, incoming, self.context))
        told = select(OutboxMessage).where(OutboxMessage.packet_id == packet_id, OutboxMessage.kind == "ANSWER")
        return etree.fromstring(self.session.scalars(told).one().body)

    def finish(self, reply: Reply) -> int:
        assert reply.packet_id is not None
        while advance(self.session, reply.packet_id, self.context):
            pass
        return reply.packet_id


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def populated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[PersonLine], list[PersonLine]]]:
    folder = tmp_path_factory.mktemp("samples")
    people = [told[-1].line for told in Population(460, 11, "63", AS_OF).histories()]
    if request.param == "sqlite":
        database = folder / "hub.sqlite3"
        database.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        url = f"sqlite:///{database}"
        fill(url, folder)
        yield url, people[:400], people[400:]
    else:
        with postgresql_database(request.getfixturevalue("migrated_postgresql")) as url:
            fill(url, folder)
            yield url, people[:400], people[400:]


def fill(url: str, folder: Path) -> None:
    engine = create_hub_engine(url)
    clock = FixedClock(datetime(2026, 11, 2, 9, tzinfo=ZONE))
    context = HubContext(catalog=collect(), clock=clock, fund_code="63", timezone=ZONE)
    path = folder / "people.csv"
    write_population(Population(400, 11, "63", AS_OF), path)
    with session_factory(engine).begin() as session:
        describe_files(session, context.catalog)
        register_participants(session, context)
        report = load_people(session, path, secret=context.key_secret(session), clock=clock)
        assert not report.problems
    engine.dispose()


@pytest.fixture
def sampled(populated: tuple[str, list[PersonLine], list[PersonLine]], tmp_path: Path) -> Iterator[Sampled]:
    url, known, strangers = populated
    engine = create_hub_engine(url)
    clock = FixedClock(datetime(2026, 11, 20, 12, tzinfo=ZONE))
    context = HubContext(catalog=collect(), clock=clock, fund_code="63", timezone=ZONE)
    with session_factory(engine)() as session:
        yield Sampled(session, context, known, strangers, tmp_path)
        session.rollback()
    engine.dispose()


def block(line: PersonLine) -> dict[str, Any]:
    """What a clinic writes about the person of a line of the people file."""
    told: dict[str, Any] = {name: getattr(line, name) or None for name in FIELDS}
    return {
        **told,
        "birth_date": date.fromisoformat(line.birth_date),
        "sex": int(line.sex),
        "document_type": int(line.doc_type) if line.doc_type else None,
        "document_series": line.doc_series or None,
        "document_number": line.doc_number or None,
        "enp": line.enp or None,
    }


def is_ordinary(line: PersonLine) -> bool:
    """Insured now by a unified policy, alive, with a passport or certificate and a СНИЛС."""
    whole = line.enp and line.snils and line.doc_number and line.policy_type in "ПЭЦК" and line.patronymic
    return bool(whole) and not line.died_on and not line.insured_to


def request_of(line: PersonLine, sort: str) -> Record:
    values = {**block(line), "policy_type": "П", "on": date(2026, 11, 10), "until": date(2026, 11, 12)}
    if sort.startswith("no_enp"):
        values.update(enp=None, policy_type=None)
    if sort == "no_enp_no_document":
        values.update(document_type=None, document_series=None, document_number=None)
    if sort == "yo":
        values.update({name: str(values[name]).replace("ё", "е").upper() for name in ("surname", "first_name")})
    return IdentificationRequest(**{name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize("code_page", ["cp866", "cp1251"])
def test_every_row_with_an_intact_identifier_is_found_and_no_row_finds_another(
    sampled: Sampled, code_page: str
) -> None:
    ordinary = [line for line in sampled.known if is_ordinary(line)][:120]
    strangers = [line for line in sampled.strangers if is_ordinary(line)][:20]
    assert len(ordinary) == 120
    assert len(strangers) == 20
    asked = [(line, SORTS[place % 4]) for place, line in enumerate(ordinary)]
    asked += [(line, "stranger") for line in strangers]
    layout = packaged_layout(sampled.context.catalog, "crimea")
    body = dbf_file(layout, (request_of(*one) for one in asked), code_page=code_page, today=TODAY)
    answer = DbfReader(io.BytesIO(sampled.upload("630001_20112026_1.DBF", body, "630001")))
    requested = DbfReader(io.BytesIO(body))
    assert answer.encoding == code_page
    rows = list(answer)
    assert [row.values["NREC"] for row in rows] == [str(number) for number in range(1, 141)]
    expected = [("" if sort == "stranger" else line.enp) for line, sort in asked]
    assert [row.values["RENP"] for row in rows] == expected
    assert [bool(row.values["EERP"]) for row in rows] == [sort == "stranger" for _, sort in asked]
    names = [field.name for field in requested.fields]
    echoed = [[row.field_bytes(name) for name in names] for row in rows]
    assert echoed == [[row.field_bytes(name) for name in names] for row in requested]


@dataclass(frozen=True)
class Row:
    """One row of an attachment file and the answer it must get."""

    case: str
    status: str
    errors: str
    changes: dict[str, Any]


ROWS = (
    Row("attach", "1", "", {}),
    Row("already attached here", "1", "709", {}),
    Row("wrong check digit of the ЕНП", "2", "4", {"spoilt": "enp"}),
    Row("attached in the future", "2", "87", {"attached_on": date(2026, 11, 25)}),
    Row("another organisation", "2", "265", {"clinic": "630001"}),
    Row("surname with a digit", "2", "5", {"surname": "Ивано8"}),
    Row("impossible birth date", "2", "11", {}),
    Row("not in the registry", "2", "404", {}),
)


def attachment_of(line: PersonLine, row: Row, number: int) -> Attachment:
    values = {**block(line), "number": str(number), "action": Operation.INSERT, "policy_type": "П"}
    values.update(clinic=HERE, method=Method.APPLICATION, attached_on=date(2026, 11, 2), district="12")
    values["doctor_snils"] = doctor_snils(HERE, 12)
    if row.case == "already attached here":
        values.update(district=line.district_code or "12", doctor_snils=line.doctor_snils)
    if "spoilt" in row.changes:
        values["enp"] = spoilt(str(values["enp"]))
    values.update({name: value for name, value in row.changes.items() if name != "spoilt"})
    return Attachment(**{name: value for name, value in values.items() if value is not None})


def people_for(sampled: Sampled, row: Row) -> list[PersonLine]:
    if row.case == "not in the registry":
        return [line for line in sampled.strangers if is_ordinary(line)]
    ordinary = [line for line in sampled.known if is_ordinary(line) and not line.detached_on]
    here = [line for line in ordinary if line.clinic_code == HERE and line.doctor_snils]
    others = [line for line in ordinary if line.clinic_code != HERE and line.attached_on < "2026-01-01"]
    return here if row.case == "already attached here" else others


def attachment_file(sampled: Sampled) -> tuple[list[Row], bytes]:
    layout = packaged_layout(sampled.context.catalog, "full25")
    taken: dict[str, int] = {}
    rows, records = [], []
    for number in range(1, 5 * len(ROWS) + 1):
        row = ROWS[number % len(ROWS)]
        people = people_for(sampled, row)
        group = "others" if people and people[0].clinic_code != HERE else row.case
        line = people[taken.get(group, 0) % len(people)]
        taken[group] = taken.get(group, 0) + 1
        rows.append(row)
        records.append(attachment_of(line, row, number))
    body = csv_file(layout, records).decode("cp1251").split("\r\n")
    for place, row in enumerate(rows):
        if row.case == "impossible birth date":
            values = body[place].split(";")
            values[8] = '"19800230"'
            body[place] = ";".join(values)
    return rows, "\r\n".join(body).encode("cp1251")


def answer_rows(body: bytes) -> list[list[str]]:
    return [[value.strip('"') for value in line.split(";")] for line in body.decode("cp1251").split("\r\n")]


def test_every_sort_of_attachment_row_gets_its_status_and_code(sampled: Sampled) -> None:
    rows, body = attachment_file(sampled)
    answered = answer_rows(sampled.upload("MO263000720261120.csv", body, HERE))
    assert len(people_for(sampled, ROWS[1])) >= 5
    assert [len(row) for row in answered] == [8] * len(rows)
    assert [row[0] for row in answered] == [str(number) for number in range(1, len(rows) + 1)]
    told = [(row.case, told[6], told[7]) for row, told in zip(rows, answered, strict=True)]
    assert told == [(row.case, row.status, row.errors) for row in rows]
    accepted = [row for row in answered if row[6] == "1" and not row[7]]
    assert {(row[3], row[5]) for row in accepted} == {(HERE, "20261102")}


def test_a_file_of_the_older_layout_means_the_day_in_its_name(sampled: Sampled) -> None:
    layout = packaged_layout(sampled.context.catalog, "seed23")
    records = [attachment_of(line, ROWS[0], 1) for line in people_for(sampled, ROWS[0])[:3]]
    body = csv_file(layout, records)
    sampled.session.add(
        LayoutChoice(kind="attachment", sender_code=HERE, purpose="request", layout="seed23", since=date(2026, 1, 1))
    )
    sampled.session.flush()
    answered = answer_rows(sampled.upload("MO2630007202611201.csv", body, HERE))
    assert [(row[0], row[5], row[6]) for row in answered] == [(str(n), "20261120", "1") for n in (1, 2, 3)]


def test_a_message_naming_a_person_every_way_at_once_is_applied(sampled: Sampled) -> None:
    line = people_for(sampled, ROWS[0])[0]
    record = attachment_of(line, ROWS[0], 70001)
    values = {
        "bdz_id": line.person_key,
        "reporting_clinic": HERE,
        "is_attached": True,
        "event_date": record.attached_on,
    }
    record.__dict__.update(values, building="1", department="101", section_from=record.attached_on)
    body = message(sampled.context.catalog, "PERSONATTACHDISTRICT", record, operation="Insert", day=TODAY)
    answer = sampled.deliver("PERSONATTACHDISTRICT", body, "0F1E2D3C-4B5A-4968-8776-655443322110")
    assert answer.findtext("BODY/RESULTS/RESULT") == "OK"
    assert answer.findtext("HEADER/MESSAGE_ID") == "0F1E2D3C-4B5A-4968-8776-655443322110"


def test_a_query_for_a_person_is_answered_with_the_number_of_the_fund(sampled: Sampled) -> None:
    line = next(line for line in sampled.known if is_ordinary(line))
    values = {name: value for name, value in block(line).items() if value is not None}
    record = IdentificationRequest(**values, sender_person_id="70002", policy_type="П", policy_number=line.enp)
    body = message(sampled.context.catalog, "PERS", record, operation="Query", day=TODAY)
    answer = sampled.deliver("PERS", body, "1F1E2D3C-4B5A-4968-8776-655443322110")
    assert answer.findtext("BODY/PERSON/PERSON_ID") == "70002"
    assert answer.findtext("BODY/PERSON/BDZ_ID") == line.person_key


def test_a_question_by_policy_is_answered_with_insurer_and_period(sampled: Sampled) -> None:
    line = next(line for line in sampled.known if is_ordinary(line))
    values = {name: value for name, value in block(line).items() if value is not None}
    record = IdentificationRequest(**values, policy_type="П", policy_number=line.enp, on=TODAY)
    raw = soap_envelope(question(sampled.context.catalog, "uir", "UIRRequest2", record))
    element = etree.fromstring(raw)[0][0]
    caller = caller_of_sender(sampled.session, "630001")
    incoming = Incoming("soap", "uir", "GetMedInsState2", raw, element=element, caller=caller)
    reply = handle(sampled.session, incoming, sampled.context)
    assert reply.element is not None
    told = {etree.QName(one).localname: one.text for one in reply.element.iter() if not len(one)}
    assert told["Ack"] == "AA"
    assert (told["MainENP"], told["InsId"], told["InsType"], told["InsRegion"]) == (line.enp, line.enp, "3", "36000")


def test_the_same_file_is_answered_with_the_same_bytes(sampled: Sampled) -> None:
    _, body = attachment_file(sampled)
    first = sampled.upload("MO263000720261120.csv", body, HERE)
    assert sampled.upload("MO263000720261120.csv", body, HERE) == first
    assert len(sampled.session.scalars(select(Packet)).all()) == 1
