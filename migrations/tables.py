"""Which tables the history must end with: those of every room of the registry."""

import importlib
from pathlib import Path

from sqlalchemy import MetaData

import registry
from registry.store.base import Base


def rooms() -> list[str]:
    """The rooms of the registry that have tables, rooms within rooms too."""
    root = Path(registry.__path__[0])
    packages = [path.parent.parent for path in root.rglob("tables/__init__.py")]
    homes = {*packages, *(path.parent for path in root.rglob("tables.py"))}
    return sorted(".".join(home.relative_to(root).parts) for home in homes)


def all_tables() -> MetaData:
    """The metadata with the tables of every room imported."""
    for room in rooms():
        importlib.import_module(f"registry.{room}.tables")
    return Base.metadata


def module_of(table: str) -> str:
    """The module whose model describes this table, named from its room: ``exchange.tables.packet``."""
    for mapper in Base.registry.mappers:
        if getattr(mapper.local_table, "name", "") == table:
            return mapper.class_.__module__.removeprefix("registry.")
    raise KeyError(table)
