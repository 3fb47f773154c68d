"""Loading people from files into the registry."""

from registry.insured.loading.lines import COLUMNS, LineProblem
from registry.insured.loading.load import LoadReport, load_people

__all__ = ["COLUMNS", "LineProblem", "LoadReport", "load_people"]
