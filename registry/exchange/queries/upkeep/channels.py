"""The МИС installations on the broker."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.exchange.options import Options
from registry.exchange.tables import Channel, ChannelSender


def dialects_of_channels(session: Session) -> dict[str, str]:
    """The dialect of every active channel by its code."""
    active = select(Channel.code, Channel.dialect).where(Channel.active).order_by(Channel.code)
    return {row.code: row.dialect for row in session.execute(active)}


def active_channel(session: Session, code: str) -> Channel | None:
    """The active channel with this code."""
    return session.scalar(select(Channel).where(Channel.code == code, Channel.active))


def accepting_channel(session: Session, organisation_id: int, message_type: str, options: Options) -> Channel | None:
    """The installation that speaks for an organisation and takes this kind from us, if there is one.

    Kinds are switched on per channel (its option ``outgoing_kinds``), else per dialect: a МИС that does not know a kind
    drops it silently (RabbitMQ layer, clause 2.3).
    """
    speaks_for = select(ChannelSender.channel_id).where(ChannelSender.organisation_id == organisation_id)
    found = session.scalars(
        select(Channel)
        .where(Channel.active, or_(Channel.organisation_id == organisation_id, Channel.id.in_(speaks_for)))
        .order_by(Channel.id)
    )
    for channel in found:
        taken = channel.options.get("outgoing_kinds", options.of_dialect(channel.dialect)["outgoing_kinds"])
        if message_type in taken:
            return channel
    return None
