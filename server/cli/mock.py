"""hub mock."""

from __future__ import annotations

import signal
import threading
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from server.mock.people import TestPerson

PORT = 8099
HELP = """Запустить хаб-песочницу: во временной папке, с тестовыми людьми и заданными ответами.

\b
Сценарий — список шагов, действует первый подходящий; остальное отвечает настоящий хаб:
  - match: {channel: soap, operation: MakeAttachAction, where: {surname: Кодов}}
    answer: {finding: TWICE_IN_A_YEAR}    # или code, fault, body
    delay_ms: 500                         # times, drop, duplicate
"""


@click.command(help=HELP, epilog="Пример: hub mock --port 8099 --scenario сценарий.yaml")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option("--scenario", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="заданные ответы, YAML")
@click.option("--people", is_flag=True, help="только показать тестовых людей")
@click.option("--fund", default="63", show_default=True, metavar="КОД", help="код фонда, две цифры")
def mock(port: int, scenario: Path | None, people: bool, fund: str) -> None:
    """A hub of test people whose answers may be scripted."""
    from server.mock.people import test_people

    if people:
        _tell_people(test_people(date.today()), fund)  # noqa: DTZ011 - the year decides, not the hour
        return
    from registry.catalog import collect
    from server.mock.federal import TOKEN
    from server.mock.sandbox import Sandbox
    from server.mock.scenario import read_scenario

    steps = read_scenario(scenario, collect()) if scenario else []
    sandbox = Sandbox(port, steps, fund)
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    click.echo(f"Песочница отвечает по адресу {sandbox.url}, шагов в сценарии: {len(steps)}")
    click.echo(f"SOAP: {sandbox.url}/soap/identification?wsdl, логин {sandbox.login}, пароль {sandbox.password}")
    click.echo(f"      {sandbox.url}/EchangeServerTFOMS/DCExchangeSrv?wsdl, логин {sandbox.dcx_login}")
    click.echo(f"REST: {sandbox.url}/api/docs, ключ {sandbox.key}")
    click.echo(f"ФЕРЗЛ для другого хаба: ferzl_address {sandbox.url}, HUB_FERZL_TOKEN {TOKEN}")
    click.echo(
        f"Очередь ch1: POST {sandbox.url}/mock/queues/ch1/in?type=PERS, GET …/mock/queues/ch1/out.answer?wait=10"
    )
    click.echo("Тестовые люди: hub mock --people, /mock/people. Другой сценарий: PUT /mock/scenario.")
    stop.wait()
    sandbox.close()


def _tell_people(people: tuple[TestPerson, ...], fund: str) -> None:
    from server.mock.federal import sandbox_people
    from server.mock.people import SURNAME

    for one in people:
        who = f"{SURNAME} {one.word} Тестович"
        click.echo(f"{who:<32} {one.birth_date:%d.%m.%Y}  {one.enp(fund)}  {one.outcome:<24} {one.title}")
    for each in sandbox_people():
        who = f"{each.surname} {each.first_name} {each.patronymic}"
        click.echo(f"{who:<32} {each.birth_date:%d.%m.%Y}  {each.enp}  в ФЕРЗЛ песочницы")
