"""hub contracts …"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click


@click.group()
def contracts() -> None:
    """Описания обмена для тех, кто с хабом интегрируется."""


@contracts.command(epilog="Пример: hub contracts export var/docs")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--address", default="http://127.0.0.1:8080", show_default=True, help="адрес, по которому хаб вызывают")
@click.option("--fund", default="63", show_default=True, metavar="КОД", help="код фонда, две цифры")
def export(folder: Path, address: str, fund: str) -> None:
    """Записать WSDL, XSD, JSON Schema, OpenAPI, AsyncAPI, справочник, проект SoapUI и примеры curl."""
    from registry.catalog import collect
    from server.contracts import export as write

    written = write(collect(), folder, address.rstrip("/"), fund, date.today())  # noqa: DTZ011 - the year decides
    click.echo(f"Записано файлов: {len(written)}, папка: {folder}")
