"""How DCExchangeSrv writes totals of attached people: eleven counters, of which the meaning of the first is known."""

from __future__ import annotations

from registry.core.forms import INT
from registry.core.spellings import each, fixed, group, spell, tag
from registry.insured.kinds.attached_total import ATTACHED_TOTAL
from registry.insured.kinds.attached_total import AttachedTotal as T

SPELLINGS = (
    spell(
        ATTACHED_TOTAL,
        "dcx",
        "l10_orcl",
        tag("mo_01", T.clinic),
        group(
            "smo_inf",
            each(
                "smo_dt",
                tag("smo_cd", T.insurer),
                group(
                    "smo_st",
                    tag("c_01", T.people, INT, always=True),
                    *(fixed(f"c_{counter:02d}", "0") for counter in range(2, 12)),
                ),
            ),
        ),
        name="attached_total",
    ),
)
