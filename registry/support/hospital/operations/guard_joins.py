"""What hospitals know against joining two records of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.support.hospital.rules.simultaneous import Case, impossible_pairs
from registry.support.hospital.tables import Discharge, Stay

MOST_TOLD = 3


def refuse_simultaneous_cases(session: Session, ours: Sequence[int], theirs: Sequence[int]) -> list[str]:
    """One sentence for each pair of stays that one human being cannot have had, three at most."""
    found = impossible_pairs(_cases(session, ours), _cases(session, theirs))
    return [
        f"Случаи в один час в разных МО: {_told(one)} и {_told(other)}. Проверьте, чьи они, прежде чем объединять."
        for one, other in islice(found, MOST_TOLD)
    ]


def _cases(session: Session, person_ids: Sequence[int]) -> list[Case]:
    query = (
        select(Stay, Discharge.told)
        .outerjoin(Discharge, Discharge.stay_id == Stay.id)
        .where(Stay.person_id.in_(person_ids))
        .order_by(Stay.id)
    )
    return [
        Case(
            stay.clinic_code,
            stay.hospitalised_on,
            str(stay.told.get("hospitalised_time") or ""),
            stay.discharged_on,
            str((end or {}).get("discharged_time") or ""),
        )
        for stay, end in session.execute(query)
    ]


def _told(case: Case) -> str:
    hour = f" {case.admitted_time[:5]}" if case.admitted_time else ""
    return f"МО {case.clinic_code}, {case.admitted_on:%d.%m.%Y}{hour}"


GUARDS = (refuse_simultaneous_cases,)
