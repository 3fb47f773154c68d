"""The errors measured on labelled pairs, threshold by threshold, as a chart with the present threshold marked."""

from __future__ import annotations

from dataclasses import dataclass

from registry.insured.matching.evidence import FIELD_TITLES, GRADE_TITLES
from registry.insured.matching.probable import Scoring
from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import Model
from server.web.chart import Chart, Series


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A property with what each of its grades weighs."""

    title: str
    grades: list[tuple[str, float]]


def curve_chart(scoring: Scoring) -> Chart | None:
    """Errors and rows left for operators per threshold; None when the set of weights brings no measurement."""
    rows = sorted(scoring.model.weights.curve, key=lambda row: row["threshold"])
    if not rows:
        return None
    categories = [f"{row['threshold']:g}" for row in rows]
    nearest = min(rows, key=lambda row: abs(row["threshold"] - scoring.found))
    return Chart(
        title="Ошибки по порогу «найден»",
        kind="lines",
        categories=categories,
        series=(
            Series("найден не тот, на 10 000 найденных", [round((1 - row["precision"]) * 10_000, 2) for row in rows]),
            Series("не найден, на 1 000 запросов", [round((1 - row["recall"]) * 1_000, 2) for row in rows]),
            Series("на разбор, на 1 000 запросов", [round(row["held"] * 1_000, 2) for row in rows]),
        ),
        x="порог, бит",
        y="случаев",
        marks=((f"{nearest['threshold']:g}", f"сейчас {scoring.found:g}"),),
    )


def weight_rows(model: Model) -> list[WeightRow]:
    """What every grade of every property weighs in bits, the properties in the order of the map."""
    return [
        WeightRow(
            FIELD_TITLES.get(one.name, one.name),
            [(GRADE_TITLES[level], weight) for level, weight in table.items() if level is not Level.ABSENT],
        )
        for one, table in zip(model.fields, model.tables, strict=True)
    ]
