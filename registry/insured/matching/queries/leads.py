"""Joins as they were known at a moment: those made since do not count yet, those taken back since still do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.insured.tables import PersonLead
from registry.store.base import OPEN_MOMENT


def leads_known_otherwise(session: Session, moment: datetime) -> dict[int, int | None]:
    """Where records led at the moment, of all whose lead has changed since; ``None`` for those that led nowhere."""
    changed = or_(
        PersonLead.recorded_at > moment, and_(PersonLead.retracted_at > moment, PersonLead.retracted_at < OPEN_MOMENT)
    )
    found: dict[int, int | None] = {}
    rows = select(PersonLead.person_id, PersonLead.survivor_id, PersonLead.recorded_at).where(changed)
    for person_id, survivor_id, recorded_at in session.execute(rows):
        if recorded_at <= moment:
            found[person_id] = survivor_id
        else:
            found.setdefault(person_id, None)
    return found
