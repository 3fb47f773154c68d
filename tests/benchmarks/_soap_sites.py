"""The sites that the benchmark of the SOAP channel compares: the hub, and the least work written by hand.

The floor parses with lxml, reads the tables the hub reads of the people named, locks them, writes every row the hub
writes, once, with the values the hub writes, in one transaction with one commit: line of the journal, ledger, packet,
bytes in and out, outcome of each record, attachments closed and opened, changes. Like the hub it asks for its caller
once in five seconds. It finds people by their ЕНП alone, checks nothing, weighs nothing and knows no second contract.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg2
from lxml import etree
from psycopg2.extras import execute_values

from registry.catalog import collect
from registry.core.clock import SystemClock
from registry.exchange.context import HubContext
from registry.store.engine import create_hub_engine, session_factory
from soap.app import create_application
from tests.benchmarks._soap_bodies import CLINIC, LOGIN

ZONE = ZoneInfo("Europe/Samara")
OPEN = date(9999, 12, 31)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
U = "{http://uir.ffoms.ru}"
S12 = "http://www.w3.org/2003/05/soap-envelope"
S11 = "http://schemas.xmlsoap.org/soap/envelope/"
KNOWN = "retracted_at > now()"
FACTS = (
    ("surname_key, first_name_key, patronymic_key, birth_date, sex, valid_from, valid_to", "person_version"),
    ("type, series, number, number_key, valid_from, valid_to", "identity_document"),
    ("number, valid_from, valid_to", "snils"),
    ("clinic_code, area_type, method, applied_on, valid_from, valid_to", "attachment"),
)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Finish = Callable[[bytes], None]
CALLER_SECONDS = 5.0
KEYS = ("H02.NI", "K1")
ATTACHED = ("clinic", "area_type", "method", "applied_on", "district", "doctor_snils", "valid_from", "valid_to")
PERSON = ("surname", "first_name", "patronymic", "birth_date", "enp")
encode = msgspec.json.Encoder().encode
_connections = threading.local()
_entered: dict[str, float] = {}


def hub_site() -> Wsgi:
    """The hub's SOAP channel as it runs."""
    sessions = session_factory(create_hub_engine(os.environ["HUB_BENCH_DATABASE"]))
    clock = SystemClock(ZONE)
    return create_application(sessions, HubContext(catalog=collect(), clock=clock, fund_code="63", timezone=ZONE))


def floor_site() -> Wsgi:
    """The floor: one function that answers both calls of the benchmark."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        call = etree.fromstring(raw)[0][0]
        connection = own_connection()
        with connection, connection.cursor() as cursor:
            answer = _state(cursor, call, raw) if call.tag == f"{U}UIRRequest2" else _attach(cursor, call, raw)
        start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(answer)))])
        return [answer]

    return application


def peer_site() -> Wsgi:
    """A spyne service with the SQL of the floor and no hub around it."""
    from tests.benchmarks._soap_peer import peer_application

    return peer_application()


def own_connection() -> Any:
    """This thread's connection."""
    if not hasattr(_connections, "own"):
        _connections.own = psycopg2.connect(os.environ["HUB_BENCH_DATABASE"])
    return _connections.own


# --- the query --------------------------------------------------------------------------------------------------------


def _state(cursor: Any, call: etree._Element, raw: bytes) -> bytes:
    names: Any = call.find(f"{U}FullName")
    number = call.findtext(f"{U}PolicyNumber") or ""
    told = [names.findtext(f"{U}{name}") for name in ("FamilyName", "FirstName", "MiddleName")]
    fields = person_fields([*told, call.findtext(f"{U}Birth/{U}BirthDate"), number])
    enp, policy, finish = state_of(cursor, {**fields, "on": call.findtext(f"{U}InsDate")}, raw)
    response = etree.Element(f"{U}UIRResponse", nsmap={"u": U[1:-1]})
    etree.SubElement(response, f"{U}Ack").text = "AA"
    block = etree.SubElement(response, f"{U}UIRQueryResponse")
    etree.SubElement(etree.SubElement(block, f"{U}Person"), f"{U}MainENP").text = enp
    insurance = etree.SubElement(block, f"{U}Insurance")
    for name, value in (("StartDate", policy[3]), ("InsType", "3"), ("InsId", policy[1])):
        etree.SubElement(insurance, f"{U}{name}").text = str(value)
    answer = _wrapped(response, S12)
    finish(answer)
    return answer


