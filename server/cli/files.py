"""hub identify, hub submit, hub check."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from server.cli.errors import Refused
from server.cli.opening import opened_hub
from server.submitting import Outcome

GIVEN = click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
STATUSES = {
    "accepted": "принят",
    "accepted_warn": "принят с предупреждениями",
    "partly_rejected": "принят частично",
    "rejected": "отклонён",
    "refused": "не принят",
    "held": "ждёт связанных сведений",
    "parked": "отложен до решения оператора",
    "repeated": "уже был принят раньше",
}


@click.command(epilog="Пример: hub identify запрос.dbf ответ.dbf --sender 630001")
@click.argument("request", metavar="REQUEST.dbf", type=GIVEN)
@click.argument("answer", metavar="ANSWER.dbf", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option("--sender", metavar="КОД", help="за кого: код МО или СМО; без него — сам фонд")
def identify(request: Path, answer: Path, sender: str | None) -> int:
    """Найти в регистре людей из файла и записать файл ответа."""
    from server.submitting import identification_name, submit, write_answer

    _check_place(request, answer)
    with opened_hub() as hub:
        name = identification_name(request, sender or hub.context.fund_code, hub.context.clock.now())
        outcome = submit(hub, request, sender, name=name)
        written = write_answer(hub, outcome.packet, answer) if outcome.packet is not None else None
    _tell([outcome], as_json=False)
    if written is None:
        raise Refused("Ответ не сформирован.")
    click.echo(f"Ответ записан: {written}")
    return 1 if outcome.rejected else 0


@click.command(epilog="Пример: hub submit MO26300012026112101.csv --sender 630001 --out ответы")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=GIVEN)
@click.option("--sender", metavar="КОД", required=True, help="код МО или СМО, от имени которой файлы")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="папка для ответов; без неё — рядом с файлом"
)
@click.option("--json", "as_json", is_flag=True, help="для машины")
def submit(files: tuple[Path, ...], sender: str, out: Path | None, as_json: bool) -> int:
    """Сдать файлы (DBF, CSV, XML, ZIP), дождаться обработки и записать ответы."""
    from server import submitting

    outcomes = []
    with opened_hub() as hub:
        for path in files:
            outcome = submitting.submit(hub, path, sender)
            outcomes.append(outcome)
            if outcome.packet is not None:
                folder = out or path.parent
                folder.mkdir(parents=True, exist_ok=True)
                written = submitting.write_answer(hub, outcome.packet, folder, path)
                beside = submitting.write_beside(hub, outcome.packet, folder)
                for each in filter(None, (written, *beside)) if not as_json else ():
                    click.echo(f"Ответ: {each}")
    return _tell(outcomes, as_json=as_json)


@click.command(epilog="Пример: hub check MO26300012026112101.csv --sender 630001 --json")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=GIVEN)
@click.option("--sender", metavar="КОД", help="за кого: код МО или СМО; без него — сам фонд")
@click.option("--json", "as_json", is_flag=True, help="для машины")
def check(files: tuple[Path, ...], sender: str | None, as_json: bool) -> int:
    """Проверить файлы, ничего не сохраняя: те же замечания, что при приёме."""
    from server import submitting

    with opened_hub() as hub:
        outcomes = [submitting.check(hub, path, sender) for path in files]
    return _tell(outcomes, as_json=as_json, with_findings=True)


def _tell(outcomes: Iterable[Outcome], *, as_json: bool, with_findings: bool = False) -> int:
    outcomes = list(outcomes)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in outcomes], ensure_ascii=False, indent=1))
    else:
        for one in outcomes:
            _line(one, with_findings=with_findings)
    return 1 if any(one.refused for one in outcomes) else 0


def _check_place(request: Path, answer: Path) -> None:
    """Refuse before any work when the answer could not be written, or would be written over the question."""
    if not answer.parent.is_dir():
        raise Refused(f"Для ответа нет папки {answer.parent}.")
    if answer.exists() and answer.samefile(request):
        raise Refused("Для ответа указан тот же файл, что и запрос. Назовите другой.")


def _line(one: Outcome, *, with_findings: bool) -> None:
    counts = f": записей {one.records}, принято {one.accepted}, отклонено {one.rejected}" if one.records else ""
    text = f". {one.text}" if one.text else ""
    again = " (повторно: файл уже был, ответ тот же)" if one.repeated else ""
    click.echo(f"{one.file} — {STATUSES.get(one.status, one.status)}{counts}{text}{again}")
    if with_findings:
        for finding in one.findings:
            place = f"запись {finding['record']}" if finding["record"] else "файл"
            click.echo(f"  {place}: {finding['text']} [{finding['code']}]")
