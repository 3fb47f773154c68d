"""Taking lists of the ФНС: who has income works, as far as the buffer lets it; addresses are kept with the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry.core.work import Work
from registry.insured.agencies.operations.telling import open_items, propose

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.tax_person import TaxPerson

WORKS = 1


def take_taxes(work: Work) -> None:
    """Propose that who has income works (F009); without income nothing is concluded."""
    told = []
    for item in open_items(work):
        record = cast("TaxPerson", item.record)
        if record.has_income:
            told.append((item, {"employment": WORKS}, record.income_since or work.as_of, ""))
    propose(work, told, "П04")
