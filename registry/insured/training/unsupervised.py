"""Weights without labels: Splink finds them by expectation and maximisation over requests and a registry sample.

Splink and DuckDB are the extra ``linkage``; nothing of them is needed to identify anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.insured.matching.forms import given_forms, known_forms
from registry.insured.matching.wanted import prepare
from registry.insured.scoring.estimate import Chances, frequencies
from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import LEAST, Weights
from registry.insured.scoring.people import PEOPLE
from registry.insured.scoring.score import Forms
from registry.insured.training.labelled import Labelled
from registry.insured.training.queries import sample_people
from registry.insured.training.splink_model import comparison_of, order_of, row_of

SAMPLE = 300_000
RANDOM_PAIRS = 2_000_000
UNSEEN = 5e-4  # a grade that no match of the sample showed is rare, its weight must not outvote all others
# Each run leaves out what it blocks on; together they see every property.
BLOCKS = (("surname", "birth_date"), ("first_name", "birth_date"), ("enp",), ("snils",))


def train_unsupervised(
    session: Session, requests: Sequence[Labelled], *, moment: datetime, name: str, seed: int = 1
) -> Weights:
    """Weights of the people out of unlabelled requests: u by random pairs, m by EM, frequencies of the sample."""
    population = [known_forms(one) for one in sample_people(session, SAMPLE, moment)]
    given = [given_forms(prepare(one.request, moment.date())) for one in requests]
    if not population or not given:
        raise ValueError("нет людей в регистре или строк в файле")
    m, u = estimated(given, population, seed)
    listed, rarest = frequencies(PEOPLE, population)
    source = f"Splink, EM: запросов {len(given)}, людей в выборке {len(population)}"
    return Weights(name, f"{moment:%Y-%m-%d}", source, m, u, listed, rarest)


def estimated(given: Sequence[Forms], known: Sequence[Forms], seed: int) -> tuple[Chances, Chances]:
    """The chances m and u that Splink finds; what it could not see keeps a chance so small that it weighs little."""
    linker = _linker(given, known)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed)
    for block in BLOCKS:
        rule = " AND ".join(f"l.{column} = r.{column}" for column in block)
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return chances_in(linker.misc.save_model_to_json())


def _linker(given: Sequence[Forms], known: Sequence[Forms]) -> Any:
    from splink import DuckDBAPI, Linker

    rows: Any = [[row_of(PEOPLE, forms, number) for number, forms in enumerate(side)] for side in (given, known)]
    settings = {
        "link_type": "link_only",
        "comparisons": [comparison_of(one) for one in PEOPLE],
        "blocking_rules_to_generate_predictions": [
            " AND ".join(f"l.{column} = r.{column}" for column in block) for block in BLOCKS
        ],
        "probability_two_random_records_match": 1 / max(len(known), 1),
    }
    return Linker(rows, settings, DuckDBAPI(), set_up_basic_logging=False)


def chances_in(model: dict[str, Any]) -> tuple[Chances, Chances]:
    """The chances of a saved model of Splink under our words."""
    m: Chances = {}
    u: Chances = {}
    for one, told in zip(PEOPLE, model["comparisons"], strict=True):
        levels = [level for level in told["comparison_levels"] if not level.get("is_null_level")]
        for found, key, unseen in ((m, "m_probability", UNSEEN), (u, "u_probability", LEAST)):
            found[one.name] = _shares(order_of(one.comparison), [level.get(key) for level in levels], unseen)
    return m, u


def _shares(order: Sequence[Level], told: Sequence[float | None], unseen: float) -> dict[str, float]:
    chances = [max(float(chance or 0.0), unseen) for chance in told]
    total = sum(chances)
    return {level.value: round(chance / total, 9) for level, chance in zip(order, chances, strict=True)}
