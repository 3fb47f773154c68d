"""A person of a list of the ФНС: matched ones and unmatched ones are counted and listed."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import LISTED_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, MATCHED, as_known
from registry.insured.agencies.operations.take_taxes import take_taxes
from registry.insured.kinds.person import Person


class TaxPerson(Person):
    """The person, the number in the tax register, whether income was paid, and the address of residence."""

    inn = FieldSpec(str, "ИНН", personal=True)
    has_income = FieldSpec(bool, "Есть доход от работодателя")
    income_since = FieldSpec(date, "Доход с", wrong=F.DATE_WRONG)
    address_okato = FieldSpec(str, "ОКАТО места жительства")
    address = FieldSpec(str, "Адрес места жительства", personal=True)


TAX_PERSON = MessageKind(
    "tax_person",
    "Список ФНС",
    TaxPerson,
    unit=Unit.PACKET,
    checks=LISTED_CHECKS,
    effect=take_taxes,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.CHANGE_IN_BUFFER, F.DUPLICATE_IN_PACKET},
)
