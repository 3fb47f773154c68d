"""The life of a person's record in words: names, states, steps of the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.insured.kinds.methods import TITLES as METHODS
from registry.insured.queries import Card, Fact, StateOnDay, timeline
from registry.insured.tables import (
    Address,
    Application,
    Attachment,
    Contact,
    IdentityDocument,
    Insurance,
    PersonHistory,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_MOMENT
from server.web import formatting
from server.web.insured.words import (
    ACTS,
    ADDRESS_KINDS,
    APPLICATION_METHODS,
    APPLICATION_STATUSES,
    AREA_TYPES,
    ASPECTS,
    CATEGORIES,
    CHOICE_REASONS,
    CONTACTS,
    DOCUMENTS,
    EMPLOYMENT,
    END_REASONS,
    EVENTS,
    ISSUE_REASONS,
    POLICIES,
    PRECISIONS,
    REASONS,
    SEXES,
    SOURCES,
)

NAMES = (("surname", "фамилия"), ("first_name", "имя"), ("patronymic", "отчество"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline in words."""

    fact: Fact
    title: str
    text: str
    colour: str


def name_of(version: PersonVersion | None) -> str:
    """The whole name, or a dash where a person has none."""
    parts = (version.surname, version.first_name, version.patronymic) if version else ()
    return " ".join(filter(None, parts)) or "Без имени"


def masked_enp(enp: str) -> str:
    """An ЕНП of which the last four digits are left."""
    return formatting.masked(enp) if enp else ""


def insured_state(state: StateOnDay) -> str:
    """The state of insurance on a day: dead, valid, ended, not_yet or never (clause 4)."""
    if state.dead:
        return "dead"
    if state.insurance is not None:
        return "valid"
    if state.last_insurance is not None:
        return "ended"
    return "not_yet" if state.next_insurance is not None else "never"


def age(found: Card, day: date) -> str:
    """Whole years on a day, or at death."""
    version = next((row for row in found.versions if row.retracted_at == OPEN_MOMENT), None)
    if version is None:
        return ""
    until = min(day, found.person.died_on or day)
    born = version.birth_date
    years = until.year - born.year - ((until.month, until.day) < (born.month, born.day))
    return f"{years} {formatting.plural(years, 'год', 'года', 'лет')}" if years >= 0 else ""


def precision(version: PersonVersion) -> str:
    """How exact a birth date is; empty for an exact one."""
    return PRECISIONS.get(version.birth_precision, "")


def sex(version: PersonVersion | None) -> str:
    """The sex in a word."""
    return SEXES.get(version.sex, "–") if version else "–"


def document_title(row: IdentityDocument) -> str:
    """The type of a document in words (F011)."""
    return DOCUMENTS.get(row.type, f"Документ, код {row.type}")


def document_number(row: IdentityDocument) -> str:
    """Series and number as they are printed."""
    return f"{row.series} № {row.number}" if row.series else row.number


def policy_title(row: Policy) -> str:
    """The type of a policy in words."""
    return POLICIES.get(row.type, f"Полис, тип {row.type}")


def policy_number(row: Policy) -> str:
    """Series and number of an old policy, the ЕНП of a unified one."""
    if row.series:
        return f"{row.series} № {row.number}"
    return formatting.enp(row.enp) if row.enp and row.enp in {row.number, row.number or row.enp} else row.number


def area(row: Attachment) -> str:
    """The area type in a word."""
    return AREA_TYPES.get(row.area_type, f"Профиль {row.area_type}")


def method(row: Attachment) -> str:
    """How an attachment came about."""
    return dict(METHODS).get(row.method, row.method)  # type: ignore[call-overload, no-any-return]  # keys are the words


def end_reason(row: Attachment) -> str:
    """Why an attachment ended."""
    return END_REASONS.get(row.end_reason, "") if row.end_reason else ""


def reason(code: str) -> str:
    """A reason of R001 with its code."""
    return f"{code} – {REASONS[code]}" if code in REASONS else code


def event(code: str) -> str:
    """An event of the registry with its code."""
    return f"{code} {EVENTS[code]}" if code in EVENTS else code


def source(code: str) -> str:
    """Where a fact is from."""
    return SOURCES.get(code, code)


