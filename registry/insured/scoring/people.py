"""The field map of people: what of a request and of a person of the registry is compared (clause 9.4)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from registry.core.normalisation import loose_name
from registry.insured.scoring.levels import DATES, NUMBERS, PLACES, SEXES, name_comparison
from registry.insured.scoring.model import FieldMap, Model, Property, Weights, read_weights

NAMES = name_comparison(loose_name)
PEOPLE: FieldMap = (
    Property("surname", NAMES, by_frequency=True, swaps_with="first_name"),
    Property("first_name", NAMES, by_frequency=True, swaps_with="surname"),
    Property("patronymic", NAMES, by_frequency=True),
    Property("birth_date", DATES),
    Property("sex", SEXES),
    Property("snils", NUMBERS),
    Property("document", NUMBERS),
    Property("policy", NUMBERS),
    Property("enp", NUMBERS),
    Property("birth_place", PLACES),
)
PACKAGED = "weights.json"


@lru_cache(maxsize=1)
def packaged_weights() -> Weights:
    """The set that comes with the hub, learnt from the invented population."""
    return read_weights(files(__package__).joinpath(PACKAGED).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def packaged_model() -> Model:
    """The model of people with the packaged weights."""
    return Model(PEOPLE, packaged_weights())
