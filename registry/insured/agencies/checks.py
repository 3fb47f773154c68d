"""Record checks of what departments tell: nothing but the record and the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.checks.names import NameVerdict, is_absent_name, name_verdict
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.person_checks import PERSON_CHECKS, snils_findings

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.birth import Birth
    from registry.insured.agencies.kinds.conscription import Conscription
    from registry.insured.agencies.kinds.death import Death
    from registry.insured.agencies.kinds.name_change import NameChange
    from registry.insured.agencies.kinds.snils_answer import SnilsAnswer

NEW_NAMES = ("new_surname", "new_first_name", "new_patronymic")


def died_on_is_possible(record: Death, context: CheckContext) -> Iterator[Finding]:
    """A death has a day, neither after today nor before the birth; its act is not older than it (clause 3.4)."""
    yield from _day(record, "died_on", record.died_on, context)
    if record.died_on and record.act_date and record.act_date < record.died_on:
        yield _order("act_date", record.act_date, record.died_on)


def act_is_possible(record: Any, context: CheckContext) -> Iterator[Finding]:
    """An act is not of tomorrow."""
    if record.act_date and record.act_date > context.today:
        yield _future("act_date", record.act_date, context.today)


def birth_is_told(record: Birth, context: CheckContext) -> Iterator[Finding]:
    """A newborn has at least a birth date and a sex; a name may be given later, the surname is the mother's then."""
    if record.birth_date is None:
        yield finding(F.BIRTH_DATE_ABSENT, field="birth_date")
    if record.sex is None:
        yield finding(F.SEX_WRONG, field="sex")
    if not (record.surname or record.mother_surname):
        yield finding(F.NAME_ABSENT, "Фамилия", field="surname")
    if record.birth_date and record.act_date and record.act_date < record.birth_date:
        yield _order("act_date", record.act_date, record.birth_date)
    if record.mother_snils:
        yield from snils_findings(record.mother_snils, "mother_snils", F.SNILS_WRONG)


def new_names_are_told(record: NameChange, context: CheckContext) -> Iterator[Finding]:
    """At least one new name is told, of allowed letters, and the day since when it is borne."""
    yield from _day(record, "changed_on", record.changed_on, context)
    told = [name for name in NEW_NAMES if getattr(record, name)]
    if not told:
        yield finding(F.NAME_ABSENT, "Новая фамилия", field="new_surname")
    for name in told:
        value = getattr(record, name)
        if not is_absent_name(value) and name_verdict(value) is not NameVerdict.VALID:
            title = type(record).fields[name].title
            yield finding(F.NAME_CHARACTERS, title, field=name, value=value, expected="русские буквы, пробел, дефис")


def snils_is_told(record: SnilsAnswer, context: CheckContext) -> Iterator[Finding]:
    """An answer «found» bears a right СНИЛС."""
    if record.told_snils:
        yield from snils_findings(record.told_snils, "told_snils", F.SNILS_WRONG)
    elif record.opfr != 3:
        yield finding(F.SNILS_WRONG, field="told_snils", expected="СНИЛС при кодах ОПФР 1 и 2")


def service_is_possible(record: Conscription, context: CheckContext) -> Iterator[Finding]:
    """Service begins on a day that has come and does not end before."""
    yield from _day(record, "served_from", record.served_from, context)
    if record.served_from and record.served_until and record.served_until < record.served_from:
        yield _order("served_until", record.served_until, record.served_from)


def _day(record: Any, field: str, value: date | None, context: CheckContext) -> Iterator[Finding]:
    if value is None:
        yield finding(F.DATE_ABSENT, type(record).fields[field].title, field=field)
    elif value > context.today:
        yield _future(field, value, context.today)
    elif record.birth_date and value < record.birth_date:
        yield _order(field, value, record.birth_date)


def _future(field: str, value: date, limit: date) -> Finding:
    return finding(F.DATE_IN_FUTURE, field=field, value=value, expected=f"не позже {limit:%d.%m.%Y}")


def _order(field: str, value: date, first: date) -> Finding:
    return finding(F.DATE_ORDER, field=field, value=value, expected=f"не раньше {first:%d.%m.%Y}")


LISTED_CHECKS = PERSON_CHECKS
DEATH_CHECKS = (*PERSON_CHECKS, died_on_is_possible, act_is_possible)
BIRTH_CHECKS = (*PERSON_CHECKS, birth_is_told, act_is_possible)
NAME_CHANGE_CHECKS = (*PERSON_CHECKS, new_names_are_told, act_is_possible)
SNILS_CHECKS = (*PERSON_CHECKS, snils_is_told)
CONSCRIPTION_CHECKS = (*PERSON_CHECKS, service_is_possible)
