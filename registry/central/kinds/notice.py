"""A notice of a change of a person: A08, A03, A13, A24, A37 (registry model, clauses 7.2 and 11)."""

from __future__ import annotations

from datetime import datetime

from registry.central.kinds.told import CentralInsurance, CentralPerson, Message
from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit


class CentralNotice(Message):
    """One change as the central segment is told of it; a join and a separation name two people, the main one first."""

    event = FieldSpec(str, "Событие (П01…П17)")
    recorded_at = FieldSpec(datetime, "Когда внесено")
    people = FieldSpec(list, "Застрахованные лица", of=CentralPerson)
    insurance = FieldSpec(list, "Страхование", of=CentralInsurance)


CENTRAL_NOTICE = MessageKind(
    "central_notice", "Сообщения об изменениях в ЦС ЕРЗ", CentralNotice, unit=Unit.PACKET, outgoing=True
)
