"""Whether the registry holds anybody at all."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.tables import Person


def any_person(session: Session) -> bool:
    """True as soon as one person is registered."""
    return session.execute(select(Person.id).limit(1)).first() is not None
