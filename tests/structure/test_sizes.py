import ast
from collections import Counter

import pytest

from tests.structure.project import VENDORED, Function, name_of, python_files, source_files, tracked_files, tree_of

LINES_IN_A_MODULE = 400
LINES_IN_A_FUNCTION = 50
FILES_IN_A_FOLDER = 20
LINES_IN_A_TEMPLATE = 200
LINES_OF_OWN_CSS = 300
LINES_IN_THE_README = 150
# Folders where every file is one dated or one named thing of a list that grows: they are read by name, not as a whole.
LISTS = ("migrations/versions",)


def test_no_module_is_too_long() -> None:
    long = {
        name_of(path): count
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LINES_IN_A_MODULE
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {
        f"{name_of(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, Function) and node.end_lineno and node.end_lineno - node.lineno >= LINES_IN_A_FUNCTION
    }
    assert {name: count for name, count in long.items() if not name.startswith("migrations/versions/")} == {}


def test_no_folder_holds_too_many_files() -> None:
    counts = Counter(path.parent for path in tracked_files() if path.suffix in {".py", ".html", ".csv", ".xsd"})
    crowded = {
        name_of(folder): count
        for folder, count in counts.items()
        if count > FILES_IN_A_FOLDER and name_of(folder) not in LISTS and "vectors" not in folder.parts
    }
    assert crowded == {}


def test_no_template_is_too_long() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".html"]
    assert {name_of(page) for page in pages if len(page.read_text().splitlines()) > LINES_IN_A_TEMPLATE} == set()


def test_our_own_style_sheets_stay_small() -> None:
    sheets = [path for path in tracked_files() if path.suffix == ".css" and path.parent != VENDORED]
    assert sum(len(sheet.read_text().splitlines()) for sheet in sheets) <= LINES_OF_OWN_CSS


def test_the_readme_is_a_map() -> None:
    readmes = [path for path in tracked_files() if name_of(path) == "README.md"]
    if not readmes:
        pytest.fail("README.md is missing")
    assert len(readmes[0].read_text(encoding="utf-8").splitlines()) <= LINES_IN_THE_README
