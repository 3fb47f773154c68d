"""Loading the numbers of measures the region approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.support.plans.rules.quantity_lines import Quantity
from registry.support.plans.tables import PlanQuantity


@dataclass(slots=True)
class LoadedQuantities:
    """What became of the numbers given."""

    added: int = 0
    changed: int = 0
    same: int = 0


def load_quantities(session: Session, quantities: Iterable[Quantity], now: datetime) -> LoadedQuantities:
    """Store numbers, each replacing the one of the same clinic, month and kinds; others stay as they are."""
    given = {one.place: one for one in quantities}
    report = LoadedQuantities()
    query = select(PlanQuantity).where(PlanQuantity.year.in_({one.year for one in given.values()}))
    known = {
        (row.clinic_code, row.year, row.month, row.event_kind, row.second_kind): row for row in session.scalars(query)
    }
    for place, one in given.items():
        row = known.get(place)
        if row is None:
            report.added += 1
            row = PlanQuantity(
                clinic_code=one.clinic_code,
                year=one.year,
                month=one.month,
                event_kind=one.event_kind,
                second_kind=one.second_kind,
            )
            session.add(row)
        elif row.quantity == one.quantity:
            report.same += 1
            continue
        else:
            report.changed += 1
        row.quantity, row.changed_at = one.quantity, now
    return report
