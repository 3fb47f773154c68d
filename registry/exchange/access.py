"""Who may enter: passwords, lockout, and for which organisations a caller may act."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.tables import Account, Channel, ChannelSender, Organisation, OrganisationCode

FUND_ROLES = frozenset(("administrator", "operator"))
#: So many hashes a minute for logins that are not there, whoever asks: a hash takes memory and a processor for long.
MOST_STRANGERS = 10
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))
# One hash takes all processors and 64 MiB: side by side they would only keep each other and every call waiting.
_hashing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated participant: its organisation, its role, and the organisations it may act for.

    ``codes`` are the mcod, smocod or agency codes of the organisation and its departments; ``acts_for`` their ids.
    """

    login: str
    account_id: int | None
    organisation_id: int
    organisation_kind: str
    role: str
    codes: frozenset[str]
    acts_for: frozenset[int]
    channel_id: int | None = None
    address: str = ""

    @property
    def for_anybody(self) -> bool:
        """True for the fund's own staff and programs."""
        return self.organisation_kind == "fund"


def forget_caller(login: str, context: HubContext) -> None:
    """Let nobody in by memory with this login: its password or its account was changed in this process."""
    context.verified.forget(login)


def hash_password(text: str) -> str:
    """Return the argon2 hash of a password."""
    return _hasher.hash(text)


def check_password(session: Session, login: str, password: str, context: HubContext) -> Caller | None:
    """Return the caller of a right pair, else ``None``; wrong tries are counted and lock the login for a time.

    A pair that was found right lately enters a locked login: the guesses of others do not stop a program at work.
    """
    entered = context.verified.caller(login, password)
    if isinstance(entered, Caller):
        return entered
    account = account_of(session, login)
    now = context.clock.now()
    if account is None:
        if not context.rates.wait("strangers", MOST_STRANGERS):
            with _hashing:
                _matches(password, _NOBODY)  # an unknown login takes as long as a known one
        return None
    is_locked = account.locked_until is not None and account.locked_until > now
    if is_locked and not context.verified.knows(login, password, account.password_hash):
        return None
    if not account.password_hash or not _is_right(login, password, account.password_hash, context):
        options = context.options(session)
        account.failures += 1
        if account.failures >= int(options["max_failures"]):
            account.locked_until = now + timedelta(minutes=int(options["lock_minutes"]))
            account.failures = 0
        return None
    if account.failures:
        account.failures = 0
    caller = caller_of_account(session, account, context)
    context.verified.enter(login, password, caller)
    return caller


def account_of(session: Session, login: str) -> Account | None:
    """Return the active account of a login."""
    return session.scalar(select(Account).where(Account.login == login, Account.active))


def _is_right(login: str, password: str, stored: str, context: HubContext) -> bool:
    if context.verified.knows(login, password, stored):
        return True
    with _hashing:
        # whoever waited here may be a further connection of the program whose password was found right meanwhile
        if context.verified.knows(login, password, stored):
            return True
        if not _matches(password, stored):
            return False
        context.verified.remember(login, password, stored)
    return True


def _matches(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def caller_of_account(session: Session, account: Account, context: HubContext | None = None) -> Caller:
    """Return the caller an account stands for."""
    acts_for, codes, kind = _reach(session, account.organisation_id, context)
    return Caller(
        account.login, account.id, account.organisation_id, kind, account.role, codes=codes, acts_for=acts_for
    )


def caller_of_organisation(
    session: Session, organisation_id: int, *, login: str = "", channel_id: int | None = None
) -> Caller:
    """Return an organisation's own program as a caller, for channels that authenticate by themselves."""
    acts_for, codes, kind = _reach(session, organisation_id, None)
    return Caller(login, None, organisation_id, kind, "service", codes, acts_for, channel_id)


def caller_of_channel(session: Session, channel: Channel) -> Caller:
    """Return a МИС installation as a caller: it speaks for its own organisation and for those registered with it."""
    senders = session.scalars(select(ChannelSender.organisation_id).where(ChannelSender.channel_id == channel.id)).all()
    acts_for, codes, kind = _read_reach(session, channel.organisation_id)
    for sender in senders:
        reach = _read_reach(session, sender)
        acts_for, codes = acts_for | reach[0], codes | reach[1]
    return Caller(channel.user_id, None, channel.organisation_id, kind, "service", codes, acts_for, channel.id)


def caller_of_sender(session: Session, code: str) -> Caller | None:
    """Return the organisation with this mcod, smocod or code of a department as a caller (``--sender CODE``)."""
    found = session.scalar(
        select(OrganisationCode.organisation_id).where(
            OrganisationCode.code == code, OrganisationCode.scheme.in_(("mcod", "smocod", "tf", "agency"))
        )
    )
    return caller_of_organisation(session, found, login=code) if found is not None else None


def fund_caller(session: Session) -> Caller | None:
    """Return the fund itself as a caller; ``None`` before it is registered."""
    fund = session.scalar(select(Organisation.id).where(Organisation.kind == "fund").order_by(Organisation.id).limit(1))
    return caller_of_organisation(session, fund, login="fund") if fund is not None else None


Reach = tuple[frozenset[int], frozenset[str], str]


def _reach(session: Session, organisation_id: int, context: HubContext | None) -> Reach:
    """Return ids and codes of an organisation with its departments, and its kind (decisions, clause 2)."""
    if context is None:
        return _read_reach(session, organisation_id)
    return context.remembered.get(f"reach:{organisation_id}", lambda: _read_reach(session, organisation_id))


def _read_reach(session: Session, organisation_id: int) -> Reach:
    rows = session.execute(
        select(Organisation.id, Organisation.kind, OrganisationCode.code, OrganisationCode.scheme)
        .outerjoin(OrganisationCode, OrganisationCode.organisation_id == Organisation.id)
        .where(or_(Organisation.id == organisation_id, Organisation.parent_id == organisation_id))
    ).all()
    kind = next((row.kind for row in rows if row.id == organisation_id), "")
    codes = frozenset(row.code for row in rows if row.scheme in ("mcod", "smocod", "agency"))
    return frozenset(row.id for row in rows), codes, kind
