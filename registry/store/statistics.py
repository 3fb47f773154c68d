"""What PostgreSQL knows of its tables, learnt anew when they have outgrown it and nobody else has done so.

A plan is kept for the life of a connection (``plan_cache_mode``, ``registry.store.prepared``). One made while a table
was empty, or without statistics at all, would be followed when the table has millions of rows: ANALYZE is what makes
every connection plan anew, and where autovacuum is off or late nobody says it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine

#: Pages a table may gain before its statistics are old: half as many again, and a handful for small tables.
OUTGROWN = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r'
AND pg_relation_size(c.oid) / current_setting('block_size')::int
    > CASE WHEN c.reltuples < 0 THEN 0 ELSE c.relpages * 1.5 + 16 END
ORDER BY c.relname
"""


def outgrown_tables(connection: Connection) -> list[str]:
    """The tables that have grown by half since they were looked at, or were never looked at; none on SQLite.

    Told by their sizes, not by the counters of the server, which are gone after a crash and may be switched off.
    """
    if connection.dialect.name != "postgresql":
        return []
    return [str(name) for name in connection.exec_driver_sql(OUTGROWN).scalars()]


def renew_statistics(engine: Engine) -> list[str]:
    """Look at every table that has outgrown its statistics, each in a transaction of its own; returns their names."""
    with engine.connect() as connection:
        names = outgrown_tables(connection)
        connection.rollback()
        quote = connection.dialect.identifier_preparer.quote
        for name in names:
            connection.exec_driver_sql(f"ANALYZE {quote(name)}")
            connection.commit()
    return names
