import ast
from itertools import takewhile

from registry.store.migration import alembic_config
from tests.structure.project import (
    PACKAGES,
    ROOT,
    name_of,
    public_definitions,
    python_files,
    source_files,
    tracked_files,
    tree_of,
)

TOP_LEVEL = {*PACKAGES, "tests", "wsgi.py", "pyproject.toml", "README.md", "Makefile", "LICENSE"}
ROOMS_OF_TESTS = {
    "benchmarks",
    "channels",
    "contract",
    "faults",
    "fixtures",
    "golden",
    "integration",
    "reference",
    "structure",
    "unit",
    "web",
}
DRAWERS = {"common", "commons", "helper", "helpers", "lib", "misc", "tools", "util", "utils"}
# The only modules that may build SQL; their names are those of the house plan.
ROOMS_OF_SQL = {"tables", "operations", "queries", "store"}
# The exchange changes state everywhere: these are its operations rooms by decision 0002; loading is one of insured.
OPERATIONS_OF_EXCHANGE = {
    "access",
    "broker",
    "content",
    "content_stream",
    "directory",
    "jobs",
    "layouts",
    "messages",
    "options",
    "outbox",
    "stages",
}
SQL_WORDS = {
    "bindparam",
    "delete",
    "exists",
    "func",
    "insert",
    "literal_column",
    "select",
    "text",
    "union_all",
    "update",
}


def test_the_top_level_holds_what_the_plan_names() -> None:
    found = {name_of(path).split("/")[0] for path in tracked_files()}
    assert {name for name in found if not name.startswith(".")} - TOP_LEVEL == set()


def test_the_tests_live_in_their_rooms() -> None:
    rooms = {
        name_of(path).split("/")[1]
        for path in tracked_files()
        if name_of(path).count("/") > 1 and name_of(path).startswith("tests/")
    }
    assert rooms - ROOMS_OF_TESTS == set()


def test_there_are_no_drawers() -> None:
    parts = {name_of(path): {*path.relative_to(ROOT).parts[:-1], path.stem} for path in python_files()}
    assert {name for name, words in parts.items() if words & DRAWERS} == set()


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {path.parent for path in source_files() if path.parent != ROOT and path.parent.name != "versions"}
    above = {outer for folder in folders for outer in takewhile(lambda one: one != ROOT, folder.parents)}
    assert {name_of(folder) for folder in folders | above if not (folder / "__init__.py").is_file()} == set()


def test_every_module_says_what_it_is() -> None:
    silent = {
        name_of(path) for path in source_files() if path.read_text().strip() and not ast.get_docstring(tree_of(path))
    }
    assert silent == set()


def test_every_public_class_and_function_says_what_it_guarantees() -> None:
    silent = {
        f"{name_of(path)}:{name}"
        for path in source_files()
        if path.parent.name != "versions" and name_of(path) != "migrations/env.py"
        for name, node in public_definitions(tree_of(path).body)
        if not ast.get_docstring(node)
    }
    assert silent == set()


def test_there_is_one_migration_head() -> None:
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_sql_is_built_in_its_rooms_only() -> None:
    elsewhere = set()
    for path in source_files():
        parts = {*path.relative_to(ROOT).parts[:-1], path.stem}
        if parts & ROOMS_OF_SQL or "migrations" in parts or _is_operations_room(parts):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
                elsewhere |= {f"{name_of(path)}: {alias.name}" for alias in node.names if alias.name in SQL_WORDS}
    assert elsewhere == set()


def _is_operations_room(parts: set[str]) -> bool:
    if "exchange" in parts:
        return bool(parts & OPERATIONS_OF_EXCHANGE)
    return {"insured", "loading"} <= parts


def test_the_registry_never_commits() -> None:
    """A commit happens at an entry point; the store has the exceptions that are entry points themselves."""
    commits = set()
    for path in source_files():
        parts = path.relative_to(ROOT).parts
        if parts[0] != "registry" or parts[1] == "store":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                commits.add(f"{name_of(path)}:{node.lineno}")
    assert commits == set()
