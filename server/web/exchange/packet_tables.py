"""Records and findings of a packet as tables."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from registry.exchange import queries
from registry.exchange.tables import RecordRow
from registry.insured.rules.refusal_reasons import TITLES, is_refused_by_reason, reason_of
from server.web.current import session
from server.web.exchange import evidence, wording
from server.web.exchange.page import PacketPage
from server.web.statuses import options
from server.web.table import Column, Empty, Filter, Table, Value

NAMES = ("surname", "first_name", "patronymic")


def records_table(shown: PacketPage) -> Table:
    """Records in the order of the packet, narrowed by outcome or number."""

    def link(row: RecordRow) -> str:
        return url_for("exchange.record", line_id=shown.line.entry.id, position=row.position)

    return Table(
        name="records",
        title=f"Записи пакета № {shown.line.entry.id}",
        row_link=link,
        key=lambda row: str(row.position),
        columns=(
            Column(key="position", title="№ п/п", value=lambda row: row.position, kind="number", link=link),
            Column(key="number", title="Номер записи", value=lambda row: row.number, kind="id"),
            Column(key="status", title="Итог", value=lambda row: row.status, kind="status:record"),
            Column(key="name", title="ФИО", value=_name, kind="wide", link=link),
            Column(
                key="birth", title="Дата рождения", value=lambda row: wording.plain_day(row.fields.get("birth_date"))
            ),
            Column(key="enp", title="ЕНП", value=_field("enp")),
            Column(key="snils", title="СНИЛС", value=_field("snils"), shown=False),
            Column(
                key="operation",
                title="Действие",
                value=lambda row: wording.OPERATIONS.get(row.operation, row.operation),
            ),
            Column(
                key="found",
                title="Поиск",
                value=lambda row: (evidence.outcome_of(row.evidence) or ("",))[0],
                kind="wide",
            ),
        ),
        filters=(
            Filter(name="status", title="Итог", kind="select", options=options("record")),
            Filter(name="number", title="Номер записи"),
        ),
        empty=Empty(
            why="Записей с такими условиями нет",
            what="Если пакет ещё в работе, записи появятся по мере обработки. У пакета, не принятого целиком, их нет.",
            link=url_for("exchange.findings", line_id=shown.line.entry.id),
            action="Посмотреть замечания",
            icon="list",
        ),
    )


def _name(row: RecordRow) -> str:
    return " ".join(str(row.fields[field]) for field in NAMES if row.fields.get(field))


def _field(name: str) -> Value:
    return lambda row: row.fields.get(name)


def _reasons(shown: PacketPage, codes: Sequence[str]) -> Sequence[Filter]:
    """The reasons a fund refuses attachments for, those of this packet; other kinds are refused by codes alone."""
    if not is_refused_by_reason(shown.kind):
        return ()
    numbers = sorted({reason_of(code) for code in codes})
    told = [(str(number), f"{number}. {TITLES[number]}") for number in numbers]
    return (Filter(name="reason", title="Причина отказа", kind="select", options=told, wide=True),)


def findings_table(shown: PacketPage) -> Table:
    """Findings one by one, narrowed by code or level; exported with what to do."""
    line_id = shown.line.entry.id
    groups = queries.finding_groups(session(), line_id)
    codes = [(one.code, f"{one.code} – {wording.words_of(one.code).title}".rstrip(" –")) for one in groups]
    return Table(
        name="findings",
        title=f"Замечания пакета № {line_id}",
        key=lambda row: str(row.id),
        columns=(
            Column(key="position", title="Запись", value=lambda row: row.position or "пакет"),
            Column(key="level", title="Уровень", value=lambda row: row.level, kind="status:level"),
            Column(key="code", title="Код", value=lambda row: row.code),
            Column(key="field", title="Поле", value=lambda row: wording.field_title(shown.kind, row.field)),
            Column(key="place", title="Место", value=lambda row: row.place),
            Column(key="value", title="Значение", value=lambda row: row.value),
            Column(key="expected", title="Ожидалось", value=lambda row: row.expected),
            Column(key="text", title="Текст", value=lambda row: row.text, kind="wide"),
            Column(key="advice", title="Что сделать", value=lambda row: wording.words_of(row.code).advice, kind="wide"),
        ),
        filters=(
            *_reasons(shown, [one.code for one in groups if one.level == "error"]),
            Filter(name="code", title="Код", kind="select", options=codes, wide=True),
            Filter(name="level", title="Уровень", kind="select", options=options("level")),
        ),
        empty=Empty(
            why="Замечаний нет",
            what="Пакет прошёл проверки, или он ещё в работе.",
            link=url_for("exchange.records", line_id=line_id),
            action="Посмотреть записи",
            icon="checks",
        ),
    )
