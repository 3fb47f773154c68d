"""Records of one packet about one person, clinic and way of attachment: the last speaks, for one worker each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment

DOCTOR = 1
MOST = 2


def settle_workers(repeats: Sequence[Item]) -> None:
    """A doctor and a nurse or feldsher stand side by side; a second of one category is refused, and a third (rule 7).

    Of several records with the same worker, or with none, the last speaks (files.md 3.5, step 4).
    """
    last: dict[str, Item] = {}
    for item in repeats:
        snils = "".join(filter(str.isdigit, cast("Attachment", item.record).doctor_snils or ""))
        if snils in last:
            last.pop(snils).settled = True
        last[snils] = item
    if len(last) > 1:
        last = {snils: item for snils, item in last.items() if snils or _settle(item)}
    workers = list(last.values())
    categories = [cast("Attachment", item.record).doctor_category or DOCTOR for item in workers]
    for place, item in enumerate(workers):
        if place >= MOST:
            item.findings.append(finding(F.THIRD_DOCTOR, field="doctor_snils"))
        elif categories[place] in categories[:place]:
            item.findings.append(finding(F.SECOND_DOCTOR, field="doctor_snils"))


def _settle(item: Item) -> bool:
    item.settled = True
    return False