def state_of(cursor: Any, fields: dict[str, Any], raw: bytes) -> tuple[str, Any, Finish]:
    """The reads of a question; the last value stores the question with its answer."""
    organisation = _enter(cursor)
    people = _find(cursor, [fields["enp"]])
    person_id, enp = next(iter(people.items()))
    attached = _versions(cursor, [person_id])
    policies = _policies(cursor, [person_id])

    def finish(answer: bytes) -> None:
        packet = _journal(cursor, organisation, ("uir", "GetMedInsState2", ""), (raw, answer), [fields])
        evidence = _evidence(person_id, policies, attached)
        _records(cursor, packet, [(1, person_id, fields, evidence, {"kind": "identification"})])

    return enp, policies[person_id], finish


# --- the packet -------------------------------------------------------------------------------------------------------


def _attach(cursor: Any, call: etree._Element, raw: bytes) -> bytes:
    guid = call.findtext("orderpack/p10_packinf/p12_pakageguid") or ""
    records = call.findall("orderpack/p11_atachlist/l10_orcl")
    on = date.fromisoformat((records[0].findtext("p13_orcl/a10_aad") or "")[:10])
    told = [_told(record, on) for record in records]
    closed, finish = attachment_of(cursor, (guid, on), told, raw)
    wrapper = etree.Element("{http://main.dce/}MakeAttachActionResponse", nsmap={"n": "http://main.dce/"})
    package = etree.SubElement(wrapper, "orderpack")
    result = etree.SubElement(etree.SubElement(package, "p10_packrespinf"), "r11_rsinf")
    etree.SubElement(result, "pakageGUIDSrc").text = guid
    etree.SubElement(result, "r10_responcecode").text = "2000"
    listed = etree.SubElement(package, "p11_atachlist")
    for row in closed:
        etree.SubElement(etree.SubElement(listed, "l10_orcl"), "p11_mocd").text = row[2]
    answer = _wrapped(wrapper, S11)
    finish(answer)
    return answer


def _told(record: etree._Element, on: date) -> dict[str, Any]:
    person: Any = record.find("p12_pr")
    told = [person.findtext(name) for name in ("a15_pfio", "a16_pnm", "a17_pln")]
    born, enp = person.findtext("a19_pbd")[:10], person.findtext("a25_enp")
    return attachment_fields(record.findtext("p10_nzap"), person_fields([*told, born, enp]), on)


