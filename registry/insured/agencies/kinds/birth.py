"""Birth: a child the registry does not know yet, with its mother."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.agencies.checks import BIRTH_CHECKS
from registry.insured.agencies.kinds.told import ANYBODY, FORM, CivilAct, as_known
from registry.insured.agencies.operations.register_births import register_births
from registry.insured.kinds.identification import PERSON_BLOCK
from registry.insured.matching import Identification, IdentificationOutcome


class Birth(CivilAct):
    """The child as in the act, and what identifies the mother; the certificate of birth is the child's document."""

    birth_order = FieldSpec(int, "Порядковый номер ребёнка")
    mother_surname = FieldSpec(str, "Мать: фамилия", personal=True)
    mother_first_name = FieldSpec(str, "Мать: имя", personal=True)
    mother_patronymic = FieldSpec(str, "Мать: отчество", personal=True)
    mother_birth_date = FieldSpec(date, "Мать: дата рождения", personal=True, wrong=F.BIRTH_DATE_WRONG)
    mother_snils = FieldSpec(str, "Мать: СНИЛС", personal=True, wrong=F.SNILS_WRONG)
    mother_enp = FieldSpec(str, "Мать: ЕНП", personal=True, wrong=F.ENP_WRONG)


def is_new(record: Any, found: Identification, on: date, _options: Mapping[str, Any]) -> Iterator[Finding]:
    """A child found already is told so and left as it is; not being found is what a birth expects."""
    if found.outcome is IdentificationOutcome.SEVERAL:
        yield finding(F.SEVERAL_CANDIDATES)
    elif found.outcome is IdentificationOutcome.INSUFFICIENT:
        yield finding(F.INSUFFICIENT_DATA, ", ".join(found.missing))
    elif found.is_found:
        yield finding(F.PERSON_KNOWN)


BIRTH = MessageKind(
    "birth",
    "Рождение",
    Birth,
    unit=Unit.PACKET,
    checks=BIRTH_CHECKS,
    effect=register_births,
    period=as_known,
    judge=is_new,
    tolerates=ANYBODY,
    codes=PERSON_BLOCK
    | FORM
    | {F.SEVERAL_CANDIDATES, F.INSUFFICIENT_DATA, F.PERSON_KNOWN, F.MOTHER_UNKNOWN, F.DUPLICATE_IN_PACKET},
)
