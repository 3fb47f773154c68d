"""Values of events against the reference books of the contract (clause 11), where they are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from registry.core.checks.coded import coded_findings, value_findings
from registry.core.checks.policies import F008_OF, PolicyType
from registry.core.findings import Finding
from registry.core.kinds import CheckContext

if TYPE_CHECKING:
    from registry.support.kinds.event import Event

#: Told by a letter of ours: the book has its digits.
POLICY_TYPE = "policy_type"


def with_books(told: Iterable[Finding], record: Event, on: date | None, context: CheckContext) -> Iterator[Finding]:
    """What the contract's own lists say, then what the books say of the values these had no fault to find with."""
    wrong = {POLICY_TYPE}
    for one in told:
        wrong.add(one.field)
        yield one
    if not context.books:
        return
    day = on or context.as_of
    yield from coded_findings(record, context.books, day, leave=frozenset(wrong))
    policies = context.books.get("F008")
    if policies is not None and record.policy_type:
        digit = F008_OF[PolicyType(record.policy_type)]
        yield from value_findings(policies, digit, day, POLICY_TYPE)
