"""Weights out of requests whose people are known, and the error curve of the thresholds on others of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from registry.insured.matching.forms import given_forms, known_forms
from registry.insured.matching.wanted import prepare
from registry.insured.scoring.estimate import Pair, random_pairs, train
from registry.insured.scoring.model import Weights
from registry.insured.scoring.people import PEOPLE
from registry.insured.training.labelled import Labelled
from registry.insured.training.queries import people_by_bdz_ids, sample_people

STRANGERS = 400_000
SAMPLE = 50_000
NUMBERED = ("snils", "document", "policy", "enp")
RARE = 1e-6


def train_supervised(
    session: Session,
    labelled: Sequence[Labelled],
    *,
    moment: datetime,
    name: str,
    seed: int = 1,
    strangers: int = STRANGERS,
) -> Weights:
    """Weights of the people: m from the labelled pairs, u from pairs drawn by chance, frequencies from a sample."""
    today = moment.date()
    sample = sample_people(session, SAMPLE, moment)
    population = [known_forms(one) for one in sample]
    known = people_by_bdz_ids(session, (one.person_key for one in labelled), moment)
    given = [(given_forms(prepare(one.request, today)), one.person_key) for one in labelled]
    matched: list[Pair] = [(forms, known_forms(known[key])) for forms, key in given if key in known]
    if not matched:
        raise ValueError("ни одного человека из размеченных строк нет в регистре")
    weights = train(
        PEOPLE,
        matched,
        random_pairs([forms for forms, _ in given], population, strangers, seed),
        population,
        name=name,
        valid_from=f"{today:%Y-%m-%d}",
        source=f"размеченные пары: {len(matched)}, людей в выборке: {len(population)}",
    )
    return replace(weights, u=_rare_numbers(weights))


def _rare_numbers(weights: Weights) -> dict[str, dict[str, float]]:
    """Two numbers of a random pair hardly ever agree: their chance is that of one person in the registry."""
    u = {name: dict(chances) for name, chances in weights.u.items()}
    for name in NUMBERED:
        u[name]["equal"] = min(u[name]["equal"], RARE)
    return u
