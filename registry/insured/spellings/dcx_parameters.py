"""Parameters of the list operations of DCExchangeSrv: one spelling for all, their names never collide."""

from __future__ import annotations

from registry.core.forms import DATE, FLAG, INT
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
        tag("startid", Q.start_id, INT),
        tag("isadres", Q.with_addresses, FLAG),
        tag("year", Q.year, INT),
        tag("yearact", Q.year, INT),
        tag("yearcode", Q.year, INT),
        tag("mnth", Q.month, INT),
        tag("monthact", Q.month, INT),
        tag("monthcode", Q.month, INT),
        tag("page", Q.page, INT),
    ),
)
