"""A person in a list of those attached to a clinic."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.methods import Method
from registry.insured.kinds.person import Person


class AttachedPerson(Person):
    """Who is attached where by which section and doctor; ``number`` is the person's number in the fund's database."""

    clinic = FieldSpec(str, "МО", book="F032")
    attached_on = FieldSpec(date, "Дата прикрепления")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True)
    district = FieldSpec(str, "Участок")
    method = FieldSpec(Method, "Способ прикрепления")
    by_fund = FieldSpec(bool, "Прикреплён фондом")
    died_on = FieldSpec(date, "Дата смерти")


ATTACHED_PERSON = MessageKind(
    "attached_person", "Прикреплённое лицо", AttachedPerson, unit=Unit.PACKET, changes_state=False
)
