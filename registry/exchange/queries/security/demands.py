"""What the fund demands of an organisation's calls, and the certificates and secrets it has registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import Account, AccountSecret, Certificate, Organisation

MUST_SIGN, DENIED = "must_sign", "denied_operations"
SIGNATURE, ENTRANCE = "signature", "entrance"


@dataclass(frozen=True, slots=True)
class OrganisationRules:
    """Kept in the options of the organisation; what holds for a legal entity holds for its departments."""

    must_sign: bool
    denied: frozenset[str]
    parents: frozenset[int]


def organisation_rules(session: Session, organisation_id: int) -> OrganisationRules:
    """The rules of an organisation together with those of its legal entity."""
    own = session.get_one(Organisation, organisation_id)
    parent = session.get(Organisation, own.parent_id) if own.parent_id is not None else None
    both = [one.options or {} for one in (own, parent) if one is not None]
    return OrganisationRules(
        any(one.get(MUST_SIGN) for one in both),
        frozenset(str(name) for one in both for name in one.get(DENIED, ())),
        frozenset((parent.id,) if parent is not None else ()),
    )


def certificate_of_fingerprint(session: Session, fingerprint: str, purpose: str, now: datetime) -> Certificate | None:
    """The registered certificate with this fingerprint, valid now."""
    return session.scalar(
        select(Certificate).where(
            Certificate.fingerprint == fingerprint,
            Certificate.purpose == purpose,
            Certificate.active,
            Certificate.valid_from <= now,
            Certificate.valid_to >= now,
        )
    )


def entrance_certificates(session: Session, serial: str, now: datetime) -> list[Certificate]:
    """Client certificates with this serial number, valid now; numbers are unique only within an issuer."""
    wanted = select(Certificate).where(
        Certificate.serial == serial,
        Certificate.purpose == ENTRANCE,
        Certificate.active,
        Certificate.valid_from <= now,
        Certificate.valid_to >= now,
    )
    return list(session.scalars(wanted))


def certificates(session: Session) -> list[tuple[Certificate, str]]:
    """All certificates with the names of their organisations."""
    query = select(Certificate, Organisation.name).join(Organisation, Organisation.id == Certificate.organisation_id)
    return [(one[0], one[1]) for one in session.execute(query.order_by(Certificate.id))]


def secret_of_login(session: Session, login: str) -> tuple[Account, bytes] | None:
    """The account of a login with its encrypted service secret; ``None`` when it may not enter or has none."""
    found = session.execute(
        select(Account, AccountSecret.value)
        .join(AccountSecret, AccountSecret.account_id == Account.id)
        .where(Account.login == login, Account.active)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None
