"""How many people of an insurer are attached to a clinic on a day."""

from __future__ import annotations

from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind, Unit


class AttachedTotal(Record):
    """One clinic and one insurer with the number of people; rows of one clinic share its code as their number."""

    clinic = FieldSpec(str, "МО", book="F032")
    insurer = FieldSpec(str, "СМО", book="F002")
    people = FieldSpec(int, "Прикреплено")


ATTACHED_TOTAL = MessageKind(
    "attached_total", "Численность прикреплённых", AttachedTotal, unit=Unit.PACKET, changes_state=False
)
