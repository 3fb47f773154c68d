"""How notices and questions are written (files .uprmes)."""

from __future__ import annotations

from registry.central.kinds.notice import CENTRAL_NOTICE
from registry.central.kinds.notice import CentralNotice as N
from registry.central.kinds.question import CENTRAL_QUESTION
from registry.central.kinds.question import CentralQuestion as Q
from registry.central.spellings.segments import INSURANCE, PERSON, header, identifiers, names
from registry.core.forms import DATE, INTEGER, MOMENT
from registry.core.spellings import fixed, group, listed, spell, tag

EVENT = group("EVN", tag("EVN.2", N.recorded_at, MOMENT), tag("EVN.4", N.event))
PEOPLE = listed("PID", "", N.people, *PERSON)
VISIT = group("PV1", fixed("PV1.2", "1"), must=True)
#: The question asked, and how its answer is looked for: «СП», by the agreed algorithm.
ASKED, ASKED_OF, ALGORITHM = "СП", "1.2.643.2.40.1.9", "У"

SPELLINGS = (
    spell(
        CENTRAL_NOTICE,
        "files",
        "ADT_A01",
        header("ADT", "ADT_A01"),
        EVENT,
        PEOPLE,
        VISIT,
        listed("ADT_A01.INSURANCE", "", N.insurance, group("IN1", *INSURANCE)),
    ),
    spell(
        CENTRAL_NOTICE,
        "files",
        "ADT_A03",
        header("ADT", "ADT_A03"),
        EVENT,
        PEOPLE,
        VISIT,
        listed("ADT_A03.INSURANCE", "", N.insurance, group("IN1", *INSURANCE)),
    ),
    spell(CENTRAL_NOTICE, "files", "ADT_A24", header("ADT", "ADT_A24"), EVENT, PEOPLE),
    spell(CENTRAL_NOTICE, "files", "ADT_A37", header("ADT", "ADT_A37"), EVENT, PEOPLE),
    spell(
        CENTRAL_QUESTION,
        "files",
        "QBP_ZP1",
        header("QBP", "QBP_ZP1"),
        group(
            "QPD",
            group("QPD.1", fixed("CWE.1", ASKED), fixed("CWE.3", ASKED_OF)),
            fixed("QPD.3", ALGORITHM),
            tag("QPD.4", Q.on, DATE),
            identifiers("QPD.5", Q.identifiers),
            names("QPD.6", Q.surname, Q.first_name, Q.patronymic),
            tag("QPD.7", Q.birth_date, DATE),
            tag("QPD.8", Q.sex, INTEGER),
            tag("QPD.9", Q.birth_place),
            tag("QPD.10", Q.policy_type),
            tag("QPD.11", Q.policy_number),
        ),
    ),
)
