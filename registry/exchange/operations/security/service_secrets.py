"""Service secrets: what programs make password digests with, readable only with the key of the installation.

A digest of WS-Security is a hash over the secret itself, so the hub must be able to read it back. That is weaker than
a hashed password: whoever has both the database and HUB_SECRET_KEY has the secrets. So they are made by the hub, given
only to accounts that ask for them, and never are the password of the account.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Table, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.exchange.access import Caller, caller_of_account
from registry.exchange.context import HubContext
from registry.exchange.queries.security.demands import secret_of_login
from registry.exchange.tables import Account, AccountSecret, UsedNonce

FRESH = timedelta(minutes=5)


def make_secret(session: Session, account: Account, secret_key: str, clock: Clock) -> str:
    """Give an account a new service secret and return it; the former one ends."""
    text = secrets.token_urlsafe(24)
    value = _cipher(secret_key).encrypt(text.encode())
    session.merge(AccountSecret(account_id=account.id, value=value, created_at=clock.now()))
    return text


def caller_of_digest(  # noqa: PLR0913 - the parts of one token, by name
    session: Session,
    *,
    login: str,
    digest: str,
    nonce: bytes,
    created: str,
    created_at: datetime,
    secret_key: str,
    context: HubContext,
) -> Caller | None:
    """Return the caller of a right digest that is fresh and was not seen before (WS-Security UsernameToken 1.0)."""
    now = context.clock.now()
    known = secret_of_login(session, login)
    if known is None or abs(now - created_at) > FRESH:
        return None
    account, value = known
    try:
        secret = _cipher(secret_key).decrypt(value)
    except InvalidToken:  # the key of the installation was changed: new secrets must be given out
        return None
    right = base64.b64encode(hashlib.sha1(nonce + created.encode() + secret, usedforsecurity=False).digest()).decode()
    if not hmac.compare_digest(right, digest) or not _use_nonce(session, login, nonce, now):
        return None
    return caller_of_account(session, account, context)


def _use_nonce(session: Session, login: str, nonce: bytes, now: datetime) -> bool:
    """False when the nonce was used within the time its message would still be fresh; all processes ask one table."""
    session.execute(delete(UsedNonce).where(UsedNonce.expires_at < now))
    name = hashlib.sha256(login.encode() + b"\0" + nonce).hexdigest()
    table = UsedNonce.__table__
    assert isinstance(table, Table)  # noqa: S101 - narrows the type
    try:
        with session.begin_nested():
            session.execute(insert(table).values(digest=name, expires_at=now + 2 * FRESH))
    except IntegrityError:
        return False
    return True


def _cipher(secret_key: str) -> Fernet:
    key = hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"service-secret").digest()
    return Fernet(base64.urlsafe_b64encode(key))
