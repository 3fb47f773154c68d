"""What the structure tests look at: the files of the project, read once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("migrations", "registry", "server", "soap")
VENDORED = ROOT / "server" / "web" / "static" / "vendor"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git knows and the tree still has."""
    # A clone that belongs to somebody else is common in CI; only its list of files is read.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def source_files() -> tuple[Path, ...]:
    """Every Python file of the product, tests left out."""
    return tuple(path for path in tracked_files() if path.suffix == ".py" and name_of(path).split("/")[0] != "tests")


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file, tests too."""
    return tuple(path for path in tracked_files() if path.suffix == ".py")


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path inside the project, with slashes."""
    return path.relative_to(ROOT).as_posix()


def public_definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Public classes, functions and methods, with their dotted names; what an overload only declares is left out."""
    for node in body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(_last_name(decorator) in {"overload", "setter"} for decorator in node.decorator_list):
            continue
        yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body, f"{prefix}{node.name}.")


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
