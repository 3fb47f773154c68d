"""hub plans …"""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.errors import Refused
from server.cli.opening import opened_hub


@click.group()
def plans() -> None:
    """Планы профилактических мероприятий."""


@plans.command(epilog="Пример: hub plans quantities quantities.csv")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def quantities(path: Path) -> int:
    """Загрузить утверждённые числа мероприятий (UTF-8, code_mo;kind;kind2;year;mnth;quantity).

    Строки с ошибками перечисляются, остальные загружаются; число того же места заменяет прежнее.
    """
    from registry.exchange.directory import directory
    from registry.support.plans.operations.load_quantities import load_quantities
    from registry.support.plans.rules.quantity_lines import read_quantities

    with opened_hub() as hub, hub.sessions.begin() as session:
        clinics = {code for scheme, code in directory(session, hub.context).owners if scheme == "mcod"}
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                read = read_quantities(lines, clinics)
        except UnicodeDecodeError:
            raise Refused(f"Файл {path} не в кодировке UTF-8.") from None
        report = load_quantities(session, read.quantities, hub.context.clock.now())
    click.echo(f"Загружено: добавлено {report.added}, изменено {report.changed}, без изменений {report.same}.")
    for problem in read.problems:
        click.echo(f"  {problem}", err=True)
    return 1 if read.problems else 0
