"""Run by Alembic: migrates the connection given to it; locks and the commit are registry.store.migration's."""

from alembic import context

from migrations.tables import all_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_as_batch=True,  # SQLite changes a table by building it anew
    transactional_ddl=True,  # both databases take a whole migration back when it fails
    transaction_per_migration=False,
    compare_type=True,
)
context.run_migrations()