def attachment_of(
    cursor: Any, told: tuple[str, date], records: Sequence[dict[str, Any]], raw: bytes
) -> tuple[Sequence[Any], Finish]:
    """The reads and effects of a packet; the last value stores the packet with its answer."""
    guid, on = told
    organisation = _enter(cursor)
    people = _find(cursor, [fields["enp"] for fields in records])
    ids = sorted(people)
    attached = _versions(cursor, ids)
    policies = _policies(cursor, ids)
    cursor.execute("SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    closed, opened = _move(cursor, ids, on)

    def finish(answer: bytes) -> None:
        packet = _journal(cursor, organisation, ("dcx", "MakeAttachAction", guid), (raw, answer), records)
        cursor.execute(
            "INSERT INTO packet_key (organisation_id, dialect, scope, sender_packet_id, body_hash, packet_id)"
            " VALUES (%s, 'dcx', 'MakeAttachAction', %s, %s, %s)",
            (organisation, guid, uuid.uuid4().hex, packet),
        )
        facts = {row[1]: _facts(row[2], 1, *row[3:8], on - timedelta(days=1)) for row in closed}
        by_enp = {fields["enp"]: (place, fields) for place, fields in enumerate(records, 1)}
        rows = []
        for person, number in opened.items():
            place, fields = by_enp[people[person]]
            former = [facts[person]] if person in facts else []
            answered = {"kind": "attachment", "clinic": CLINIC, "closed": former, "attached_on": on}
            evidence = _evidence(person, policies, attached)
            rows.append((place, person, fields, evidence, {**answered, "attachment_id": number}))
        _records(cursor, packet, rows)
        _changes(cursor, packet, facts, on)

    return closed, finish


def _move(cursor: Any, ids: Sequence[int], on: date) -> tuple[list[Any], dict[int, int]]:
    """Closes the open attachments of people and opens new ones; returns the closed, and the new by person."""
    now = datetime.now(UTC)
    cursor.execute(
        "SELECT id, person_id, clinic_code, method, applied_on, district_code, doctor_snils, valid_from FROM attachment"
        " WHERE person_id = ANY(%s) AND area_type = 1 AND valid_to = %s AND retracted_at = %s",
        (ids, OPEN, FOREVER),
    )
    former = cursor.fetchall()
    cursor.execute("UPDATE attachment SET retracted_at = %s WHERE id = ANY(%s)", (now, [row[0] for row in former]))
    rows = [(*row[1:7], row[7], on - timedelta(days=1), now, 2) for row in former]
    rows += [(person, CLINIC, "application_moved", on, "", "", on, OPEN, now, None) for person in ids]
    written = execute_values(
        cursor,
        "INSERT INTO attachment (person_id, clinic_code, method, applied_on, district_code, doctor_snils, valid_from,"
        " valid_to, recorded_at, end_reason, clinic_oid, area_type, department, building, sender_end_reason,"
        " ended_by_fund, retracted_at, record_number, event, source, ground, second_doctor_snils) VALUES %s"
        " RETURNING id, person_id",
        rows,
        template="(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,'',1,'','','',false,'9999-12-31 00:00+00','','','','','')",
        page_size=200,
        fetch=True,
    )
    return list(former), {person: number for number, person in written[len(former) :]}


def _facts(*told: Any) -> dict[str, Any]:
    return dict(zip(ATTACHED, told, strict=True))


def _changes(cursor: Any, packet: int, closed: Mapping[int, dict[str, Any]], on: date) -> None:
    now = datetime.now(UTC)
    opened = _facts(CLINIC, 1, "application_moved", on, "", "", on, "")
    rows = [
        (packet, number, now, name, person, facts["clinic"], facts["valid_from"], encode(facts).decode())
        for number, (person, former) in enumerate(closed.items(), 1)
        for name, facts in (
            ("attachment_closed", {**former, "end_reason": 2, "new_clinic": CLINIC}),
            ("attachment_opened", opened),
        )
    ]
    sql = 'INSERT INTO change (packet_id, position, at, name, person_id, organisation_code, "on", facts) VALUES %s'
    execute_values(cursor, sql, rows, page_size=200)


# --- what both need ---------------------------------------------------------------------------------------------------


def _enter(cursor: Any) -> int:
    """The caller's organisation, asked for once in some seconds as the hub does."""
    if time.monotonic() - _entered.get("at", -CALLER_SECONDS) >= CALLER_SECONDS:
        cursor.execute("SELECT organisation_id, password_hash FROM account WHERE login = %s AND active", (LOGIN,))
        _entered["organisation"] = cursor.fetchone()[0]
        _entered["at"] = time.monotonic()
    return int(_entered["organisation"])


def _find(cursor: Any, numbers: Sequence[str]) -> dict[int, str]:
    cursor.execute("SELECT id, enp, status, died_on, merged_into FROM person WHERE enp = ANY(%s)", (list(numbers),))
    return {row[0]: row[1] for row in cursor.fetchall()}


def _versions(cursor: Any, ids: Sequence[int]) -> dict[int, Any]:
    """Reads names, documents, СНИЛС and attachments of people, as the hub does; returns one of the last of each."""
    for columns, table in FACTS:
        cursor.execute(f"SELECT person_id, {columns} FROM {table} WHERE person_id = ANY(%s) AND {KNOWN}", (list(ids),))
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return found


def _policies(cursor: Any, ids: Sequence[int]) -> dict[int, Any]:
    cursor.execute(
        "SELECT p.person_id, p.number, i.insurer_ogrn, i.valid_from, i.valid_to, i.okato, p.type FROM policy p"
        " LEFT JOIN insurance i ON i.policy_id = p.id AND i.person_id = p.person_id AND i.retracted_at > now()"
        " WHERE p.person_id = ANY(%s) AND p.retracted_at > now() ORDER BY i.valid_from DESC",
        (list(ids),),
    )
    return {row[0]: row for row in reversed(cursor.fetchall())}


def person_fields(told: Sequence[Any]) -> dict[str, Any]:
    """What a record says of its person by names, birth date and ЕНП, as the hub keeps it."""
    return {**dict(zip(PERSON, told, strict=True)), "policy_type": "П", "policy_number": told[-1]}


def attachment_fields(number: Any, person: dict[str, Any], on: date) -> dict[str, Any]:
    """What a record of an attachment says, as the hub keeps it."""
    return {**person, "number": number, "clinic": CLINIC, "method": "application_moved", "attached_on": on}


def _evidence(person: int, policies: Mapping[int, Any], attached: Mapping[int, Any]) -> dict[str, Any]:
    """What was found and by which keys, in the form the hub keeps it in."""
    return {"outcome": "found", "plain": (KEYS, policies[person][1:], attached.get(person))}


def _journal(
    cursor: Any,
    organisation: int,
    operation: tuple[str, str, str],
    bodies: tuple[bytes, bytes],
    records: Sequence[dict[str, Any]],
) -> int:
    """The journal row, the packet, and its bytes in and out."""
    now, count = datetime.now(UTC), len(records)
    words = (fields[name] for fields in records[:20] for name in ("surname", "first_name", "patronymic", "enp"))
    cursor.execute(
        "INSERT INTO journal (at, channel, dialect, direction, operation, kind, organisation_id, sender_code, login,"
        " sender_packet_id, file_name, status, code, text, records, accepted, warned, rejected, size, duration_ms,"
        " address, incident, search_text) VALUES (%s, 'soap', %s, 'in', %s, '', %s, %s, %s, %s, '', 'accepted', '', '',"
        " %s, %s, 0, 0, %s, 1, '127.0.0.1', '', %s) RETURNING id",
        (now, *operation[:2], organisation, LOGIN, LOGIN, operation[2], count, count, len(bodies[0]), " ".join(words)),
    )
    packet: int = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO packet (id, dialect, channel, kind, operation, organisation_id, sender_packet_id, file_name,"
        " body_hash, size, as_of, received_at, started_at, finished_at, status, attempt, done, answer_name,"
        " answer_type, properties) VALUES (%s, %s, 'soap', '', %s, %s, %s, '', %s, %s, %s, %s, %s, %s, 'accepted', 1,"
        " %s, '', 'text/xml', '{}')",
        (
            *(packet, *operation[:2], organisation, operation[2], uuid.uuid4().hex, len(bodies[0])),
            *(now.date(), now, now, now, count),
        ),
    )
    rows = [(packet, part, 0, data) for part, data in zip(("raw", "answer"), bodies, strict=True)]
    execute_values(cursor, "INSERT INTO content (packet_id, part, piece, data) VALUES %s", rows)
    return packet


def _records(cursor: Any, packet: int, records: Iterable[tuple[int, int, Any, Any, Any]]) -> None:
    rows = [(packet, place, person, *(encode(one).decode() for one in told)) for place, person, *told in records]
    execute_values(
        cursor,
        "INSERT INTO record (packet_id, position, person_id, fields, evidence, answer, number, operation, status)"
        " VALUES %s",
        rows,
        template="(%s,%s,%s,%s,%s,%s,'','insert','accepted')",
        page_size=200,
    )


def _wrapped(child: etree._Element, namespace: str) -> bytes:
    envelope = etree.Element(f"{{{namespace}}}Envelope", nsmap={"S": namespace})
    etree.SubElement(envelope, f"{{{namespace}}}Body").append(child)
    answer: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return answer
