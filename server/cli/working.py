"""hub worker, hub scheduler."""

from __future__ import annotations

import click

from server.cli.opening import opened_hub


@click.command(epilog="Пример: hub worker")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 16), help="сколько заданий сразу")
def worker(threads: int) -> int:
    """Обрабатывать пакеты, очереди и исходящие отдельным процессом.

    Процессов может быть сколько угодно. По SIGTERM начатая порция доводится до конца.
    """
    from server.worker.service import run_until_told, worker_tasks

    with opened_hub() as hub:
        click.echo("Обработчик запущен.")
        return run_until_told(hub, worker_tasks(hub, threads))


@click.command(epilog="Пример: hub scheduler")
def scheduler() -> int:
    """Выполнять работу по расписанию отдельным процессом.

    Если процессов несколько, работает один, остальные ждут своей очереди.
    """
    from server.worker.service import run_until_told, scheduler_task

    with opened_hub() as hub:
        click.echo("Планировщик запущен.")
        return run_until_told(hub, scheduler_task(hub))
