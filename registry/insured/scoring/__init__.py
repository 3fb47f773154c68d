"""Scores of pairs of records: graded comparison, weights that were learnt, and the learning (registry model, 9.4)."""

from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import FieldMap, Model, Property, Weights, read_weights
from registry.insured.scoring.people import PEOPLE, packaged_model, packaged_weights
from registry.insured.scoring.score import Forms, Grade, Scored, score

__all__ = [
    "PEOPLE",
    "FieldMap",
    "Forms",
    "Grade",
    "Level",
    "Model",
    "Property",
    "Scored",
    "Weights",
    "packaged_model",
    "packaged_weights",
    "read_weights",
    "score",
]
