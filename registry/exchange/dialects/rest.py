"""Questions about people by JSON: canonical names in, canonical outcomes and findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.spellings import Reading, read_text
from registry.exchange.access import Caller
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming
from registry.exchange.dialects.reading import items_of, stored_caller
from registry.exchange.dialects.rest_answers import told_item
from registry.exchange.stages.admit import hash_of
from registry.exchange.tables import Packet
from registry.insured.spellings.rest import TAGS

MOST_PEOPLE = 1_000
MEDIA_TYPE = "application/json"
OPERATION = "identify"
People = list[dict[str, Any]]


class Rest(Dialect):
    """One call asks about one person or up to a thousand; a key of idempotency, when given, is the packet's id."""

    name = "rest"
    #: Findings go out under their canonical names, so there is no number to say them by.
    codes = dict.fromkeys(F)

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Take a question whose JSON has the right shape; values are judged person by person."""
        if incoming.caller is None:
            raise Permanent(F.NOT_PERMITTED, "Ключ доступа не указан")
        people_of(incoming.raw)
        envelope = self._envelope(incoming.caller, context)
        envelope.sender_packet_id = str(incoming.properties.get("idempotency_key") or "")
        envelope.body_hash, envelope.stored = hash_of(incoming.raw), incoming.raw
        return envelope

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Return the envelope of a stored question, as of the day it was asked."""
        envelope = self._envelope(stored_caller(session, packet), context)
        envelope.as_of = packet.as_of or envelope.as_of
        return envelope

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the people of the stored question."""
        people = people_of(stored_bytes(session, packet.id, RAW))
        return items_of(_readings(people, envelope))

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Tell every person's outcome, in the order they were asked about."""
        for_fund = batch.envelope.caller.for_anybody
        told = {
            "packet": batch.packet.id,
            "as_of": batch.as_of.isoformat(),
            "results": [told_item(item, for_fund=for_fund) for item in batch.items],
        }
        return Answer("OK", body=msgspec.json.encode(told), media_type=MEDIA_TYPE)

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """The channel says refusals in its own form."""
        return Answer(refusal.code, media_type=MEDIA_TYPE)

    def _envelope(self, caller: Caller, context: HubContext) -> Envelope:
        spelling = context.catalog.spelling(self.name, OPERATION)
        assert spelling is not None  # noqa: S101 - the catalogue is collected with it
        return Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=OPERATION,
            as_of=context.clock.today(),
            sender_codes=caller.codes,
            kind=spelling.kind,
            spelling=spelling,
            scope=OPERATION,
            for_anybody=caller.for_anybody,
            properties={"login": caller.login},
        )


def people_of(raw: bytes) -> People:
    """Return the people of a body: one object, a list, or ``{"people": […], "on": …}`` with a day for all of them."""
    try:
        asked = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Permanent(F.STRUCTURE_WRONG, "Тело запроса не является правильным JSON") from None
    common: Mapping[str, Any] = {}
    if isinstance(asked, dict) and "people" in asked:
        common = {name: value for name, value in asked.items() if name != "people"}
        if set(common) - {"on", "until"}:
            raise _wrong("", f"лишнее поле «{min(set(common) - {'on', 'until'})[:60]}»")
        asked = asked["people"]
    people = [asked] if isinstance(asked, dict) else asked
    if not isinstance(people, list) or not people:
        raise Permanent(F.PACKET_EMPTY, "В запросе нет ни одного человека", expected='{"people": [{…}]}')
    if len(people) > MOST_PEOPLE:
        raise Permanent(F.TOO_MANY_RECORDS, f"В запросе больше {MOST_PEOPLE} человек", value=str(len(people)))
    return [_checked(person, number, common) for number, person in enumerate(people, 1)]


def _checked(person: Any, number: int, common: Mapping[str, Any]) -> dict[str, Any]:
    place = f"people[{number}]"
    if not isinstance(person, dict):
        raise _wrong(place, "ожидается объект")
    for name, value in person.items():
        if name not in TAGS:
            raise _wrong(f"{place}.{name[:60]}", "такого поля нет")
        if isinstance(value, bool) or not (value is None or isinstance(value, str | int)):
            raise _wrong(f"{place}.{name}", "ожидается строка или целое число")
        if isinstance(value, str) and "\0" in value:
            raise _wrong(f"{place}.{name}", "нулевой знак не принимается")
    return {"number": str(number), **common, **person}


def _wrong(place: str, text: str) -> Permanent:
    return Permanent(F.STRUCTURE_WRONG, f"{place}: {text}" if place else text, place=place)


def _readings(people: People, envelope: Envelope) -> Iterator[Reading]:
    spelling = envelope.spelling
    assert spelling is not None  # noqa: S101 - set when the envelope was made
    for number, person in enumerate(people, 1):
        reading = Reading({}, kind=spelling.kind)
        for name, value in person.items():
            node = TAGS[name]
            if value is not None:
                read_text(reading, node.fields, node.form, str(value), f"people[{number}].{name}")
        yield from spelling.arrange(reading) if spelling.arrange else (reading,)
