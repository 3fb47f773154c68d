"""Which tables the history must end with: those of every room of the registry."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import registry
from registry.store.base import Base


def rooms() -> list[str]:
    """The rooms of the registry that have tables."""
    found = []
    for room in pkgutil.iter_modules(registry.__path__):
        if not room.ispkg:
            continue
        package = importlib.import_module(f"registry.{room.name}")
        if any(module.name == "tables" for module in pkgutil.iter_modules(package.__path__)):
            found.append(room.name)
    return found


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
