"""hub people …"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from server.cli.change import change
from server.cli.opening import opened_hub
from server.cli.weights import requests, train, weights
from server.progress import progress

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def people() -> None:
    """Застрахованные лица: загрузить регистр, придумать людей, обучить веса сопоставления."""


for command in (change, requests, train, weights):
    people.add_command(command)


@people.command(epilog="Пример: hub people load people.csv")
@click.argument("path", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--json", "as_json", is_flag=True, help="для машины")
def load(path: Path, as_json: bool) -> int:
    """Загрузить людей из CSV. Строки с ошибками перечисляются, остальные загружаются."""
    from server.people import load_file, told_report

    with opened_hub() as hub:
        report = load_file(hub, path)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        click.echo(f"Загружено: {told_report(report)}.")
        for problem in report.problems:
            told = f"{problem.column}: дано «{problem.value}», нужно {problem.expected}"
            click.echo(f"  строка {problem.line}: {told}", err=True)
    return 1 if report.bad_lines or report.refused_people else 0


@people.command(epilog="Пример: hub people generate 100000 people.csv --seed 7 --truth truth.csv")
@click.argument("count", metavar="N", type=click.IntRange(1, 20_000_000))
@click.argument("path", metavar="FILE.csv", type=FILE)
@click.option("--seed", default=1, show_default=True, help="начало случайного ряда")
@click.option("--truth", type=FILE, help="куда записать, кто есть кто")
@click.option("--fund", default="63", show_default=True, metavar="КОД", help="код фонда, две цифры")
def generate(count: int, path: Path, seed: int, truth: Path | None, fund: str) -> None:
    """Придумать N людей: семьи, близнецы, смены фамилий и документов."""
    from registry.insured.generator.population import Population, write_population

    with progress("Придумываем людей", count) as told:
        lines = write_population(Population(count, seed, fund), path, truth, told)
    click.echo(f"Записано людей: {count}, строк: {lines}, файл: {path}")


@people.command(epilog="Пример: hub people rekey --new-secret")
@click.option("--new-secret", is_flag=True, help="придумать новый секрет ключей")
@click.option("--begin-only", is_flag=True, help="только начать: считать будет расписание, пока хаб работает")
def rekey(new_secret: bool, begin_only: bool) -> None:
    """Посчитать ключи поиска заново для всех, не останавливая хаб; прерванный пересчёт продолжается."""
    from server.rekeying import begin, rekey_everybody

    with opened_hub() as hub:
        begun = begin(hub, new_secret)
        if begun.new_secret != new_secret:
            click.echo("Продолжаем пересчёт, начатый раньше; после него повторите команду.")
        if begun.rules != begun.former_rules:
            click.echo(f"Правила нормализации: были {begun.former_rules}, становятся {begun.rules}.")
        if begin_only:
            click.echo(f"Пересчёт начат: людей {begun.total}. Ход – на странице «Сопоставление».")
            return
        with progress("Считаем ключи поиска", begun.total) as told:
            count = rekey_everybody(hub, lambda done, _total: told(done))
    click.echo(f"Ключей поиска: {count}.")
    if begun.new_secret:
        click.echo("Секрет новый; старые копии базы хранят прежний.")


@people.command(epilog="Пример: hub people duplicates --engine duckdb")
@click.option(
    "--engine",
    type=click.Choice(["none", "duckdb", "spark"]),
    default="none",
    show_default=True,
    help="сверить весь регистр по сходству: на этой машине или на Spark",
)
@click.option("--limit", default=100_000, show_default=True, type=click.IntRange(1), help="не больше пар на шаг")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def duplicates(engine: str, limit: int, as_json: bool) -> int:
    """Найти дубликаты: общие номера, ФИО с датой рождения, сходство записей."""
    from server.duplicates import ask_and_run

    with opened_hub() as hub, progress("Ищем дубликаты") as told:
        search = ask_and_run(hub, "" if engine == "none" else engine, limit, told)
    if as_json:
        names = ("status", "engine", "found", "proposed", "trouble")
        click.echo(json.dumps({name: getattr(search, name) for name in names}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"Пар найдено: {search.found}, новых в списке «Дубликаты»: {search.proposed}.")
        if search.trouble:
            click.echo(search.trouble, err=True)
    return {"done": 0, "stopped": 1}.get(search.status, 2)
