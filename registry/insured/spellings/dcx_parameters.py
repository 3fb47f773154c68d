"""Parameters of the list operations of DCExchangeSrv: one spelling for all, their names never collide."""

from __future__ import annotations

from registry.core.forms import DATE, FLAG, INTEGER
from registry.core.spellings import group, spell, tag
from registry.insured.kinds.query_parameters import QUERY_PARAMETERS
from registry.insured.kinds.query_parameters import QueryParameters as Q

SPELLINGS = (
    spell(
        QUERY_PARAMETERS,
        "dcx",
        "parameters",
        tag("mocode", Q.clinic),
        tag("code_mo", Q.clinic),
        tag("kpkcode", Q.bed_profile),
        tag("smo_code", Q.insurer),
        tag("lastsynhdate", Q.since, DATE),
        tag("synhdate", Q.since, DATE),
        tag("controldate", Q.since, DATE),
        tag("infodate", Q.on, DATE),
        tag("execdate", Q.on, DATE),
        group("params", tag("d_01", Q.on, DATE)),
        tag("startid", Q.start_id, INTEGER),
        tag("isadres", Q.with_addresses, FLAG),
        tag("year", Q.year, INTEGER),
        tag("yearact", Q.year, INTEGER),
        tag("yearcode", Q.year, INTEGER),
        tag("mnth", Q.month, INTEGER),
        tag("monthact", Q.month, INTEGER),
        tag("monthcode", Q.month, INTEGER),
        tag("page", Q.page, INTEGER),
    ),
)
