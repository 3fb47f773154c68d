"""The shape of every answer of the contract of events: code, text, echo and details (contract, clause 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from registry.core.fields import FieldSpec
from registry.core.findings import Finding
from registry.core.forms import write_moment
from registry.core.spellings import Spelling
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Attempt, Dialect
from registry.exchange.dialects.events_codes import BARE, CODES, FAILURE, NOT_FOUND
from registry.exchange.dialects.reading import child_text
from registry.exchange.options import DEFAULTS
from registry.exchange.tables import Sending

NAMESPACE = "urn:tfoms-hub:events:1"
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)
MOST_DETAILS = 50
LONGEST_VALUE = 100
LONGEST_TEXT = 1000
UNKNOWN_LABEL = "неизвестный параметр"
NUMBER = re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True)
class Detail:
    """One failed or noted check: the parameter in Latin letters, its label, its value, what is wrong."""

    param: str
    label: str
    value: str
    text: str


@dataclass(slots=True)
class Said:
    """What a call is answered."""

    code: int = 0
    text: str = ""
    hub_id: str = ""
    state: str = ""
    repeated: bool = False
    details: list[Detail] = field(default_factory=list)


def is_guid(text: str) -> bool:
    """True for a UUID in lower case."""
    return GUID.fullmatch(text) is not None


def said_of(dialect: Dialect, findings: Sequence[Finding], spelling: Spelling, texts: Mapping[str, Any]) -> Said:
    """Return what findings amount to: the first error in the order of the parameters decides code and text."""
    order = {name: place for place, name in enumerate(spelling.paths)}
    errors = sorted(
        (one for one in findings if one.is_error), key=lambda one: order.get(_field(one, spelling), len(order))
    )
    told = errors or list(findings)
    said = Said(details=[_detail(one, spelling) for one in told[:MOST_DETAILS] if one.code in CODES])
    if errors:
        said.code = dialect.spoken(errors[0]) or FAILURE
        said.text = _text(said.code, errors[0], said.details[0], texts)
        if said.code == FAILURE:
            said.details.clear()
    return said


def _text(code: int, first: Finding, detail: Detail, texts: Mapping[str, Any]) -> str:
    bare = code == NOT_FOUND and first.code in BARE
    name = f"event_text_{code}{'_bare' if bare else ''}"
    template = str(texts.get(name) or DEFAULTS[name])
    if not detail.param:  # a finding about no parameter, as a scenario of the sandbox may ask for
        template = template.partition(": [{X}]")[0]
    return template.replace("{X}", detail.param).replace("{label}", detail.label)[:LONGEST_TEXT]


def _detail(one: Finding, spelling: Spelling) -> Detail:
    spec = _spec(spelling, _field(one, spelling))
    value = one.value[:LONGEST_VALUE]
    if spec is not None and spec.personal and value:
        value = f"{value[0]}***"
    text = f"{one.text} ({one.expected})" if one.expected and one.expected not in one.text else one.text
    label = spec.title if spec is not None else UNKNOWN_LABEL
    return Detail(_param(one, spelling), label, value, text)


def _param(one: Finding, spelling: Spelling) -> str:
    """The parameter as the contract writes it, whichever of its repetitions is meant."""
    place = spelling.paths.get(one.field) or one.place
    return NUMBER.sub("", place.rpartition("/")[2])


def _field(one: Finding, spelling: Spelling) -> str:
    """The field a finding is about: that of the parameter it names, when it is about an element and no field."""
    if one.field:
        return one.field
    param = _param(one, spelling)
    return next((field for field, path in spelling.paths.items() if path.rpartition("/")[2] == param), "")


def _spec(spelling: Spelling, name: str) -> FieldSpec[Any] | None:
    outer, _, inner = name.partition(".")
    spec = spelling.kind.record.fields.get(outer)
    if spec is None or not inner:
        return spec
    fields: dict[str, FieldSpec[Any]] = getattr(spec.of, "fields", {})
    return fields.get(inner)


def response(operation: str, said: Said, request: etree._Element | None, context: HubContext) -> etree._Element:
    """Return the wrapper of an operation's answer with the response in it."""
    wrapper = etree.Element(f"{{{NAMESPACE}}}{operation}Response", nsmap={"e": NAMESPACE})
    place = etree.SubElement(wrapper, f"{{{NAMESPACE}}}Response")
    _add(place, "Code", str(said.code))
    _add(place, "Text", said.text)
    if request is not None:
        _echo(place, request, "MessageId", 36)
        _echo(place, request, "EventId", 50)
    if said.hub_id:
        _add(place, "HubId", said.hub_id)
    if said.state:
        _add(place, "State", said.state)
    _add(place, "Repeated", "true" if said.repeated else "false")
    _add(place, "ReceivedAt", write_moment(context.clock.now().astimezone(context.timezone)))
    if said.details:
        _details(etree.SubElement(place, f"{{{NAMESPACE}}}Details"), said.details)
    return wrapper


def _echo(place: etree._Element, request: etree._Element, name: str, most: int) -> None:
    text = child_text(request, name)
    if 0 < len(text) <= most:
        _add(place, name, text)


def _details(place: etree._Element, details: Iterable[Detail]) -> None:
    for one in details:
        child = etree.SubElement(place, f"{{{NAMESPACE}}}Detail")
        for name, text in (("Param", one.param), ("Label", one.label), ("Value", one.value), ("Text", one.text)):
            _add(child, name, text)


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text or None


def told_again(wrapper: etree._Element) -> etree._Element:
    """Return a stored answer marked as one given before."""
    again = deepcopy(wrapper)
    for one in again.iter(f"{{{NAMESPACE}}}Repeated"):
        one.text = "true"
    return again


def sending_of(attempt: Attempt, now: datetime) -> Sending:
    """Return the line of an attempt as the monitor of its sender shows it."""
    assert attempt.request is not None  # noqa: S101 - the dialect asks for answered calls only
    assert attempt.answer is not None  # noqa: S101 - as above
    assert attempt.caller is not None  # noqa: S101 - as above
    request, place = attempt.request, attempt.answer[0]
    phase, action = child_text(request, "Phase"), child_text(request, "Action")
    return Sending(
        id=attempt.journal_id,
        at=now,
        organisation_id=attempt.caller.organisation_id,
        login=attempt.caller.login,
        dialect="events",
        operation=attempt.operation,
        sender_code=(child_text(request, "MOCode") or child_text(request, "SMOCode"))[:6],
        message_id=child_text(request, "MessageId")[:36],
        event_id=child_text(request, "EventId")[:50],
        hub_id=child_text(place, "HubId"),
        action=int(action) if action in ("1", "2", "3") else None,
        code=int(child_text(place, "Code")),
        text=child_text(place, "Text"),
        opened=phase == "1",
        closed=phase == "2",
        repeated=child_text(place, "Repeated") == "true",
        person=_person(request),
    )


def _person(request: etree._Element) -> str:
    """The person in the form lists show: the surname with initials."""
    surname = child_text(request, "FamilyName")
    initials = " ".join(f"{text[0]}." for name in ("FirstName", "MiddleName") if (text := child_text(request, name)))
    return f"{surname[:40]} {initials}".strip()
