"""Keys of programs for people, without their hashes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import ApiKey, Organisation


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key with the name of its organisation."""

    key: ApiKey
    organisation: str


def api_keys(session: Session) -> list[KeyLine]:
    """All keys, the newest last."""
    query = select(ApiKey, Organisation.name).join(Organisation, Organisation.id == ApiKey.organisation_id)
    return [KeyLine(key, name) for key, name in session.execute(query.order_by(ApiKey.id))]
