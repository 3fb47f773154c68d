"""Objects of a sender: what an id stands for here, what is repeated, outdated or waits for another (amqp.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.findings import Level
from registry.core.outcomes import Item, Operation, PacketStatus
from registry.core.work import Work
from registry.exchange.dialects.base import Batch
from registry.exchange.tables import ExchangeObject, Job, Packet

Key = tuple[str, str]


def link_objects(session: Session, batch: Batch) -> None:
    """Settle items whose object is known with equal or newer content, and say what the ids of the others stand for."""
    channel_id = batch.envelope.caller.channel_id
    if channel_id is None:
        return
    keys = {_key(item) for item in batch.items if item.object}
    known = _objects(session, channel_id, keys)
    for item in batch.items:
        if item.object and not item.is_rejected:
            _decide(item, known.get(_key(item)), strict=bool(batch.options["strict_insert"]))
    link_related(session, batch, channel_id)


def _key(item: Item) -> Key:
    assert item.object is not None  # noqa: S101 - callers pass items with an object
    return item.object.object_class, item.object.object_id


def _objects(session: Session, channel_id: int, keys: Iterable[Key]) -> dict[Key, ExchangeObject]:
    wanted = list(keys)
    if not wanted:
        return {}
    rows = session.scalars(
        select(ExchangeObject)
        .where(
            ExchangeObject.channel_id == channel_id,
            tuple_(ExchangeObject.object_class, ExchangeObject.object_id).in_(wanted),
        )
        .with_for_update()
    )
    return {(row.object_class, row.object_id): row for row in rows}


def _decide(item: Item, known: ExchangeObject | None, *, strict: bool) -> None:
    reference = item.object
    assert reference is not None  # noqa: S101 - callers pass items with an object
    if known is not None:
        reference.target_id, reference.person_id = known.target_id, known.person_id
    if item.operation is Operation.DELETE:
        if known is None or known.deleted:
            item.findings.append(finding(F.OBJECT_ALREADY_DELETED, reference.object_id, value=reference.object_id))
            item.settled = True
        return
    if known is None or known.deleted:
        item.operation = Operation.INSERT
        return
    if known.content_hash == reference.content_hash:
        item.settled = True
    elif known.data_date and reference.data_date and reference.data_date < known.data_date:
        item.findings.append(finding(F.OBJECT_OUTDATED, value=reference.data_date, expected=str(known.data_date)))
        item.settled = True
    elif item.operation is Operation.INSERT and strict:
        item.findings.append(finding(F.OBJECT_UNKNOWN, reference.object_id, value=reference.object_id))
    else:
        item.operation = Operation.UPDATE


def link_related(session: Session, batch: Batch, channel_id: int) -> None:
    """Find the objects that records refer to; a record whose related object is unknown is held for it."""
    wanted: dict[Key, list[tuple[Item, str]]] = {}
    for item in batch.items:
        if not item.is_open or item.operation is Operation.DELETE:
            continue
        for name, spec in item.kind.record.fields.items():
            value = item.record.__dict__.get(name)
            if spec.refers and value:
                wanted.setdefault((spec.refers, str(value)), []).append((item, name))
    known = _objects(session, channel_id, wanted)
    for key, places in wanted.items():
        found = known.get(key)
        for item, name in places:
            if found is not None and not found.deleted and found.target_id is not None:
                item.related[name] = found.target_id
            else:
                _hold(item, batch, name, key)


def _hold(item: Item, batch: Batch, name: str, key: Key) -> None:
    """Hold until the related object comes, or refuse when it was waited for long enough (amqp.md 5.2)."""
    deadline = batch.packet.properties.get("hold_until")
    if deadline and batch.now.isoformat() >= str(deadline):
        item.findings.append(finding(F.RELATED_OBJECT_UNKNOWN, key[1], field=name, value=key[1], level=Level.ERROR))
    else:
        item.held_for = f"{key[0]}:{key[1]}"


def resolve_related(batch: Batch, works: Iterable[tuple[Item, Work]]) -> None:
    """Let every kind turn the related objects into its own values."""
    for item, work in works:
        if item.related and item.kind.resolve:
            item.kind.resolve(work)


def keep_objects(session: Session, batch: Batch) -> None:
    """Remember what the ids of accepted items stand for, with the hash and the day of the content."""
    channel_id = batch.envelope.caller.channel_id
    items = [item for item in batch.items if item.object and not item.is_rejected and not item.held_for]
    if channel_id is None or not items:
        return
    known = _objects(session, channel_id, {_key(item) for item in items})
    came: set[str] = set()
    for item in items:
        if item.settled and item.operation is not Operation.DELETE:
            continue
        row = known.get(_key(item))
        if row is None:
            if item.operation is Operation.DELETE:
                continue
            object_class, object_id = _key(item)
            row = ExchangeObject(channel_id=channel_id, object_class=object_class, object_id=object_id)
            session.add(row)
            came.add(f"{object_class}:{object_id}")
        _update(row, item, batch)
    session.flush()
    if came:
        wake_held(session, batch, came)


def wake_held(session: Session, batch: Batch, came: set[str]) -> None:
    """Let packets of the sender that wait for one of these objects be tried again at once."""
    waiting = session.execute(
        select(Packet.id, Packet.properties).where(
            Packet.organisation_id == batch.packet.organisation_id, Packet.status == PacketStatus.HELD.value
        )
    )
    woken = [packet_id for packet_id, properties in waiting if came.intersection(properties.get("held_for", ()))]
    if woken:
        session.execute(
            update(Job)
            .where(Job.packet_id.in_(woken), Job.name == "held", Job.status == "waiting")
            .values(available_at=batch.now)
        )


def _update(row: ExchangeObject, item: Item, batch: Batch) -> None:
    assert item.object is not None  # noqa: S101 - callers pass items with an object
    row.packet_id = batch.packet.id
    row.deleted = item.operation is Operation.DELETE
    if row.deleted:
        return
    row.content_hash = item.object.content_hash
    row.data_date = item.object.data_date
    target = item.answer.get("target_id") or item.answer.get("attachment_id")
    row.target_id = target or row.target_id
    if item.identification is not None:
        row.person_id = item.identification.person_id
