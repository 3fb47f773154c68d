"""Linkage of the whole registry with itself by Splink, on DuckDB or Spark (extra ``linkage``)."""

from registry.insured.twins.linkage.apart import link_apart
from registry.insured.twins.linkage.run import (
    ENGINES,
    Linked,
    demand_linkage,
    export_parquet,
    has_linkage,
    link_files,
    link_registry,
)

__all__ = [
    "ENGINES",
    "Linked",
    "demand_linkage",
    "export_parquet",
    "has_linkage",
    "link_apart",
    "link_files",
    "link_registry",
]
