"""`hub`, the command line of the hub. Each group is a module, imported when it is asked for."""

from __future__ import annotations

import importlib
import sys

import click
from click.exceptions import NoArgsIsHelpError

from server import logs
from server.cli.errors import told

COMMANDS = {
    "init": "database:init",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "serve": "serving:serve",
    "worker": "working:worker",
    "scheduler": "working:scheduler",
    "demo": "demo:demo",
    "people": "people:people",
    "plans": "plans:plans",
    "reference": "reference:reference",
    "identify": "files:identify",
    "submit": "files:submit",
    "check": "files:check",
    "queue": "queue:queue",
    "account": "account:account",
    "option": "option:option",
    "replay": "queue:replay",
    "bench": "bench:bench",
    "mock": "mock:mock",
    "contracts": "contracts:contracts",
}


class Commands(click.Group):
    """The commands of the table above; a mistyped one is answered with those there are."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order they are met in life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command, its module imported now."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            raise click.UsageError(f"нет команды «{cmd_name}». Есть: {', '.join(COMMANDS)}.", ctx)
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(f"server.cli.{module}"), name)
        return command


HELP = """Сервер приёма данных территориального фонда ОМС.

\b
Начать:  hub init && hub demo load && hub serve
Статус выхода: 0 — сделано, 1 — сделано, но есть отказы, 2 — сделать не удалось.
"""


@click.command(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
def hub() -> None:
    """The group of all commands."""


def main() -> None:
    """Run one command; whatever goes wrong is told in one line, without a traceback."""
    logs.configure()  # before anything can fail: its lines hold no values
    try:
        status = hub.main(standalone_mode=False)
    except NoArgsIsHelpError as asked:
        click.echo(asked.message)
        status = 0
    except Exception as error:  # noqa: BLE001 - the last place before the user
        click.echo(told(error), err=True)
        status = 2
    except KeyboardInterrupt:
        status = 2
    sys.exit(status if isinstance(status, int) else 0)
