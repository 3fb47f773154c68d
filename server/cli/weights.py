"""hub people train, hub people weights …: what the probabilistic stage decides by."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from server.cli.errors import Refused
from server.cli.opening import opened_hub

FILE = click.Path(path_type=Path, dir_okay=False)
KNOWN_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
DAY = click.DateTime(["%Y-%m-%d"])


@click.command(epilog="Пример: hub people requests people.csv 20000 requests.csv --seed 7")
@click.argument("people", metavar="PEOPLE.csv", type=KNOWN_FILE)
@click.argument("count", metavar="N", type=click.IntRange(1, 10_000_000))
@click.argument("path", metavar="FILE.csv", type=FILE)
@click.option("--share", default=0.3, show_default=True, help="какая доля строк испорчена")
@click.option("--again", default=0.3, show_default=True, help="как часто за одной ошибкой следует другая")
@click.option("--seed", default=1, show_default=True, help="начало случайного ряда")
def requests(people: Path, count: int, path: Path, share: float, again: float, seed: int) -> None:
    """Придумать N размеченных запросов о людях файла: на них учатся веса и измеряются ошибки."""
    from registry.insured.generator.damage import damaged_requests
    from registry.insured.generator.population import read_people_csv
    from registry.insured.training.labelled import write_labelled

    asked = damaged_requests(read_people_csv(people), count, share, seed, again)
    written = write_labelled(path, ((given, key) for given, key, _ in asked))
    click.echo(f"Записано запросов: {written}, файл: {path}")


@click.command(epilog="Пример: hub people train requests.csv --to weights.json --test others.csv")
@click.argument("requests", metavar="FILE.csv", type=KNOWN_FILE)
@click.option("--to", "target", required=True, type=FILE, help="куда записать веса")
@click.option("--test", type=KNOWN_FILE, help="другие размеченные строки: по ним измеряются ошибки порогов")
@click.option("--em", is_flag=True, help="не верить столбцу person_key, обучить Splink по парам без разметки")
@click.option("--name", default="regional", show_default=True, help="имя набора")
@click.option("--seed", default=1, show_default=True, help="начало случайного ряда")
def train(requests: Path, target: Path, test: Path | None, em: bool, name: str, seed: int) -> None:
    """Обучить веса по строкам запросов: столбцы файла людей, в person_key – о ком строка (пусто – его нет в регистре).

    Без разметки (--em) веса находит Splink: нужен набор пакетов linkage.
    """
    from registry.insured.scoring.model import written_weights
    from registry.insured.training.labelled import read_labelled
    from server.training import measured, trained

    with opened_hub() as hub:
        try:
            labelled = list(read_labelled(requests, hub.context.clock.today()))
            weights = trained(hub, labelled, em=em, name=name, seed=seed)
            if test is not None:
                weights = measured(hub, weights, list(read_labelled(test, hub.context.clock.today())))
        except (ValueError, ImportError) as wrong:
            raise Refused(str(wrong)) from wrong
    target.write_text(written_weights(weights), encoding="utf-8")
    click.echo(f"Веса записаны: {target}; {weights.source}")
    for row in weights.curve:
        if row["threshold"] % 10 == 0:
            click.echo(
                f"  порог {row['threshold']:g}: точность {row['precision']:.5f}, полнота {row['recall']:.4f}, "
                f"на разбор {row['held']:.2%}"
            )


@click.group()
def weights() -> None:
    """Веса сопоставления: какие есть, какие действуют, установить."""


@weights.command("list", epilog="Пример: hub people weights list")
def list_weights() -> None:
    """Показать установленные наборы и тот, что действует сегодня."""
    from registry.exchange.stages.scoring import scoring_of
    from registry.insured.review.queries import installed_weights

    with opened_hub() as hub, hub.sessions() as session:
        in_force = scoring_of(session, hub.context)
        for one in installed_weights(session):
            click.echo(f"{one.valid_from:%d.%m.%Y}  {one.name}  установлен {one.installed_at:%d.%m.%Y %H:%M}")
        told = in_force.model.weights
        click.echo(f"Действует: {told.name} от {told.valid_from}, {told.source}")
        click.echo(f"Пороги: найден {in_force.found:g}, отрыв {in_force.margin:g}, разбор {in_force.review:g}")


@weights.command(epilog="Пример: hub people weights install weights.json --from 2026-12-01")
@click.argument("path", metavar="FILE.json", type=KNOWN_FILE)
@click.option("--from", "since", type=DAY, help="с какого дня действует; по умолчанию день из файла")
def install(path: Path, since: datetime | None) -> None:
    """Установить набор весов с указанного дня."""
    from registry.insured.review.operations import install_weights

    with opened_hub() as hub:
        try:
            with hub.sessions.begin() as session:
                day: date | None = since.date() if since else None
                text = path.read_text(encoding="utf-8")
                row = install_weights(session, text, valid_from=day, by="командная строка", now=hub.context.clock.now())
                told = f"{row.name}, действует с {row.valid_from:%d.%m.%Y}"
        except (ValueError, UnicodeDecodeError) as wrong:
            raise Refused(f"Это не набор весов: {wrong}") from wrong
    click.echo(f"Установлен набор {told}")
