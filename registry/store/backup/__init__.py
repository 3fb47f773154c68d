"""A backup of the whole database in one portable file, and its way back into an empty database of either kind."""

from registry.store.backup.dump import dump
from registry.store.backup.form import Contents, Damaged, TableSum, read_contents
from registry.store.backup.restore import NotEmpty, filled_tables, restore
from registry.store.backup.sums import database_sums

__all__ = [
    "Contents",
    "Damaged",
    "NotEmpty",
    "TableSum",
    "database_sums",
    "dump",
    "filled_tables",
    "read_contents",
    "restore",
]