def act(row: PersonHistory) -> str:
    """What an act of the history did."""
    return ACTS.get(row.act, row.act)


def aspects(row: PersonHistory) -> str:
    """What an act touched, in words."""
    return ", ".join(ASPECTS.get(name, name) for name in row.aspects.split(",") if name)


def address_title(row: Address) -> str:
    """Whose address it is in words."""
    return ADDRESS_KINDS.get(row.kind, str(row.kind))


def address(row: Address) -> str:
    """An address in one line."""
    if row.homeless:
        return "без определённого места жительства"
    parts = (row.postcode, row.subject, row.district, row.settlement, row.street)
    places = (("д.", row.house), ("корп.", row.building), ("кв.", row.flat))
    told = ", ".join([*filter(None, parts), *(f"{short} {value}" for short, value in places if value)])
    return told or row.text or "–"


def contact_title(row: Contact) -> str:
    """What sort of contact it is."""
    return CONTACTS.get(row.kind, row.kind)


def social(version: PersonVersion | None) -> str:
    """Category, or else employment, in words; empty when neither is known."""
    if version is None:
        return ""
    return CATEGORIES.get(str(version.category), "") or EMPLOYMENT.get(str(version.employment), "")


def application(row: Application) -> str:
    """What an application asked for."""
    told = CHOICE_REASONS.get(str(row.choice_reason), ""), ISSUE_REASONS.get(str(row.issue_reason), "")
    return "; ".join(filter(None, told)) or "–"


def application_method(row: Application) -> str:
    """How an application was made."""
    return APPLICATION_METHODS.get(str(row.method), "–")


def application_status(row: Application) -> str:
    """Where an application is on its way."""
    return APPLICATION_STATUSES.get(str(row.status), str(row.status))


def steps_of(found: Card) -> list[Step]:
    """The timeline in words, the newest first."""
    steps = [_step(fact) for fact in timeline(found)]
    if found.person.died_on and found.versions:
        fact = Fact(found.person.died_on, "person", "ended", found.versions[0])
        steps.append(Step(fact, "Смерть", source(found.person.death_source), "grey"))
        steps.sort(key=lambda step: step.fact.on, reverse=True)
    return steps


def _step(fact: Fact) -> Step:
    row = fact.row
    if isinstance(row, PersonVersion):
        return Step(fact, "Анкетные данные" if fact.before else "Запись о человеке", _changes(row, fact), "blue")
    if isinstance(row, IdentityDocument):
        return Step(fact, "Документ", f"{document_title(row)}, {formatting.masked(row.number)}", "grey")
    if isinstance(row, Snils):
        return Step(fact, "СНИЛС", formatting.masked(row.number), "grey")
    if isinstance(row, Policy):
        return Step(fact, "Полис", f"{policy_title(row)}, {formatting.masked(row.number or row.enp)}", "blue")
    if isinstance(row, Insurance):
        return _insurance(fact, row)
    if fact.act == "ended":
        return Step(fact, "Прикрепление закончено", f"{area(row)}, МО {row.clinic_code}. {end_reason(row)}", "amber")
    district = f", участок {row.district_code}" if row.district_code else ""
    return Step(fact, "Прикрепление", f"{area(row)}, МО {row.clinic_code}{district}, {method(row)}", "green")


def _insurance(fact: Fact, row: Insurance) -> Step:
    if fact.act == "ended":
        return Step(fact, "Страхование прекращено", f"СМО {row.insurer_code}. {reason(row.end_reason)}", "amber")
    return Step(fact, "Страхование", f"СМО {row.insurer_code}. {reason(row.begin_reason)}".rstrip(". "), "green")


def _changes(row: PersonVersion, fact: Fact) -> str:
    before = fact.before
    if not isinstance(before, PersonVersion):
        return name_of(row)
    changed = [
        f"{title}: {getattr(before, name) or 'нет'} → {getattr(row, name) or 'нет'}"
        for name, title in NAMES
        if getattr(before, name) != getattr(row, name)
    ]
    if before.birth_date != row.birth_date:
        changed.append(f"дата рождения: {formatting.day(before.birth_date)} → {formatting.day(row.birth_date)}")
    if before.sex != row.sex:
        changed.append(f"пол: {sex(before)} → {sex(row)}")
    return "; ".join(changed) or "уточнены прочие сведения"
