"""The sites that the benchmark of the SOAP channel compares: the hub, and the least work written by hand.

The floor parses with lxml, reads every table the hub reads of the people named, locks them, writes every row the hub
writes, once, in one transaction with one commit: line of the journal, ledger, packet, bytes in and out, outcome of each
record, attachments closed and opened, changes. Like the hub it asks for its caller once in five seconds. It checks
nothing, explains nothing and knows no second contract.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
    enp, policy, finish = state_of(cursor, call.findtext(f"{U}PolicyNumber") or "", raw)
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


def state_of(cursor: Any, number: str, raw: bytes) -> tuple[str, Any, Finish]:
    """The reads of a question; the last value stores the question with its answer."""
    organisation = _enter(cursor)
    people = _find(cursor, [number])
    person_id, enp = next(iter(people.items()))
    _versions(cursor, [person_id])
    policy = _policies(cursor, [person_id])[0]

    def finish(answer: bytes) -> None:
        packet = _journal(cursor, organisation, ("uir", "GetMedInsState2"), (raw, answer), 1)
        _records(cursor, packet, [(1, person_id, {"enp": enp})])

    return enp, policy, finish


# --- the packet -------------------------------------------------------------------------------------------------------


def _attach(cursor: Any, call: etree._Element, raw: bytes) -> bytes:
    guid = call.findtext("orderpack/p10_packinf/p12_pakageguid") or ""
    records = call.findall("orderpack/p11_atachlist/l10_orcl")
    on = date.fromisoformat((records[0].findtext("p13_orcl/a10_aad") or "")[:10])
    numbers = [record.findtext("p12_pr/a25_enp") or "" for record in records]
    closed, finish = attachment_of(cursor, (guid, on), numbers, raw)
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


def attachment_of(
    cursor: Any, told: tuple[str, date], numbers: Sequence[str], raw: bytes
) -> tuple[Sequence[Any], Finish]:
    """The reads and effects of a packet; the last value stores the packet with its answer."""
    guid, on = told
    organisation = _enter(cursor)
    people = _find(cursor, numbers)
    ids = sorted(people)
    _versions(cursor, ids)
    _policies(cursor, ids)
    cursor.execute("SELECT id FROM person WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    closed = _move(cursor, ids, on)

    def finish(answer: bytes) -> None:
        packet = _journal(cursor, organisation, ("dcx", "MakeAttachAction"), (raw, answer), len(numbers))
        cursor.execute(
            "INSERT INTO packet_key (organisation_id, dialect, scope, sender_packet_id, body_hash, packet_id)"
            " VALUES (%s, 'dcx', 'MakeAttachAction', %s, %s, %s)",
            (organisation, guid, uuid.uuid4().hex, packet),
        )
        _records(cursor, packet, [(number, person, {"enp": people[person]}) for number, person in enumerate(ids, 1)])
        _changes(cursor, packet, closed, on)

    return closed, finish


def _move(cursor: Any, ids: Sequence[int], on: date) -> list[Any]:
    """Closes the open attachments of people and opens new ones; returns the closed."""
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
    execute_values(
        cursor,
        "INSERT INTO attachment (person_id, clinic_code, method, applied_on, district_code, doctor_snils, valid_from,"
        " valid_to, recorded_at, end_reason, clinic_oid, area_type, department, building, sender_end_reason,"
        " ended_by_fund, retracted_at, record_number, event, source, ground, second_doctor_snils) VALUES %s",
        rows,
        template="(%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,'',1,'','','',false,'9999-12-31 00:00+00','','','','','')",
        page_size=200,
    )
    return list(former)


def _changes(cursor: Any, packet: int, closed: Sequence[Any], on: date) -> None:
    now = datetime.now(UTC)
    rows = [
        (packet, number, now, name, row[1], clinic, on, json.dumps({"clinic": row[2]}))
        for number, row in enumerate(closed, 1)
        for name, clinic in (("attachment_closed", row[2]), ("attachment_opened", CLINIC))
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


def _versions(cursor: Any, ids: Sequence[int]) -> None:
    """Names, documents, СНИЛС and attachments of people, as the hub compares and tells them."""
    for columns, table in FACTS:
        cursor.execute(f"SELECT person_id, {columns} FROM {table} WHERE person_id = ANY(%s) AND {KNOWN}", (list(ids),))
        cursor.fetchall()


def _policies(cursor: Any, ids: Sequence[int]) -> list[Any]:
    cursor.execute(
        "SELECT p.person_id, p.number, i.insurer_ogrn, i.valid_from, i.valid_to, i.okato, p.type FROM policy p"
        " LEFT JOIN insurance i ON i.policy_id = p.id AND i.person_id = p.person_id AND i.retracted_at > now()"
        " WHERE p.person_id = ANY(%s) AND p.retracted_at > now() ORDER BY i.valid_from DESC",
        (list(ids),),
    )
    return list(cursor.fetchall())


def _journal(
    cursor: Any, organisation: int, operation: tuple[str, str], bodies: tuple[bytes, bytes], count: int
) -> int:
    """The journal row, the packet, and its bytes in and out."""
    now = datetime.now(UTC)
    cursor.execute(
        "INSERT INTO journal (at, channel, dialect, direction, operation, kind, organisation_id, sender_code, login,"
        " sender_packet_id, file_name, status, code, text, records, accepted, warned, rejected, size, duration_ms,"
        " address, incident, search_text) VALUES (%s, 'soap', %s, 'in', %s, '', %s, %s, %s, '', '', 'accepted', '', '',"
        " %s, %s, 0, 0, %s, 1, '127.0.0.1', '', '') RETURNING id",
        (now, *operation, organisation, LOGIN, LOGIN, count, count, len(bodies[0])),
    )
    packet: int = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO packet (id, dialect, channel, kind, operation, organisation_id, sender_packet_id, file_name,"
        " body_hash, size, as_of, received_at, started_at, finished_at, status, attempt, done, answer_name,"
        " answer_type, properties) VALUES (%s, %s, 'soap', '', %s, %s, '', '', %s, %s, %s, %s, %s, %s, 'accepted', 1,"
        " %s, '', 'text/xml', '{}')",
        (packet, *operation, organisation, uuid.uuid4().hex, len(bodies[0]), now.date(), now, now, now, count),
    )
    rows = [(packet, part, 0, data) for part, data in zip(("raw", "answer"), bodies, strict=True)]
    execute_values(cursor, "INSERT INTO content (packet_id, part, piece, data) VALUES %s", rows)
    return packet


def _records(cursor: Any, packet: int, records: Sequence[tuple[int, int, dict[str, str]]]) -> None:
    rows = [(packet, number, person, json.dumps(fields)) for number, person, fields in records]
    execute_values(
        cursor,
        "INSERT INTO record (packet_id, position, person_id, fields, number, operation, status, evidence, answer)"
        " VALUES %s",
        rows,
        template="(%s,%s,%s,%s,'','insert','accepted','{}','{}')",
        page_size=200,
    )


def _wrapped(child: etree._Element, namespace: str) -> bytes:
    envelope = etree.Element(f"{{{namespace}}}Envelope", nsmap={"S": namespace})
    etree.SubElement(envelope, f"{{{namespace}}}Body").append(child)
    answer: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return answer
