"""Registering those who take part: organisations with their codes, accounts, channels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.exchange.access import hash_password
from registry.exchange.tables import Account, Channel, ChannelSender, Organisation, OrganisationCode


def register_organisation(
    session: Session, *, kind: str, name: str, codes: Mapping[str, str], parent_id: int | None = None
) -> Organisation:
    """Return the organisation with these codes (scheme → code), created or brought up to date; safe to repeat."""
    known = session.scalars(
        select(Organisation)
        .join(OrganisationCode, OrganisationCode.organisation_id == Organisation.id)
        .where(
            OrganisationCode.scheme.in_(list(codes)),
            OrganisationCode.code.in_(list(codes.values())),
            Organisation.kind == kind,
        )
    )
    organisation = next((one for one in known if _has_any(session, one, codes)), None)
    if organisation is None:
        organisation = Organisation(kind=kind, name=name, parent_id=parent_id, options={})
        session.add(organisation)
        session.flush()
    organisation.name = name
    organisation.parent_id = parent_id
    held = {(row.scheme, row.code) for row in _codes(session, organisation.id)}
    for scheme, code in codes.items():
        if (scheme, code) not in held:
            session.add(OrganisationCode(organisation_id=organisation.id, scheme=scheme, code=code))
    session.flush()
    return organisation


def _codes(session: Session, organisation_id: int) -> list[OrganisationCode]:
    wanted = select(OrganisationCode).where(OrganisationCode.organisation_id == organisation_id)
    return list(session.scalars(wanted))


def _has_any(session: Session, organisation: Organisation, codes: Mapping[str, str]) -> bool:
    return any(codes.get(row.scheme) == row.code for row in _codes(session, organisation.id))


def register_account(  # noqa: PLR0913 - one account, every part of it by name
    session: Session, *, login: str, password: str, organisation_id: int, role: str, title: str, clock: Clock
) -> Account:
    """Return the account of a login, created with this password when it is new; an existing one keeps its own."""
    account = session.scalar(select(Account).where(Account.login == login))
    if account is None:
        account = Account(
            login=login,
            password_hash=hash_password(password) if password else "",
            organisation_id=organisation_id,
            role=role,
            title=title,
            created_at=clock.now(),
            preferences={},
        )
        session.add(account)
        session.flush()
    return account


def register_channel(
    session: Session, *, code: str, organisation_id: int, dialect: str, user_id: str, senders: Iterable[int]
) -> Channel:
    """Return the channel of a МИС installation with the organisations it speaks for; safe to repeat."""
    channel = session.scalar(select(Channel).where(Channel.code == code))
    if channel is None:
        channel = Channel(code=code, organisation_id=organisation_id, dialect=dialect, user_id=user_id, options={})
        session.add(channel)
        session.flush()
    held = set(session.scalars(select(ChannelSender.organisation_id).where(ChannelSender.channel_id == channel.id)))
    session.add_all(ChannelSender(channel_id=channel.id, organisation_id=sender) for sender in set(senders) - held)
    session.flush()
    return channel
