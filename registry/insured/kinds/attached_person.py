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
    registered_district = FieldSpec(str, "Адрес регистрации: район", personal=True)
    registered_city = FieldSpec(str, "Адрес регистрации: город", personal=True)
    registered_settlement = FieldSpec(str, "Адрес регистрации: населённый пункт", personal=True)
    registered_street = FieldSpec(str, "Адрес регистрации: улица", personal=True)
    registered_house = FieldSpec(str, "Адрес регистрации: дом", personal=True)
    registered_building = FieldSpec(str, "Адрес регистрации: корпус", personal=True)
    registered_flat = FieldSpec(str, "Адрес регистрации: квартира", personal=True)
    living_district = FieldSpec(str, "Адрес проживания: район", personal=True)
    living_city = FieldSpec(str, "Адрес проживания: город", personal=True)
    living_settlement = FieldSpec(str, "Адрес проживания: населённый пункт", personal=True)
    living_street = FieldSpec(str, "Адрес проживания: улица", personal=True)
    living_house = FieldSpec(str, "Адрес проживания: дом", personal=True)
    living_building = FieldSpec(str, "Адрес проживания: корпус", personal=True)
    living_flat = FieldSpec(str, "Адрес проживания: квартира", personal=True)


ATTACHED_PERSON = MessageKind(
    "attached_person", "Прикреплённое лицо", AttachedPerson, unit=Unit.PACKET, changes_state=False
)
