"""Death, and the withdrawal of a registered death (registry model, clause 5.1; events П02, П09)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import DEATH_CHECKS, LISTED_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, MATCHED, CivilAct, as_known
from registry.insured.agencies.operations.register_deaths import cancel_deaths, register_deaths


class Death(CivilAct):
    """Who died when, by which act; without an act, and not told by the civil registry, it is only announced."""

    died_on = FieldSpec(date, "Дата смерти", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)


DEATH = MessageKind(
    "death",
    "Смерть",
    Death,
    unit=Unit.PACKET,
    checks=DEATH_CHECKS,
    effect=register_deaths,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.DEATH_KNOWN, F.DEATH_ANNOUNCED, F.CHANGE_IN_BUFFER, F.ACTION_UNKNOWN, F.DUPLICATE_IN_PACKET},
)
DEATH_CANCELLATION = MessageKind(
    "death_cancellation",
    "Отмена регистрации смерти",
    Death,
    unit=Unit.PACKET,
    checks=LISTED_CHECKS,
    effect=cancel_deaths,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.NOTHING_TO_CORRECT, F.ACTION_UNKNOWN, F.DUPLICATE_IN_PACKET},
)
