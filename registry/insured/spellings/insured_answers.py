"""How answers and notices to insurers are written (registry model, clause 10): REP, REC, STOP, CONFLICT."""

from __future__ import annotations

from registry.core.forms import DATE, INTEGER, MOMENT
from registry.core.spellings import fixed, group, listed, spell, tag
from registry.insured.kinds.insured_answers import (
    CHANGE_ANSWER,
    CHANGED_ROW,
    DISPUTE,
    STOP_NOTICE,
    ChangeAnswer,
    ChangedRow,
    Dispute,
    StopNotice,
)
from registry.insured.kinds.insured_change import InsuredChange as I
from registry.insured.spellings.insured_change import (
    ADDRESSES,
    DOCUMENT,
    DOCUMENT_TAGS,
    INSURANCE_PARTS,
    PERSON,
    PERSON_TAGS,
    POLICY,
    STATE_TAGS,
    VISIT_TAGS,
    ZONES,
    insurance,
    kept,
)

SPELLINGS = (
    spell(
        CHANGE_ANSWER,
        "files",
        "REP",
        tag("N_REC", I.number),
        tag("ID", I.history_id, INTEGER),
        tag("CODE_ERP", ChangeAnswer.verdict),
        tag("COMMENT", ChangeAnswer.comment),
        insurance(must=False),
        name="REPLIST",
    ),
    spell(
        CHANGED_ROW,
        "files",
        "REC",
        tag("ID", I.history_id, INTEGER),
        tag("TIP_OP", I.action),
        tag("IS_ACTIVE", ChangedRow.is_active, INTEGER),
        tag("CHANGE_DATE", ChangedRow.changed_at, MOMENT),
        tag("STATE_BEGIN_DATE", ChangedRow.state_from, DATE),
        kept("STATE_END_DATE", ChangedRow.state_to, DATE),
        tag("OPER", I.operator),
        PERSON,
        DOCUMENT,
        *ADDRESSES,
        group("VIZIT", *VISIT_TAGS, sparse=True),
        insurance(),
        ZONES,
        name="RECLIST",
    ),
    spell(
        STOP_NOTICE,
        "files",
        "STOP",
        fixed("VERS", "2.0"),
        tag("ID", I.history_id, INTEGER),
        tag("REASON", StopNotice.reason, INTEGER),
        tag("ENP", I.enp),
        POLICY,
        PERSON,
        DOCUMENT,
        listed("PERSON_CURR", "", StopNotice.current, *PERSON_TAGS, *STATE_TAGS),
        listed("DOC_CURR", "", StopNotice.current_document, *DOCUMENT_TAGS),
        name="STOPLIST",
    ),
    spell(
        DISPUTE,
        "files",
        "CONFLICT",
        fixed("VERS", "2.0"),
        tag("ID", I.history_id, INTEGER),
        tag("REASON", Dispute.reason, INTEGER),
        PERSON,
        DOCUMENT,
        insurance(),
        listed("PERSON_CURR", "", Dispute.current, *PERSON_TAGS, *STATE_TAGS),
        listed("DOC_CURR", "", Dispute.current_document, *DOCUMENT_TAGS),
        listed("INSURANCE_CURR", "", Dispute.current_insurance, *INSURANCE_PARTS, most=1),
        name="CONFLICTLIST",
    ),
)
