"""The insurances of a card and the days they really hold: a policy that ended or was stopped ends its insurance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.insured.matching.candidates import InsuranceRow, PolicyRow
from registry.insured.matching.on_date import effective_end, preference
from registry.insured.tables import Insurance, Policy

NO_POLICY = PolicyRow(0, "", "", "", "", "", None, None, date.min, date.min)


@dataclass(frozen=True, slots=True)
class InsuredDays:
    """One insurance as the rules of clause 4 see it, with its last day."""

    row: Insurance
    told: InsuranceRow
    last_day: date

    def holds(self, day: date) -> bool:
        """True when the person is insured by it on the day."""
        return self.row.valid_from <= day <= self.last_day


def insured_days(rows: Iterable[Insurance], policies: Iterable[Policy]) -> list[InsuredDays]:
    """The insurances with their last days; ``policies`` hold every policy they are by, corrected ones too."""
    papers = {one.id: _paper(one) for one in policies}
    told = [(row, _told(row, papers.get(row.policy_id, NO_POLICY))) for row in rows]
    together = [one for _, one in told]
    return [InsuredDays(row, one, effective_end(one, together)) for row, one in told]


def insured_by(days: Iterable[InsuredDays], day: date, fund_okato: str) -> InsuredDays | None:
    """The insurance that counts on a day, as every answer tells it (clause 4, step 4)."""
    valid = [one for one in days if one.holds(day)]
    return max(valid, key=lambda one: (*preference(one.told, fund_okato), one.row.id), default=None)


def _paper(policy: Policy) -> PolicyRow:
    return PolicyRow(*(getattr(policy, name) for name in PolicyRow._fields))


def _told(row: Insurance, paper: PolicyRow) -> InsuranceRow:
    return InsuranceRow(paper, *(getattr(row, name) for name in InsuranceRow._fields[1:]))
