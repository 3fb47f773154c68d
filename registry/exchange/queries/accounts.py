"""Accounts one by one."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import Account, OrganisationCode

SENDER_SCHEMES = ("mcod", "smocod", "tf", "dcexchange")


def account_of_login(session: Session, login: str) -> Account | None:
    """The account with exactly this login."""
    return session.scalar(select(Account).where(Account.login == login))


def organisation_id_of_code(session: Session, code: str) -> int | None:
    """The organisation that has this code of a sender now, in any of the schemes senders are named by."""
    wanted = select(OrganisationCode.organisation_id).where(
        OrganisationCode.code == code, OrganisationCode.scheme.in_(SENDER_SCHEMES)
    )
    return session.scalars(wanted.order_by(OrganisationCode.valid_to.desc())).first()
