"""Letting an account in again, or no more."""

from __future__ import annotations

from registry.exchange.access import hash_password
from registry.exchange.tables import Account


def disable_account(account: Account) -> None:
    """From now on nobody enters with this login; what was done under it stays."""
    account.active = False


def reset_account(account: Account, password: str) -> None:
    """Give an account a new password, and let it in again if it was locked or disabled."""
    account.password_hash = hash_password(password)
    account.active = True
    account.failures = 0
    account.locked_until = None
