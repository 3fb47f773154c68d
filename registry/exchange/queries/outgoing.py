"""Packets the hub has sent of itself, as their receivers and the fund see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus as S
from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import Organisation, OrganisationCode, OutgoingPacket, Packet

#: What goes out as a file of an answer that has several (files.md 3.6).
BESIDE = "protocol"


@dataclass(frozen=True, kw_only=True)
class OutgoingFilter:
    """What outgoing packets are narrowed to; empty means any."""

    since: datetime | None = None
    until: datetime | None = None
    organisation_id: int | None = None
    kind: str = ""
    statuses: tuple[str, ...] = ()
    name: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """One outgoing packet with what its packet says and the name of its receiver."""

    one: OutgoingPacket
    packet: Packet
    receiver: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.one.id


def _selection() -> Select[OutgoingPacket, Packet, str]:
    name = func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name)
    return (
        select(OutgoingPacket, Packet, name)
        .join(Packet, Packet.id == OutgoingPacket.id)
        .join(Organisation, Organisation.id == OutgoingPacket.organisation_id)
    )


def outgoing_page(
    session: Session,
    visibility: Visibility,
    wanted: OutgoingFilter,
    *,
    after: int | None = None,
    limit: int = 50,
    oldest_first: bool = False,
) -> list[OutgoingLine]:
    """At most ``limit`` packets, newest first unless asked otherwise, going on behind the packet ``after``."""
    query = _selection().where(visibility.condition(OutgoingPacket.organisation_id), *_conditions(wanted))
    if after is not None:
        query = query.where(OutgoingPacket.id > after if oldest_first else OutgoingPacket.id < after)
    order = OutgoingPacket.id.asc() if oldest_first else OutgoingPacket.id.desc()
    rows = session.execute(query.order_by(order).limit(limit))
    return [OutgoingLine(one, packet, receiver) for one, packet, receiver in rows]


def outgoing_line(
    session: Session, visibility: Visibility, packet_id: int, *, lock: bool = False
) -> OutgoingLine | None:
    """The packet with this number, ``None`` when there is none or it is not for these eyes."""
    query = _selection().where(OutgoingPacket.id == packet_id, visibility.condition(OutgoingPacket.organisation_id))
    if lock:
        query = query.with_for_update(of=OutgoingPacket)
    found = session.execute(query).one_or_none()
    return OutgoingLine(found[0], found[1], found[2]) if found else None


def caused_by(session: Session, packet_id: int) -> list[Packet]:
    """The packets that went out because of a packet: its second answers, notices, decisions."""
    query = select(Packet).join(OutgoingPacket, OutgoingPacket.id == Packet.id)
    return list(session.scalars(query.where(OutgoingPacket.cause_id == packet_id).order_by(Packet.id).limit(100)))


def files_beside(session: Session, packet_id: int, *, lock: bool = False) -> list[OutgoingPacket]:
    """The files that go with the answer of a packet, in their order."""
    query = select(OutgoingPacket).where(OutgoingPacket.cause_id == packet_id, OutgoingPacket.kind == BESIDE)
    query = query.order_by(OutgoingPacket.id)
    return list(session.scalars(query.with_for_update() if lock else query))


def visible_outgoing(session: Session, visibility: Visibility, ids: Iterable[int]) -> list[OutgoingPacket]:
    """The packets among ``ids`` these eyes may see, locked for a change."""
    query = select(OutgoingPacket).where(
        OutgoingPacket.id.in_(sorted(set(ids))), visibility.condition(OutgoingPacket.organisation_id)
    )
    return list(session.scalars(query.order_by(OutgoingPacket.id).with_for_update()))


def folder_trays(session: Session) -> list[tuple[int, str]]:
    """Organisations that take their files from a folder, with the code it is named by."""
    query = (
        select(Organisation, func.min(OrganisationCode.code))
        .join(OrganisationCode, OrganisationCode.organisation_id == Organisation.id)
        .where(Organisation.active, OrganisationCode.scheme.in_(("mcod", "smocod", "agency")))
        .group_by(Organisation.id)
    )
    return [(one.id, code) for one, code in session.execute(query) if one.options.get("tray_folder")]


def tray_of(session: Session, organisation_id: int, by: str) -> list[OutgoingPacket]:
    """What waits in a tray, and what ``by`` has delivered and nobody acknowledged; locked for a change."""
    open_ = or_(
        OutgoingPacket.status.in_((S.WAITING, S.SENT_AGAIN, S.OVERDUE)),
        and_(OutgoingPacket.status == S.DELIVERED, OutgoingPacket.delivered_by == by),
    )
    query = select(OutgoingPacket).where(
        OutgoingPacket.organisation_id == organisation_id, OutgoingPacket.way == "tray", open_
    )
    return list(session.scalars(query.order_by(OutgoingPacket.id).limit(500).with_for_update()))


def _conditions(wanted: OutgoingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(OutgoingPacket.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(OutgoingPacket.created_at < wanted.until)
    if wanted.organisation_id is not None:
        conditions.append(OutgoingPacket.organisation_id == wanted.organisation_id)
    if wanted.kind:
        conditions.append(OutgoingPacket.kind == wanted.kind)
    if wanted.way:
        conditions.append(OutgoingPacket.way == wanted.way)
    if wanted.statuses:
        conditions.append(OutgoingPacket.status.in_(wanted.statuses))
    if wanted.name:
        conditions.append(func.upper(OutgoingPacket.name).contains(wanted.name.upper(), autoescape=True))
    return conditions
