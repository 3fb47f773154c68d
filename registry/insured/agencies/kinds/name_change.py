"""Change of names: by decision, by marriage, divorce, adoption."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import NAME_CHANGE_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, MATCHED, CivilAct, as_known
from registry.insured.agencies.operations.change_names import change_names


class NameChange(CivilAct):
    """The person as named before, the new names (what is left out stays), and since when."""

    basis = FieldSpec(int, "Основание")
    changed_on = FieldSpec(date, "Дата перемены", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    new_surname = FieldSpec(str, "Новая фамилия", personal=True, wrong=F.NAME_CHARACTERS)
    new_first_name = FieldSpec(str, "Новое имя", personal=True, wrong=F.NAME_CHARACTERS)
    new_patronymic = FieldSpec(str, "Новое отчество", personal=True, wrong=F.NAME_CHARACTERS)


NAME_CHANGE = MessageKind(
    "name_change",
    "Перемена имени, брак",
    NameChange,
    unit=Unit.PACKET,
    checks=NAME_CHANGE_CHECKS,
    effect=change_names,
    period=as_known,
    tolerates=ANYBODY,
    codes=MATCHED | {F.CHANGE_IN_BUFFER, F.DUPLICATE_IN_PACKET},
)
