import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.structure.project import ROOT

RUNTIME, TESTS = ROOT / "server" / "requirements.lock", ROOT / "tests" / "requirements.lock"
NODE = ROOT / "tests" / "contract" / "node"
ENTRY = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def project() -> dict[str, Any]:
    described: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return described


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", requirement)[0].lower() for requirement in requirements}


def pinned(lock: Path) -> dict[str, str]:
    return dict(ENTRY.findall(lock.read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", [RUNTIME, TESTS], ids=["runtime", "tests"])
def test_everything_locked_has_a_hash_and_no_source(lock: Path) -> None:
    entries = re.split(r"^(?=\S)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if not ENTRY.match(entry) or "--hash=sha256:" not in entry] == []


def test_everything_asked_for_is_locked() -> None:
    described = project()
    extras = described["optional-dependencies"]
    assert named(described["dependencies"]) | named(extras["build"]) <= pinned(RUNTIME).keys()
    assert named(extras["dev"]) <= pinned(TESTS).keys()


def test_tests_run_on_what_is_delivered() -> None:
    assert pinned(RUNTIME).items() <= pinned(TESTS).items()


def test_the_node_client_is_locked_with_hashes_and_no_source() -> None:
    asked = json.loads((NODE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((NODE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fetched = {name: package for name, package in packages.items() if name}
    assert {f"node_modules/{name}": version for name, version in asked.items()}.items() <= {
        name: package["version"] for name, package in fetched.items()
    }.items()
    assert [name for name, package in fetched.items() if "integrity" not in package or "resolved" in package] == []
