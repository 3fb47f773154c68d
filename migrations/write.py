"""Writes the next migration: what the models have and the history has not.

    python -m migrations.write "add the source of a district"   one file for what changed
    python -m migrations.write --anew                            the whole history, a file per module of tables

The second is for the time before the first release, while no database has to be kept.
"""

import subprocess
import sys
from graphlib import TopologicalSorter
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from migrations.tables import all_tables, module_of
from registry.store.base import Moment
from registry.store.engine import create_hub_engine
from registry.store.migration import MIGRATIONS, alembic_config, upgrade_connection

VERSIONS = MIGRATIONS / "versions"
POSTGRESQL = "from sqlalchemy.dialects import postgresql\n"
TYPES: dict[type[TypeDecorator[Any]], str] = {Moment: "sa.DateTime(timezone=True)"}


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Our own column types are written out as what they store: history must not depend on today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return TYPES[type(item)]
    return False


def write(connection: Connection, sentence: str, module: str = "") -> bool:
    """Writes a migration for what this database lacks (of one module, when named); False when it lacks nothing."""
    options = {
        "compare_type": True,
        "render_as_batch": not module,
        "include_object": lambda _item, name, kind, _reflected, _other: (
            not module or kind != "table" or module_of(name) == module
        ),
    }
    context = MigrationContext.configure(connection, opts=options)
    found = produce_migrations(context, all_tables())
    if found.upgrade_ops is None or found.downgrade_ops is None or found.upgrade_ops.is_empty():
        return False
    forward, back = rendered(context, found.upgrade_ops), rendered(context, found.downgrade_ops)
    script = ScriptDirectory.from_config(alembic_config())
    made = script.generate_revision(
        f"{len(list(script.walk_revisions())) + 1:04d}",
        sentence[0].upper() + sentence[1:],
        head="head",
        upgrades=forward,
        downgrades=back,
        imports=POSTGRESQL if "postgresql." in forward + back else "",
    )
    if made is not None:
        subprocess.run([sys.executable, "-m", "ruff", "format", "-q", made.path], check=True)
        sys.stdout.write(f"{made.path}\n")
    return True


def rendered(context: MigrationContext, operations: ops.UpgradeOps | ops.DowngradeOps) -> str:
    """The operations as Python, without the remarks of the generator."""
    text = render_python_code(
        operations,
        render_as_batch=bool(context.opts["render_as_batch"]),
        migration_context=context,
        render_item=render_item,
    )
    kept = [line for line in text.splitlines() if not line.lstrip().startswith("# ###")]
    return "\n".join(kept).strip().replace("astext_type=Text()", "").replace("astext_type=sa.Text()", "")


def modules() -> list[str]:
    """The modules that hold tables, each after those its tables point at."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for table in all_tables().sorted_tables:
        home = module_of(table.name)
        targets = {module_of(key.column.table.name) for key in table.foreign_keys}
        order.add(home, *(targets - {home}))
    return list(order.static_order())


def main() -> None:
    """Reads the command line of this file."""
    arguments = sys.argv[1:]
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    all_tables()
    engine = create_hub_engine("sqlite://")
    if arguments != ["--anew"]:
        with engine.connect() as connection:
            upgrade_connection(connection)
            raise SystemExit(0 if write(connection, arguments[0]) else "nothing to write")
    for old in VERSIONS.glob("*.py"):
        old.unlink()
    for module in modules():
        room, _, nouns = module.partition(".tables")
        with engine.connect() as connection:
            upgrade_connection(connection)
            write(connection, f"create the tables of {room} {nouns.strip('.').replace('_', ' ')}".strip(), module)


if __name__ == "__main__":
    main()
