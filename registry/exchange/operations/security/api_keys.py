"""Keys of programs: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.exchange.access import Caller, caller_of_organisation
from registry.exchange.tables import ApiKey, Organisation

MARK = "hub"
LONGEST = 100
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Keyholder:
    """A program let in by its key: whom it calls for, and the name of the key in journals."""

    key: ApiKey
    caller: Caller


def add_key(session: Session, organisation_id: int, label: str, clock: Clock) -> tuple[ApiKey, str]:
    """Add a key and return it with its text, which cannot be had again."""
    prefix = secrets.token_hex(4)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        prefix=prefix, key_hash=_hash(text), organisation_id=organisation_id, label=label[:120], created_at=clock.now()
    )
    session.add(key)
    session.flush()
    return key, text


def holder_of_key(session: Session, text: str) -> Keyholder | None:
    """Return who holds a key; ``None`` for a wrong or disabled one and for an organisation that was switched off."""
    parts = text.split("_", 2)
    if len(text) > LONGEST or len(parts) != 3 or parts[0] != MARK:
        return None
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == parts[1]))
    if key is None or not hmac.compare_digest(key.key_hash, _hash(text)) or not key.active:
        return None
    organisation = session.get_one(Organisation, key.organisation_id)
    if not organisation.active:
        return None
    return Keyholder(key, caller_of_organisation(session, organisation.id, login=f"key:{key.prefix}"))


def note_use(session: Session, key: ApiKey, clock: Clock) -> None:
    """Remember that a key was used now, to the minute; the session the key was read by has nothing to write."""
    session.execute(update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=clock.now()))


def is_use_noted(key: ApiKey, clock: Clock) -> bool:
    """True when the last use was noted within the minute."""
    return key.last_used_at is not None and clock.now() - key.last_used_at < NOTED_EVERY


def disable_key(session: Session, prefix: str) -> ApiKey | None:
    """Let nobody in by this key any more; ``None`` when there is none of this name."""
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    if key is not None:
        key.active = False
    return key


def _hash(text: str) -> str:
    """A key is 256 random bits: a plain hash cannot be guessed backwards, and is quick at every call."""
    return hashlib.sha256(text.encode()).hexdigest()
