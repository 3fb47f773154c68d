"""Who sees whose rows: the one place that decides it for every screen (journal, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.exchange.tables import Organisation, OrganisationCode

FUND = "fund"
ALL_SEEING_ROLES = frozenset({"administrator", "operator"})


@dataclass(frozen=True, slots=True)
class Visibility:
    """The organisations whose rows may be seen; ``None`` is every row, and only staff of the fund have it."""

    kind: str
    organisations: frozenset[int] | None = field(default_factory=frozenset)
    codes: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """True for operators and administrators of the fund."""
        return self.organisations is None

    def allows(self, organisation_id: int | None) -> bool:
        """True when a row of that organisation may be seen."""
        return self.organisations is None or organisation_id in self.organisations

    def condition(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """The same decision as a condition on a column of organisation ids."""
        if self.organisations is None:
            return true()
        return column.in_(sorted(self.organisations)) if self.organisations else false()


def visibility_of(session: Session, organisation_id: int, kind: str, role: str) -> Visibility:
    """What an account of this organisation and role sees: everything, or its organisation with all its departments."""
    if kind == FUND and role in ALL_SEEING_ROLES:
        return Visibility(kind, None)
    family = {organisation_id}
    level = family
    while level:
        children = session.scalars(select(Organisation.id).where(Organisation.parent_id.in_(sorted(level))))
        level = set(children) - family
        family |= level
    codes = session.scalars(
        select(OrganisationCode.code).where(
            OrganisationCode.organisation_id.in_(sorted(family)), OrganisationCode.scheme.in_(("mcod", "smocod"))
        )
    )
    return Visibility(kind, frozenset(family), frozenset(codes))
