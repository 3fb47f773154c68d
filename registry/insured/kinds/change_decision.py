"""The second answer to a record that waited in the buffer: what the fund has decided."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind, Unit


class ChangeDecision(Record):
    """What became of one record; ``number`` and ``packet`` are the sender's own, so that it finds what it asked."""

    packet = FieldSpec(str, "Идентификатор пакета отправителя")
    sent_type = FieldSpec(str, "Вид отправленных сведений")
    buffer_id = FieldSpec(str, "Номер в буфере")
    bdz_id = FieldSpec(str, "Идентификатор в регистре")
    decision = FieldSpec(str, "Решение")
    fields_told = FieldSpec(str, "Поля")
    reason = FieldSpec(str, "Причина")
    decided_on = FieldSpec(date, "Дата решения")


CHANGE_DECISION = MessageKind(
    "change_decision",
    "Решение по изменению из буфера",
    ChangeDecision,
    unit=Unit.PACKET,
    changes_state=False,
    outgoing=True,
)
