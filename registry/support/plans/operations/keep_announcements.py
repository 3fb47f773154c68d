"""Keeping telephones of clinics and days of measures."""

from __future__ import annotations

from registry.core.work import Work
from registry.support.plans.operations.reported_rows import keep, tellings
from registry.support.plans.tables import ClinicContact, PlannedDate


def keep_contacts(work: Work) -> None:
    """Write every telephone that is not known in the same words."""
    for one in tellings(work, ClinicContact):
        if not one.repeats:
            keep(work, one, ClinicContact, {"clinic_code": one.record.clinic})


def keep_dates(work: Work) -> None:
    """Write every day that is not known in the same words."""
    for one in tellings(work, PlannedDate):
        if not one.repeats:
            keep(work, one, PlannedDate, {"clinic_code": one.record.clinic, "held_on": one.record.held_on})
