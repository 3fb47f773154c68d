"""Open or close an account, and give it another password."""

from __future__ import annotations

from registry.exchange.access import hash_password
from registry.exchange.tables import Account


def set_account_active(account: Account, *, active: bool) -> None:
    """The account may enter, with no failures counted, or may not."""
    account.active = active
    if active:
        account.failures = 0
        account.locked_until = None


def set_account_password(account: Account, password: str) -> None:
    """The password is another and a lockout is over; sessions opened with the old one end."""
    account.password_hash = hash_password(password)
    account.failures = 0
    account.locked_until = None
