"""hub queue …, hub replay."""

from __future__ import annotations

import json

import click

from registry.exchange.jobs import park_job, return_job
from registry.exchange.queries.upkeep.jobs import job_with_id, open_jobs
from registry.exchange.queries.upkeep.work import work_state
from server.cli.errors import Refused
from server.cli.opening import opened_hub

PARKED_BY_HAND = "Отложено оператором."
WORDS = {"waiting": "ждёт", "running": "в работе", "parked": "отложено"}


@click.group()
def queue() -> None:
    """Очередь заданий: посмотреть, вернуть в работу, отложить."""


@queue.command("list", epilog="Пример: hub queue list --json")
@click.option("--json", "as_json", is_flag=True, help="для машины")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000), help="сколько показать")
def list_(as_json: bool, limit: int) -> None:
    """Показать, что ждёт, выполняется и отложено."""
    with opened_hub() as hub, hub.sessions() as session:
        state = work_state(session)
        jobs = open_jobs(session, limit)
    rows = [
        {
            "id": job.id,
            "name": job.name,
            "packet": job.packet_id,
            "status": job.status,
            "attempts": job.attempts,
            "available_at": job.available_at.isoformat(),
            "error": job.error,
        }
        for job in jobs
    ]
    if as_json:
        counts = {"jobs": state.jobs, "outbox": state.deliveries, "queues": state.queued_messages}
        click.echo(json.dumps({**counts, "open": rows}, ensure_ascii=False, indent=1))
        return
    click.echo(f"Заданий ждёт {state.jobs.get('waiting', 0)}, в работе {state.jobs.get('running', 0)}, ", nl=False)
    click.echo(f"отложено {state.jobs.get('parked', 0)}; исходящих ждёт {state.deliveries.get('queued', 0)}.")
    for row in rows:
        packet = f"пакет {row['packet']}" if row["packet"] else row["name"]
        click.echo(
            f"{row['id']:>8}  {packet:<16} {WORDS[str(row['status'])]:<10} попыток {row['attempts']}  {row['error']}"
        )


@queue.command("return", epilog="Пример: hub queue return 1234")
@click.argument("job_id", metavar="ЗАДАНИЕ", type=int)
def return_(job_id: int) -> None:
    """Вернуть отложенное задание в работу."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        if not return_job(session, job_id, hub.context.clock):
            raise Refused(f"Отложенного задания {job_id} нет. Показать: hub queue list")
    click.echo(f"Задание {job_id} возвращено в работу.")


@queue.command(epilog="Пример: hub queue park 1234")
@click.argument("job_id", metavar="ЗАДАНИЕ", type=int)
def park(job_id: int) -> None:
    """Отложить задание, которое ещё не выполняется."""
    with opened_hub() as hub, hub.sessions.begin() as session:
        job = job_with_id(session, job_id)
        if job is None or job.status != "waiting":
            raise Refused(f"Ждущего задания {job_id} нет. Показать: hub queue list")
        park_job(session, job, PARKED_BY_HAND)
    click.echo(f"Задание {job_id} отложено.")


@click.command(epilog="Пример: hub replay 1234")
@click.argument("packet_id", metavar="PACKET", type=int)
def replay(packet_id: int) -> None:
    """Обработать сохранённый пакет ещё раз: остановившийся или запрос, который ничего не менял."""
    from registry.exchange.operations.replay_packet import replay_packet

    with opened_hub() as hub, hub.sessions.begin() as session:
        replay_packet(session, packet_id, hub.context)
    click.echo(f"Пакет {packet_id} поставлен в очередь.")
