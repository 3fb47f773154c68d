"""hub demo …"""

from __future__ import annotations

import click

from server.cli.opening import opened_hub


@click.group()
def demo() -> None:
    """Демонстрация: выдуманный регистр и пробные пакеты."""


@demo.command(epilog="Пример: hub demo load --people 2000")
@click.option("--people", default=2_000, show_default=True, type=click.IntRange(1, 1_000_000), help="сколько людей")
@click.option("--seed", default=1, show_default=True, help="начало случайного ряда: одно и то же даёт тех же людей")
def load(people: int, seed: int) -> None:
    """Загрузить выдуманных участников, учётные записи и людей. Повторный запуск ничего не меняет."""
    from server.demo.loading import load_demonstration

    with opened_hub() as hub:
        report = load_demonstration(hub, people=people, seed=seed)
    click.echo(report)


@demo.command(epilog="Пример: hub demo send --url http://127.0.0.1:8080")
@click.option("--url", help="адрес работающего хаба; по умолчанию на этой машине, порт из HUB_PORT")
def send(url: str | None) -> int:
    """Отправить по пакету каждого вида через каждый канал и показать ответы."""
    from server.demo.send import run
    from server.logs import configure

    with opened_hub() as hub:
        configure("WARNING")  # what the walk shows is told by the walk
        return run(hub, url or f"http://127.0.0.1:{hub.settings.port}")
