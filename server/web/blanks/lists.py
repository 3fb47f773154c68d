"""Boxes, contracts and transfers as tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from registry.exchange.queries import OrganisationLine, senders
from registry.insured.blanks.queries.boxes import BoxFilter, BoxLine, TransferFilter, TransferLine
from server.web.current import session
from server.web.exchange.journal import day_of
from server.web.statuses import options
from server.web.table import Bulk, Column, Empty, Filter, Table, Value

TYPES = (("П", "П – бумажный"), ("Э", "Э – электронный"))
TYPE_TITLES = dict(TYPES)
STATES = (("1", "Получены"), ("0", "В пути"))


def insurers() -> list[tuple[str, str]]:
    """Insurers by code, as choices."""
    return [(one.sender_code, f"{one.sender_code} {one.organisation.name}") for one in _insurers()]


def _insurers() -> list[OrganisationLine]:
    return [one for one in senders(session()) if one.organisation.kind == "insurer"]


def _open(_line: BoxLine) -> str:
    return "Открыть"


def boxes_table() -> Table:
    """Boxes as this request asks for them."""
    return Table(
        name="boxes",
        title="Коробки",
        caption="Коробки с бланками, внесённые последними сверху",
        heading=True,
        columns=(
            Column(key="number", title="Короб", value=lambda line: line.box.number, kind="code"),
            Column(key="made", title="Дата изготовления", value=lambda line: line.box.made_on, kind="day"),
            Column(key="received", title="Дата получения", value=lambda line: line.box.received_on, kind="day"),
            Column(key="type", title="Тип полисов", value=lambda line: TYPE_TITLES.get(line.box.policy_type, "–")),
            Column(key="quantity", title="Количество полисов", value=lambda line: line.quantity, kind="number"),
            Column(key="insurers", title="СМО", value=lambda line: line.insurers, kind="wide"),
            Column(key="contract", title="Договор", value=lambda line: line.contract),
            Column(key="by", title="Кто отметил", value=lambda line: line.box.received_by, shown=False),
            Column(
                key="open",
                title="Действия",
                value=_open,
                link=lambda line: url_for("blanks.box", box_id=line.box.id),
            ),
        ),
        filters=(
            Filter(name="number", title="Короб", placeholder="начало номера"),
            Filter(name="type", title="Тип", kind="select", options=TYPES),
            Filter(name="received", title="Получение", kind="select", options=STATES),
            Filter(name="insurer", title="СМО", kind="select", options=insurers()),
        ),
        empty=Empty(
            why="Коробок по этим условиям нет",
            what="Список коробок загружается файлом BLANKS…csv: его форма описана в «Форматах обмена».",
            link=url_for("uploads.uploads"),
            action="Загрузить список",
            icon="inbox",
        ),
        bulk=(
            Bulk(title="Итоги отмеченных", address=url_for("blanks.mark"), icon="chart-bar", scope="totals"),
            Bulk(title="Получены сегодня", address=url_for("blanks.mark"), icon="check", scope="receive"),
        ),
    )


def box_filter(table: Table) -> BoxFilter:
    """The filters of the address as a question."""
    return BoxFilter(
        number=table.value("number"),
        policy_type=table.value("type"),
        received={"1": True, "0": False}.get(table.value("received")),
        insurer=table.value("insurer"),
    )


def transfers_table(*, fund: bool) -> Table:
    """Transfers as this request asks for them; an insurer sees its own."""

    def link(line: TransferLine) -> str:
        return url_for("blanks.transfer", transfer_id=line.transfer.id)

    return Table(
        name="transfers",
        title="Передачи",
        caption="Передачи бланков в СМО, новые сверху",
        heading=True,
        row_link=link,
        columns=(
            Column(key="number", title="Акт", value=lambda line: line.transfer.number, kind="code", link=link),
            Column(key="on", title="Дата", value=lambda line: line.transfer.on, kind="day"),
            Column(key="insurer", title="СМО", value=lambda line: line.transfer.insurer_code),
            Column(key="quantity", title="Количество", value=lambda line: line.quantity, kind="number"),
            Column(key="status", title="Состояние", value=lambda line: line.transfer.status, kind="status:blanks"),
            Column(key="settled", title="Решено", value=lambda line: line.transfer.settled_at, kind="moment"),
            Column(key="by", title="Кем передано", value=lambda line: line.transfer.made_by, shown=False),
        ),
        filters=(
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            *((Filter(name="insurer", title="СМО", kind="select", options=insurers()),) if fund else ()),
            Filter(name="status", title="Состояние", kind="select", options=options("blanks")),
        ),
        empty=Empty(
            why="Передач по этим условиям нет",
            what="Передачу делает фонд: отметьте полученные коробки и выберите СМО.",
            link=url_for("blanks.transfers"),
            action="Показать все",
            icon="send",
        ),
    )


def transfer_filter(table: Table) -> TransferFilter:
    """The filters of the address as a question."""
    return TransferFilter(
        insurer=table.value("insurer"),
        status=table.value("status"),
        since=day_of(table.value("since")),
        until=day_of(table.value("until")),
    )


def contracts_table() -> Table:
    """Contracts with what came under them."""

    def number(place: int) -> Any:
        return lambda row: row[place]

    return Table(
        name="contracts",
        title="Договоры",
        heading=True,
        key=lambda row: str(row[0].id),
        columns=(
            Column(key="number", title="Договор", value=lambda row: row[0].number, kind="code"),
            Column(key="signed", title="Дата", value=lambda row: row[0].signed_on, kind="day"),
            Column(key="ordered", title="Заказано", value=lambda row: row[0].ordered, kind="number"),
            Column(key="boxes", title="Коробок", value=number(1), kind="number"),
            Column(key="blanks", title="Бланков в коробках", value=number(2), kind="number"),
            Column(key="note", title="Примечание", value=lambda row: row[0].note, kind="wide"),
        ),
        empty=Empty(why="Договоров ещё нет", what="Внесите договор в форме выше или укажите его в списке коробок."),
    )


# shown by paper and electronic too: the screen of a clerk holds so many columns and no more
APART = ("получено", "передано")
GROUPS = ("предназначено", "получено", "передано", "подтверждено", "списано")


def totals_table(names: dict[str, str]) -> Table:
    """Totals per insurer as a table: it is filtered by period, exported and printed like any other."""

    def figure(place: int, kind: str) -> Value:
        return lambda one: one.columns[place][kind] if kind else sum(one.columns[place].values())

    figures = [
        Column(
            key=f"{place}{kind or 'all'}",
            title=f"{kind or 'Всего'} {group}",
            value=figure(place, kind),
            kind="number",
            shown=group in APART or not kind,
        )
        for place, group in enumerate(GROUPS)
        for kind in ("П", "Э", "")
    ]
    return Table(
        name="blank_totals",
        title="Статус",
        caption="Бланки по страховым компаниям: бумажные (П), электронные (Э) и всего",
        heading=True,
        key=lambda one: one.insurer,
        columns=(
            Column(
                key="insurer",
                title="СМО",
                value=lambda one: names.get(one.insurer, one.insurer or "Без указания СМО"),
                below=lambda one: one.insurer if one.insurer.isdigit() and one.insurer in names else "",
                kind="wide",
            ),
            *figures,
        ),
        filters=(Filter(name="since", title="С", kind="date"), Filter(name="until", title="По", kind="date")),
        empty=Empty(why="Бланков нет", what="Коробки вносит фонд списком BLANKS…csv.", icon="inbox"),
    )


def period_of(table: Table) -> tuple[date | None, date | None]:
    """The period of the address."""
    return day_of(table.value("since")), day_of(table.value("until"))
