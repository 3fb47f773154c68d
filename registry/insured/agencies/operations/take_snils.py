"""Taking СНИЛС of the answers of the СФР: an empty one is filled, a different one waits in the buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.normalisation import digits
from registry.core.work import Work
from registry.insured.agencies.operations.telling import open_items, propose

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.snils_answer import SnilsAnswer

AGREES, DIFFERS = 1, 2
DOUBTS = {DIFFERS: "СФР: данные не соответствуют (ОПФР 2)", 3: "СФР: дополнительные сведения (ОПФР 3)"}


def take_snils(work: Work) -> None:
    """Propose every СНИЛС told; one whose data do not agree waits whatever the registry knows (ОПФР 2 and 3)."""
    told = []
    for item in open_items(work):
        record = cast("SnilsAnswer", item.record)
        if record.opfr == DIFFERS:
            item.findings.append(finding(F.SNILS_UNCONFIRMED, field="opfr"))
        if record.told_snils:
            doubt = DOUBTS.get(record.opfr or AGREES, "")
            told.append((item, {"snils": digits(record.told_snils)}, work.as_of, doubt))
    propose(work, told, "П04")
