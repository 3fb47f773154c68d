"""The counts of the registry as charts and tiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from registry.insured.kinds.methods import TITLES as METHODS
from registry.insured.statistics.operations import AGE_STEP, OLDEST
from server.web import formatting
from server.web.chart import Chart, Series
from server.web.insured.words import POLICIES

Counts = Mapping[str, int]
MOST_BARS = 25
CHILDHOOD = 15
STATES = {
    "insured": "Застрахованы",
    "uninsured": "Без действующего страхования",
    "suspended": "Страхование приостановлено",
    "foreign": "Застрахованы в другом регионе",
    "dead": "Умершие",
    "annulled": "Записи аннулированы",
}


def tiles(found: Mapping[str, Counts]) -> list[tuple[str, int, str]]:
    """The numbers first: insured, children among them, without a clinic."""
    children = sum(people for value, people in found.get("age", {}).items() if _years(value) < CHILDHOOD)
    told = [
        ("Застраховано", sum(found.get("people", {}).values()), "blue"),
        (f"Из них до {CHILDHOOD} лет", children, "green"),
    ]
    clinics = found.get("clinic")
    return told if clinics is None else [*told, ("Без прикрепления", clinics.get("", 0), "amber")]


def pyramid(ages: Counts) -> Chart:
    """The age pyramid by five years."""
    steps = range(0, OLDEST + 1, AGE_STEP) if ages else ()
    men, women = ([ages.get(f"{sex}:{step:03d}", 0) for step in steps] for sex in (1, 2))
    return Chart(
        title="Возраст и пол",
        kind="pyramid",
        categories=[f"{step}+" if step == OLDEST else f"{step}–{step + AGE_STEP - 1}" for step in steps],
        series=(Series("Мужчины", men), Series("Женщины", women)),
        x="Возраст, лет",
    )


def by_code(title: str, counts: Counts, names: Mapping[str, str], nobody: str) -> Chart:
    """People by organisation, the greatest first, the smallest together."""
    known = sorted(((people, code) for code, people in counts.items() if code), reverse=True)
    rows = [(f"{code} {names.get(code, '')}".strip(), people) for people, code in known[:MOST_BARS]]
    if len(known) > MOST_BARS:
        rows.append((f"Прочие ({len(known) - MOST_BARS})", sum(people for people, _ in known[MOST_BARS:])))
    if counts.get(""):
        rows.append((nobody, counts[""]))
    return _bars(title, rows)


def by_state(counts: Counts) -> Chart:
    """All records of the registry by state."""
    return _bars("Записи регистра по состоянию", [(word, counts[key]) for key, word in STATES.items() if key in counts])


def by_method(counts: Counts) -> Chart:
    """The attached by the way they came."""
    titles = {str(method): title for method, title in METHODS.items()}
    return _bars("Способ прикрепления", _greatest_first({titles.get(key, key): counts[key] for key in counts if key}))


def by_policy(counts: Counts) -> Chart:
    """The insured by type of policy."""
    return _bars(
        "Вид полиса", _greatest_first({f"{key} {POLICIES.get(key, '')}": people for key, people in counts.items()})
    )


def by_day(days: Sequence[tuple[date, int]]) -> Chart:
    """How the number of insured went."""
    return Chart(
        title="Застраховано по дням",
        kind="lines",
        categories=[formatting.day(day) for day, _ in days],
        series=(Series("Застраховано", [people for _, people in days]),),
    )


def _years(value: str) -> int:
    return int(value.partition(":")[2])


def _greatest_first(counts: Counts) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda row: -row[1])


def _bars(title: str, rows: Sequence[tuple[str, int]]) -> Chart:
    return Chart(
        title=title,
        kind="bars",
        categories=[name for name, _ in rows],
        series=(Series("Лиц", [people for _, people in rows]),),
    )
