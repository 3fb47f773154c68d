import ast
import re

from registry.catalog import collect
from registry.exchange.options import DEFAULTS, DIALECTS, GROUPS, OPTIONS, option_of
from registry.exchange.options.list import check_relations, check_value
from server.settings import DIALECTS as OF_INSTALLATIONS
from tests.structure.project import name_of, source_files, tree_of

HERE = "registry/exchange/options/"
RUSSIAN = re.compile(r"[А-Яа-яё]")
#: Read under a name put together at run time: the sort of what is waited for, the number of an answer.
COMPOSED = re.compile(r"hold_hours_(dependants|file|review)|event_text_\d(_bare)?")


def strings() -> set[str]:
    """Every text written in a module outside the descriptions themselves."""
    return {
        node.value
        for path in source_files()
        if not name_of(path).startswith(HERE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def subscripts() -> set[tuple[str, str]]:
    """Where something called options is asked for a name."""
    found = set()
    for path in source_files():
        for node in ast.walk(tree_of(path)):
            name, whose = _asked(node)
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and whose and _is_options(whose):
                found.add((name_of(path), name.value))
    return found


def _asked(node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    if isinstance(node, ast.Subscript):
        return node.slice, node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return node.args[0], node.func.value
    return None, None


def _is_options(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        node = node.func
    return ast.unparse(node) in {"options", "work.options", "batch.options", "asked.options", "context.options"} or (
        ast.unparse(node).endswith("context.options")
    )


def test_every_setting_is_described_once_for_people() -> None:
    names = [option.name for group in GROUPS for option in group.options]
    assert len(names) == len(set(names))
    titles = [option.title for option in OPTIONS.values()]
    assert len(titles) == len(set(titles))
    silent = {
        option.name
        for option in OPTIONS.values()
        if not (RUSSIAN.search(option.title) and RUSSIAN.search(option.does) and option.does.endswith("."))
        or not RUSSIAN.search(option.form.expected)
    }
    assert silent == set()


def test_every_default_is_a_value_its_setting_takes() -> None:
    for name, value in DEFAULTS.items():
        check_value(name, value)
        option, _ = option_of(name)
        assert option.form.read(option.form.write(value)) == value, name
        assert option.form.show(value), name
    check_relations(DEFAULTS, DEFAULTS)


def test_own_values_are_of_dialects_there_are() -> None:
    named = {dialect for option in OPTIONS.values() for dialect in option.dialects}
    assert named == set(DIALECTS)
    assert named <= {*collect().dialects, *OF_INSTALLATIONS}


def test_every_setting_that_is_read_is_described_and_every_described_one_is_read() -> None:
    assert {(where, name) for where, name in subscripts() if name not in OPTIONS and name[0] != "/"} == set()
    written = strings()
    assert {name for name in OPTIONS if name not in written and not COMPOSED.fullmatch(name)} == set()
