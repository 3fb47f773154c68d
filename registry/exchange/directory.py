"""The codes of all registered organisations in memory: a few thousand rows every call would ask for again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.tables import Organisation, OrganisationCode

Period = tuple[date, date]
# the schemes the hub itself names clinics and insurers by
OWN_CODES = ("mcod", "smocod")


@dataclass(slots=True)
class Directory:
    """Organisations by code and codes by organisation, as they were some seconds ago at most."""

    owners: dict[tuple[str, str], list[tuple[int, Period]]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[tuple[int, str], str] = field(default_factory=dict)
    parents: dict[int, int | None] = field(default_factory=dict)
    of_organisations: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def owner(self, scheme: str, code: str, on: date | None = None) -> int | None:
        """Return the organisation a code stands for, on a date when one is given."""
        for organisation_id, (start, end) in self.owners.get((scheme, code), ()):
            if on is None or start <= on <= end:
                return organisation_id
        return None

    def translated(self, code: str, scheme: str, other: str, on: date | None = None) -> str | None:
        """Return the code of another scheme, ``None`` for a code that is not registered."""
        owner = self.owner(scheme, code, on)
        return self.codes.get((owner, other)) if owner is not None else None

    def translations(self, codes: Iterable[str], scheme: str, other: str, on: date | None = None) -> dict[str, str]:
        """Return the translations of those codes that have one."""
        found = {code: self.translated(code, scheme, other, on) for code in codes}
        return {code: told for code, told in found.items() if told is not None}

    def codes_of_entity(self, organisation_id: int) -> frozenset[str]:
        """Return every mcod and smocod of the organisation's legal entity and of all its departments."""
        own = self.legal_entity(organisation_id)
        members = (codes for one, codes in self.of_organisations.items() if self.legal_entity(one) == own)
        return frozenset(code for codes in members for code in codes)

    def codes_of(self, organisation_id: int) -> frozenset[str]:
        """Return every mcod and smocod of the organisation alone."""
        return frozenset(self.of_organisations.get(organisation_id, ()))

    def legal_entity(self, organisation_id: int) -> int:
        """Return the parent of a department, or the organisation itself."""
        return self.parents.get(organisation_id) or organisation_id


def directory(session: Session, context: HubContext) -> Directory:
    """Return the directory, read anew every few seconds."""
    return context.remembered.get("directory", lambda: _read(session))


def _read(session: Session) -> Directory:
    found = Directory()
    rows = session.execute(
        select(
            OrganisationCode.organisation_id,
            OrganisationCode.scheme,
            OrganisationCode.code,
            OrganisationCode.valid_from,
            OrganisationCode.valid_to,
        ).order_by(OrganisationCode.valid_from)
    )
    for organisation_id, scheme, code, start, end in rows:
        found.owners[scheme, code].append((organisation_id, (start, end)))
        found.codes[organisation_id, scheme] = code
        if scheme in OWN_CODES:
            found.of_organisations[organisation_id].add(code)
    found.parents = {row.id: row.parent_id for row in session.execute(select(Organisation.id, Organisation.parent_id))}
    return found
