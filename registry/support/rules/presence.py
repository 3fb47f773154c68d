"""Which parameter is demanded, allowed or forbidden when (contract of events, clause 5): tables and their check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F

if TYPE_CHECKING:
    from registry.support.kinds.event import Event

DELETE, CLOSE = 3, 2
OPENING, CLOSING, DELETING = 0, 1, 2
#: M mandatory, O optional, - forbidden: on opening (or in operations without phases), on closing, on deleting.
HEAD = {
    "message_id": "MMM",
    "action": "MMM",
    "phase": "MMM",
    "clinic": "MMM",
    "subdivision": "OO-",
    "event_id": "MMM",
    "card_number": "OO-",
    "policy_type": "OOO",
    "surname": "MMO",
    "first_name": "MMO",
    "patronymic": "OOO",
    "birth_date": "MMO",
    "sex": "MM-",
    "snils": "OO-",
}
HEAD_WITHOUT_PHASE = {**HEAD, "phase": "---"}
HEAD_OF_INSURER = {**HEAD_WITHOUT_PHASE, "clinic": "OOO", "insurer": "MMM"}
EXAM = {
    **HEAD,
    "exam_kind": "MM-",
    "stage": "MM-",
    "opened_on": "MM-",
    "closed_on": "-M-",
    "place": "OM-",
    "doctor_snils": "OM-",
    "specialty": "OO-",
    "mkb": "OM-",
    "health_group": "-M-",
    "result": "-M-",
    "refused": "OO-",
    "second_stage": "-O-",
    "second_stage_on": "-O-",
    "observed": "-O-",
    "diagnoses": "-O-",
    "directions": "-O-",
    "services": "-O-",
    "comment": "OO-",
}
NOT_OF_A_REFUSAL = frozenset(("mkb", "health_group", "result"))
OBSERVATION = {
    **HEAD_WITHOUT_PHASE,
    "mkb": "MM-",
    "opened_on": "MM-",
    "first_found": "OO-",
    "doctor_snils": "MM-",
    "specialty": "OO-",
    "place": "OO-",
    "frequency": "OO-",
    "plan_dates": "MM-",
    "visits": "OO-",
    "closed_on": "OO-",
    "end_reason": "OO-",
}
TELEMEDICINE = {
    **HEAD_WITHOUT_PHASE,
    "form": "MM-",
    "urgency": "MM-",
    "requested_on": "MM-",
    "consulted_on": "MM-",
    "consultant": "MM-",
    "is_national": "MM-",
    "mkb": "MM-",
    "doctor_snils": "MM-",
    "conclusion": "MM-",
    "recommendations": "OO-",
    "applied": "OO-",
    "applied_comment": "OO-",
}
INFORM_REQUEST = {
    **HEAD_WITHOUT_PHASE,
    "topic": "MM-",
    "event_on": "MM-",
    "due_on": "MM-",
    "text": "MM-",
    "phone": "OO-",
    "related_event_id": "OO-",
}
INFORM_RESULT = {
    **HEAD_OF_INSURER,
    "request_id": "MM-",
    "informed_at": "MM-",
    "method": "MM-",
    "inform_result": "MM-",
    "survey": "OO-",
}


def column_of(record: Event) -> int | None:
    """Return the column of the tables this attempt is judged by; ``None`` when it does not say which."""
    if record.action is None:
        return None
    if record.action == DELETE:
        return DELETING
    return CLOSING if record.phase == CLOSE else OPENING


def presence(record: Event, table: Mapping[str, str], *, excused: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield what is missing and what should not be there; ``excused`` fields may be absent."""
    column = column_of(record)
    fields = type(record).fields
    for name, marks in table.items():
        mark = marks[column] if column is not None else "M" if marks == "MMM" else "O"
        value = record.__dict__.get(name)
        if mark == "M" and value is None and name not in excused:
            yield absent(record, name)
        elif mark == "-" and value is not None:
            yield finding(F.VALUE_FORBIDDEN, fields[name].title, field=name, value=value)


def absent(record: Event, name: str) -> Finding:
    """Return the finding for a demanded value that is not there."""
    spec = type(record).fields[name]
    return finding(spec.absent, spec.title, field=name)
