"""Deciding announced deaths: an operator confirms one, with the act where it is known, or refuses it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.agencies.queries.announced import AnnouncedDeath
from registry.insured.operations.people import Act, Origin, open_people
from registry.insured.operations.people.die import cancel_death, register_death
from registry.insured.operations.people.writing import write_people

DIED, CANCELLED, REASON = "П02", "П09", "П022"
SOURCE = "фонд"


def decide_deaths(
    session: Session, deaths: Sequence[AnnouncedDeath], *, confirmed: bool, login: str, now: datetime
) -> list[Change]:
    """Register these deaths on the days told, or drop what was said of them; the same decision for all."""
    ledger = open_people(session, [one.person.id for one in deaths], Origin(now, SOURCE))
    for one in deaths:
        person = ledger[one.person.id]
        fact = one.fact
        if confirmed:
            act = Act("death", fact.valid_from, DIED, REASON, fact.record_number, login)
            told = {"act_number": fact.act_number, "act_date": fact.act_date, "act_issuer": fact.act_issuer}
            register_death(ledger, person, act, **told)
        else:
            cancel_death(ledger, person, Act("death_refused", now.date(), CANCELLED, "", fact.record_number, login))
    return write_people(ledger)
