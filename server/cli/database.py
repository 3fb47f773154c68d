"""hub init."""

from __future__ import annotations

import os

import click

from server.bootstrap import prepare_database, settings_of


@click.command(epilog="Пример: hub init")
def init() -> None:
    """Создать базу данных или обновить её до этого выпуска.

    База и папка берутся из HUB_DATABASE_URL и HUB_DATA_DIR. Повторный запуск ничего не портит.
    """
    prepare_database(settings_of(os.environ))
    click.echo("База данных готова.")
