"""A person who left a clinic, as the clinic is told on the day it takes effect (clause 6.2, rule 10; files.md 3.7)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.methods import Method
from registry.insured.kinds.person import Person


class Departure(Person):
    """Who left which clinic when, and where they are attached now, if anywhere; ``number`` is the fund's own."""

    former_clinic = FieldSpec(str, "Прежняя МО", book="F032")
    detached_on = FieldSpec(date, "Дата открепления")
    new_clinic = FieldSpec(str, "Новая МО", book="F032")
    method = FieldSpec(Method, "Способ прикрепления")
    area_type = FieldSpec(int, "Вид участка")
    attached_on = FieldSpec(date, "Дата прикрепления")
    end_reason = FieldSpec(int, "Причина открепления")


DEPARTURE = MessageKind("departure", "Открепившиеся (O2)", Departure, unit=Unit.PACKET, changes_state=False)
