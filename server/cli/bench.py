"""hub bench."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import click

from server.cli.errors import Refused

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "benchmarks"


def known() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]) if not module.name.startswith("_"))


@click.command(context_settings={"ignore_unknown_options": True}, epilog="Пример: hub bench identify --json")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="для машины")
@click.argument("settings", nargs=-1)
def bench(name: str, as_json: bool, settings: tuple[str, ...]) -> None:
    """Измерить NAME против нижней границы и соперника (tests/benchmarks). SETTINGS: имя=значение."""
    if name not in known():
        raise Refused(f"Измерения «{name}» нет. Есть: {', '.join(known()) or 'ни одного'}")
    sys.path.insert(0, str(FOLDER.parents[1]))
    module: Any = importlib.import_module(f"tests.benchmarks.{name}")
    given = dict(one.split("=", 1) for one in settings if "=" in one)
    figures = module.run(**{key: int(value) if value.isdigit() else value for key, value in given.items()})
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    for key, value in figures.items():
        click.echo(f"{key:<32} {value}")
