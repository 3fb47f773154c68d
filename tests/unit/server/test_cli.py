import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from registry.core.errors import Permanent, Retryable
from server.cli import COMMANDS, hub
from server.cli.errors import told
from server.settings import SettingsError

NAMED = ("init", "serve", "worker", "scheduler", "demo", "people", "identify", "submit", "check", "queue", "account")


def leaves(command: click.Command) -> Iterator[click.Command]:
    if not isinstance(command, click.Group):
        yield command
        return
    for inner in command.commands.values():
        yield from leaves(inner)


def test_every_command_explains_itself_with_an_example() -> None:
    runner = CliRunner()
    for name in COMMANDS:
        told_help = runner.invoke(hub, [name, "--help"])
        assert told_help.exit_code == 0, name
        command = hub.get_command(click.Context(hub), name)
        for one in leaves(command):
            assert one.epilog, f"{name} {one.name}"
            assert one.epilog.startswith("Пример: hub "), one.epilog


def test_the_commands_of_the_published_face_are_there() -> None:
    assert set(NAMED) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["нечто"], "нет команды «нечто»"),
        (["serve", "--nonsense"], "Нет такого ключа: --nonsense"),
        (["submit"], "Не указано: FILE…"),
        (["people", "load", "нет-такого.csv"], "нет файла"),
        (["queue", "park", "много"], "не целое число"),
    ],
)
def test_a_mistake_in_a_command_is_told_in_one_russian_line(arguments: list[str], line: str) -> None:
    with pytest.raises(click.ClickException) as mistake:
        hub.main(arguments, standalone_mode=False)
    text = told(mistake.value)
    assert line in text
    assert "\n" not in text


def test_a_refusal_is_told_in_its_own_words() -> None:
    assert told(Permanent("X", "Порт занят.")) == "Порт занят."
    assert "недоступны" in told(Retryable("away"))
    assert told(SettingsError(["HUB_PORT: плохо", "HUB_X: нет"])).count("\n") == 2


def test_what_nobody_foresaw_is_told_by_its_incident_number_only() -> None:
    text = told(KeyError("ИВАНОВА МАРИЯ"))
    assert "инцидент" in text
    assert "ИВАНОВА" not in text


def test_serving_loads_neither_a_soap_client_nor_columns() -> None:
    heavy = "{'zeep', 'polars', 'pika', 'xlsxwriter', 'signxml', 'hypothesis'}"
    code = (
        "import sys, server.cli.serving, server.http, server.worker.service, server.scheduled.schedule;"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
