"""hub serve."""

from __future__ import annotations

import os
import sys
from pkgutil import resolve_name

import click

from server.bootstrap import Hub, hub_of_environment, is_prepared, prepare_database, settings_of
from server.cli.errors import Refused

APPLICATION = "wsgi:application"  # by name: the server does not know what it serves


@click.command(epilog="Пример: hub serve --port 8081")
@click.option("--port", type=click.IntRange(1, 65535), help="порт; по умолчанию HUB_PORT или 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="адрес, на котором слушать")
@click.option("--bare", is_flag=True, help="только веб и SOAP, без обработчика и планировщика")
def serve(port: int | None, host: str, bare: bool) -> int:
    """Запустить веб, SOAP, обработчик и планировщик одним процессом."""
    from server.http import Address, HttpServer
    from server.worker.crew import Crew
    from server.worker.service import scheduler_task, worker_tasks

    settings = settings_of(os.environ)
    if settings.embedded:
        prepare_database(settings)
    hub = hub_of_environment()
    if not is_prepared(hub):
        raise Refused("База данных не подготовлена. Выполните: hub init")
    application = resolve_name(APPLICATION)
    address = Address(host, port or settings.port)
    http = HttpServer(application, address, max_body=settings.max_upload_bytes + 1024**2)
    http.stop_on_signals()
    crew = Crew({} if bare else {**worker_tasks(hub), **scheduler_task(hub)})
    crew.start()
    _greet(hub, f"http://{address.host}:{address.port}")
    answered = http.run()
    ended = crew.stop()
    hub.close()
    return 0 if answered and ended else 1


def _greet(hub: Hub, url: str) -> None:
    from server.demo.greeting import greeting

    for line in greeting(hub, url):
        click.echo(line)
    sys.stdout.flush()
