"""How a sender is told what was decided of a change that waited; nobody published a form, so this one is ours."""

from __future__ import annotations

from registry.core.forms import DATE
from registry.core.spellings import fixed, group, spell, tag
from registry.insured.kinds.change_decision import CHANGE_DECISION
from registry.insured.kinds.change_decision import ChangeDecision as D

SPELLINGS = (
    spell(
        CHANGE_DECISION,
        "generic",
        "CHANGEDECISION",
        group("HEADER", fixed("OPERATIONTYPE", "Insert"), tag("TYPE", D.sent_type), tag("MESSAGE_ID", D.packet)),
        group(
            "BODY",
            tag("RECORD", D.number),
            tag("BUFFER_ID", D.buffer_id, must=True),
            tag("BDZID", D.bdz_id),
            tag("DECISION", D.decision, must=True),
            tag("DECISION_DT", D.decided_on, DATE),
            tag("FIELDS", D.fields_told),
            tag("REASON", D.reason),
        ),
    ),
)
