"""JSON Schemas of what REST takes and gives; fields of records come from their kinds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode, Level
from registry.core.kinds import MessageKind
from registry.core.outcomes import Operation, PacketStatus, RecordStatus
from registry.exchange.dialects.rest import MOST_PEOPLE
from registry.insured.matching import IdentificationOutcome
from registry.insured.news.queries.period import ChangeTold
from registry.insured.spellings.rest import ASKED, form_of
from registry.insured.spellings.rest import FORMS as CODED

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def field_schema(spec: FieldSpec[Any]) -> Schema:
    """The schema of one canonical field."""
    told: Schema = {"title": spec.title} | _type(spec.type)
    if spec.book:
        told["description"] = f"справочник {spec.book}"
    return told


def kind_schema(kind: MessageKind) -> Schema:
    """The JSON Schema of a kind: its canonical fields with their types and books."""
    return {
        "$id": f"urn:tfoms-hub:kind:{kind.name}",
        "title": kind.title,
        "type": "object",
        "properties": record_properties(kind.record),
        "additionalProperties": False,
    }


def record_properties(record: type[Record]) -> dict[str, Schema]:
    """Schemas of the fields of a record."""
    return {name: field_schema(spec) for name, spec in record.fields.items()}


def _type(type_: type) -> Schema:
    if hasattr(type_, "__members__"):
        return {"enum": [str(getattr(one, "value", one)) for one in type_]}  # type: ignore[attr-defined]  # an Enum
    known = {str: TEXT, int: WHOLE, bool: {"type": "boolean"}, date: DAY, datetime: MOMENT, float: {"type": "number"}}
    return dict(known.get(type_, TEXT))


def _object(properties: dict[str, Schema], *must: str, title: str = "") -> Schema:
    told: Schema = {"type": "object", "properties": properties}
    if must:
        told["required"] = list(must)
    return told | ({"title": title} if title else {})


def _many(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _page(name: str, row: str) -> Schema:
    return _object({name: _many(row), "next": {"type": ["integer", "null"]}}, name, "next")


def _texts(*names: str) -> dict[str, Schema]:
    return dict.fromkeys(names, TEXT)


def _asked() -> Schema:
    properties = {}
    for spec in ASKED:
        form = form_of(spec)
        told = field_schema(spec)
        if spec.name in CODED:
            told = {"title": spec.title, "type": ["string", "integer"], "description": form.title}
        properties[spec.name] = told
    return {**_object(properties, title="Кого ищем"), "additionalProperties": False}


def _line() -> dict[str, Schema]:
    whole = ("id", "records", "accepted", "warned", "rejected", "size")
    return (
        dict.fromkeys(whole, WHOLE)
        | _texts("channel", "direction", "dialect", "operation", "kind", "login", "sender_packet_id", "file_name")
        | _texts("code", "text", "incident")
        | {
            "at": MOMENT,
            "status": {"enum": [str(one) for one in PacketStatus]},
            "duration_ms": {"type": ["integer", "null"]},
            "repeats": {"type": ["integer", "null"]},
        }
    )


def _packet() -> dict[str, Schema]:
    beside = {"type": "array", "items": _object(_texts("name", "content") | {"id": WHOLE})}
    more = _texts("answer_name", "answer_type") | {"attempt": WHOLE, "beside": beside}
    return _line() | more | {"as_of": {"type": ["string", "null"]}, "finished_at": {"type": ["string", "null"]}}


def _outgoing() -> Schema:
    texts = _texts("packet_id", "kind", "title", "name", "receiver", "sha256", "error")
    moments = {name: {"type": ["string", "null"]} for name in ("as_of", "delivered_at", "acknowledged_at")}
    states = {"way": {"enum": ["amqp", "tray"]}, "status": {"enum": [str(one) for one in PacketStatus]}}
    whole = dict.fromkeys(("id", "records", "size", "resends"), WHOLE)
    return _object(
        texts | whole | moments | states | {"created_at": MOMENT, "due_at": MOMENT, "links": {"type": "object"}}
    )


def _result() -> Schema:
    insurance = _texts("state", "insurer_code", "insurer_ogrn", "okato", "policy_type", "policy_series")
    insurance |= _texts("policy_number", "enp", "begin_reason", "end_reason") | {"valid_from": DAY, "valid_to": DAY}
    attachment = _texts("clinic_code", "method", "district_code", "department", "building", "doctor_snils")
    attachment |= {"area_type": WHOLE, "doctor_category": WHOLE, "applied_on": DAY, "valid_from": DAY, "valid_to": DAY}
    difference = _object(_texts("field", "level", "given", "known", "since"))
    match = _texts("trust") | {"stage": WHOLE, "keys": {"type": "array", "items": TEXT}}
    properties = {
        "number": TEXT,
        "status": {"enum": [str(one) for one in RecordStatus]},
        "outcome": {"enum": [str(one) for one in IdentificationOutcome]},
        "findings": _many("Finding"),
        "person": _object({"enp": TEXT, "died_on": DAY, "bdz_id": TEXT}),
        "insurance": _object(insurance),
        "attachment": _object(attachment),
        "match": _object(match | {"differences": {"type": "array", "items": difference}}),
    }
    return _object(properties, "number", "status", "outcome", "findings")


def components() -> dict[str, Schema]:
    """Every schema the description refers to."""
    person = {"$ref": "#/components/schemas/Person"}
    people = {"type": "array", "items": person, "minItems": 1, "maxItems": MOST_PEOPLE}
    finding = _texts("field", "place", "value", "expected", "text")
    finding |= {"code": {"enum": [str(one) for one in FindingCode]}, "level": {"enum": [str(one) for one in Level]}}
    record = _texts("number", "outcome") | {
        "position": WHOLE,
        "operation": {"enum": [str(one) for one in Operation]},
        "status": {"enum": [str(one) for one in RecordStatus]},
        "fields": {"type": "object"},
        "findings": _many("Finding"),
        "evidence": {"type": "array", "items": _object({"title": TEXT, "texts": {"type": "array", "items": TEXT}})},
        "differences": {"type": "array", "items": TEXT},
    }
    upload = _texts("id", "name", "status", "code", "text") | {"size": WHOLE, "received": WHOLE}
    upload |= {"journal": {"type": ["integer", "null"]}, "packet": {"type": ["integer", "null"]}}
    problem = _texts("type", "title", "code", "place", "value", "expected", "incident") | {"status": WHOLE}
    checked = _texts("file", "kind", "status", "code", "text") | {"findings": _many("Finding")}
    return {
        "Person": _asked(),
        "Question": {"oneOf": [person, people, _object({"people": people, "on": DAY, "until": DAY}, "people")]},
        "Answer": _object({"packet": WHOLE, "as_of": DAY, "results": _many("Result")}, "results"),
        "Result": _result(),
        "Finding": _object(finding, "code", "level", "text"),
        "Announcement": _object({"name": TEXT, "size": WHOLE, "sha256": TEXT}, "name", "size"),
        "Upload": _object(upload | {"links": {"type": "object"}}, "id", "name", "size", "received", "status"),
        "Packet": _object(_packet()),
        "PacketPage": _page("packets", "Packet"),
        "Record": _object(record),
        "RecordPage": _page("records", "Record"),
        "JournalLine": _object(_line() | {"organisation": TEXT}),
        "JournalPage": _page("lines", "JournalLine"),
        "Outgoing": _outgoing(),
        "OutgoingPage": _page("outgoing", "Outgoing"),
        "Acknowledgement": _object({"refusal": TEXT}, title="Подтверждение"),
        "Change": _object(record_properties(ChangeTold)),
        "ChangePage": _object({**_page("changes", "Change")["properties"], "since": MOMENT, "until": MOMENT}),
        "Checked": _object(checked | {"results": _many("Result"), "more": {"type": "boolean"}}),
        "Problem": _object(problem, "title", "status", "code"),
    }
