"""Answer of the СФР about a СНИЛС: found and agreeing, found and not agreeing, more information (ОПФР 1–3)."""

from __future__ import annotations

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import SNILS_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, MATCHED, as_known
from registry.insured.agencies.operations.take_snils import take_snils
from registry.insured.kinds.person import Person


class SnilsAnswer(Person):
    """The person asked about, and the СНИЛС the fund of pensions knows; ``opfr`` says how far they agree."""

    opfr = FieldSpec(int, "Код ОПФР")
    told_snils = FieldSpec(str, "СНИЛС по данным СФР", personal=True, wrong=F.SNILS_WRONG, absent=F.SNILS_WRONG)
    asked_under = FieldSpec(str, "Номер запроса")


SNILS_ANSWER = MessageKind(
    "snils_answer",
    "Ответ СФР о СНИЛС",
    SnilsAnswer,
    unit=Unit.PACKET,
    checks=SNILS_CHECKS,
    effect=take_snils,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.CHANGE_IN_BUFFER, F.SNILS_UNCONFIRMED, F.DUPLICATE_IN_PACKET},
)
