"""Military service: the insurance of who serves is suspended (П025) and goes on after the return (П08)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import CONSCRIPTION_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, MATCHED, as_known
from registry.insured.agencies.operations.suspend_insurance import suspend_insurance
from registry.insured.kinds.person import Person


class Conscription(Person):
    """Since when a person serves, until when, how, and which commissariat says so."""

    service = FieldSpec(int, "Вид службы")
    served_from = FieldSpec(date, "Служит с", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    served_until = FieldSpec(date, "Служил по", wrong=F.DATE_WRONG)
    commissariat = FieldSpec(str, "Военкомат")


CONSCRIPTION = MessageKind(
    "conscription",
    "Призыв на военную службу",
    Conscription,
    unit=Unit.PACKET,
    checks=CONSCRIPTION_CHECKS,
    effect=suspend_insurance,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.NOTHING_TO_SUSPEND, F.PERSON_DEAD, F.DUPLICATE_IN_PACKET},
)
