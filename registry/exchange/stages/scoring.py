"""The weights and thresholds in force, the same for a live question, a message and a file."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.insured.matching.probable import Scoring
from registry.insured.review.queries import weights_in_force
from registry.insured.scoring.model import Model, read_weights
from registry.insured.scoring.people import PEOPLE, packaged_model

SECONDS = 60.0  # weights are data of months, a worker may learn of new ones a minute later
THRESHOLDS = {
    "matching_found": "Найден, если сходство не меньше",
    "matching_margin": "и следующий похожий отстаёт не меньше чем на",
    "matching_review": "На разбор, если сходство не меньше",
}


def scoring_of(session: Session, context: HubContext) -> Scoring:
    """The installed set of weights of today, else the packaged one, with the thresholds of the settings."""
    options = context.options(session)
    model = context.remembered.get("scoring", lambda: _model(session, context), seconds=SECONDS)
    found, margin, review = (float(options[name]) for name in THRESHOLDS)
    return Scoring(model, found, margin, review)


def _model(session: Session, context: HubContext) -> Model:
    installed = weights_in_force(session, context.clock.today())
    return packaged_model() if installed is None else _read(installed.content)


@lru_cache(maxsize=4)
def _read(content: str) -> Model:
    return Model(PEOPLE, read_weights(content))
