"""How answers are written (files .uprak1 and .uprak2): ACK to a notice, RSP_ZK1 to a question."""

from __future__ import annotations

from registry.central.kinds.answer import CENTRAL_ANSWER
from registry.central.kinds.reply import CentralAnswer as A
from registry.central.kinds.reply import CentralError, Known
from registry.central.spellings.segments import INSURANCE, PERSON
from registry.core.spellings import group, listed, spell, tag

VERDICT = group("MSA", tag("MSA.1", A.verdict), tag("MSA.2", A.refers_to))
ERRORS = listed(
    "ERR",
    "",
    A.errors,
    group("ERR.2", tag("ERL.1", CentralError.segment)),
    group("ERR.3", tag("CWE.1", CentralError.code), tag("CWE.2", CentralError.text)),
    tag("ERR.4", CentralError.severity),
    group("ERR.5", tag("CWE.1", CentralError.own_code), tag("CWE.2", CentralError.own_text)),
    listed("ERR.6", "", CentralError.explanation),
)
KNOWN = listed(
    "RSP_ZK1.QUERY_RESPONSE",
    "",
    A.known,
    listed("PID", "", Known.person, *PERSON),
    listed("IN1", "", Known.insurance, *INSURANCE),
    group("QRI", tag("QRI.1", Known.trust), listed("QRI.2", "", Known.keys)),
)

SPELLINGS = (
    spell(CENTRAL_ANSWER, "files", "ACK", VERDICT, ERRORS),
    spell(CENTRAL_ANSWER, "files", "RSP_ZK1", VERDICT, ERRORS, KNOWN),
)
