"""Dictionaries of plans and facts (contract of DCExchangeSrv, clause 5)."""

DISPENSARISATION, PREVENTIVE_EXAM = 1, 2
#: A person is planned once a year for these; observation of a disease has a month of its own each time.
ONCE_A_YEAR = frozenset((DISPENSARISATION, PREVENTIVE_EXAM))
METHODS = frozenset((1, 2, 3))
INFORM_METHODS = frozenset((1, 2, 3, 4, 5))
INFORM_STEPS = frozenset((1, 2, 3, 4))
STEPS = frozenset((*range(101, 110), *range(201, 206)))
STARTED = frozenset((102, 106, 202))
FINISHED = frozenset((103, 104, 107, 108, 109, 203, 204, 205))


def kind_of_step(step: int) -> int:
    """Return the kind of measure a step belongs to: its hundreds."""
    return step // 100
