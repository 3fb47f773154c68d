"""The history of the database: see ``registry.store.migration``; ``python -m migrations.write`` adds to it."""
