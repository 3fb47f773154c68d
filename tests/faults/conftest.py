"""What fault tests share."""

from tests.fixtures.databases import (
    database_url,
    engine,
    migrated_postgresql,
    migrated_sqlite,
    postgresql_url,
    sessions,
    sqlite_url,
)

__all__ = [
    "database_url",
    "engine",
    "migrated_postgresql",
    "migrated_sqlite",
    "postgresql_url",
    "sessions",
    "sqlite_url",
]
