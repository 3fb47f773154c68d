"""What a card keeps of an event: the columns it is found by, the hash of its content, the facts it causes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from registry.core.changes import Change
from registry.core.plain import plain_values
from registry.support.card_workflow import Action
from registry.support.rules.presence import EXAM, OPENING

if TYPE_CHECKING:
    from registry.support.kinds.event import Event

#: What differs between two attempts to tell the same.
OF_THE_ATTEMPT = ("message_id", "number", "action")
OPEN = 1
COLUMNS = ("exam_kind", "stage", "opened_on", "closed_on", "due_on")
CLOSINGS = frozenset((Action.ADD_CLOSE, Action.CHANGE_CLOSE, Action.DELETE_CLOSE))
DELETIONS = frozenset((Action.DELETE_OPEN, Action.DELETE_CLOSE))
#: Steps of preventive measures by programme and stage: opened, closed, refused (contract, clause 9).
STEPS = {
    ("dispensarization", 1): (102, 103, 101),
    ("dispensarization", 2): (106, 107, 105),
    ("exam", 1): (202, 203, 201),
    ("exam", 2): (202, 203, 201),
}
SENT_TO_SECOND_STAGE = 104
#: Results (V017) that end an exam in a hospital: by day, round the clock.
INTO_HOSPITAL = {
    ("dispensarization", 2): {306: 108, 305: 109},
    ("exam", 1): {306: 204, 305: 205},
    ("exam", 2): {306: 204, 305: 205},
}
NAMES = {"exam": "exam", "dispensarization": "exam"}


def content_of(record: Event) -> dict[str, Any]:
    """Return what a card keeps: the event as it came."""
    return plain_values(record)


def hash_of(content: dict[str, Any]) -> str:
    """Return the hash that tells equal content, whatever belongs to the attempt left out (clause 8.1)."""
    told = {name: value for name, value in content.items() if name not in OF_THE_ATTEMPT}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def opened_again(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a card keeps when its closing is annulled: nothing that only a closing tells (clause 6)."""
    kept = {name: value for name, value in content.items() if EXAM.get(name, "O")[OPENING] != "-"}
    return {**kept, "phase": OPEN}


def columns_of(record: Event) -> dict[str, Any]:
    """Return the columns a card is found by."""
    values = {name: record.__dict__.get(name) for name in COLUMNS}
    values["exam_kind"] = values["exam_kind"] or ""
    opened_on = values["opened_on"]
    values["year"] = opened_on.year if opened_on is not None else None
    values["mkb_group"] = str(record.__dict__.get("mkb") or "")[:3]
    values["second_stage"] = bool(record.__dict__.get("second_stage"))
    return values


def changes_of(record: Event, action: Action, person_id: int | None, facts: dict[str, Any]) -> Iterator[Change]:
    """Yield the facts an accepted event causes; exams tell them as steps of preventive measures."""
    service = str(record.service)
    name = f"{NAMES.get(service, service)}_{_verb(action)}"
    told = {"service": service, "event_id": record.event_id, **facts}
    steps = STEPS.get((service, int(record.__dict__.get("stage") or 0)))
    days = record.__dict__
    on = days.get("closed_on") or days.get("opened_on") or days.get("consulted_on") or days.get("event_on")
    if steps is not None and action not in DELETIONS:
        told["steps"] = list(_steps(record, action, steps))
    yield Change(name, person_id, record.clinic or record.insurer or "", on, record.number or "", told)


def _steps(record: Event, action: Action, steps: tuple[int, int, int]) -> Iterator[int]:
    opened, closed, refused = steps
    values = record.__dict__
    if values.get("refused"):
        yield refused
    elif action in CLOSINGS:
        yield INTO_HOSPITAL.get((str(record.service), values["stage"]), {}).get(values.get("result") or 0, closed)
        if values.get("second_stage"):
            yield SENT_TO_SECOND_STAGE
    else:
        yield opened


def _verb(action: Action) -> str:
    if action in DELETIONS:
        return "reopened" if action is Action.DELETE_CLOSE else "deleted"
    if action in CLOSINGS:
        return "closed"
    return "told" if action is Action.CHANGE_OPEN else "opened"
