"""The worklist «Дубликаты» as a table: columns, filters, what may be done with chosen rows."""

from __future__ import annotations

from flask import request, url_for

from registry.insured.twins import Reason
from registry.insured.twins.queries.pairs import ALL, OPEN, PairFilter, PairLine, pair_page
from server.web.asking import number_of
from server.web.current import now, session
from server.web.formatting import day
from server.web.table import Bulk, Column, Empty, Filter, Table
from server.web.twins import wording

STATES = (
    (OPEN, "Ждут решения"),
    ("1", "Не подтверждены"),
    ("2", "Кандидаты"),
    ("joined", "Объединены"),
    ("different", "Разные люди"),
    (ALL, "Все"),
)
SCORES = (("40", "от 40"), ("25", "от 25"), ("10", "от 10"))


def address(line: PairLine) -> str:
    """The page of a pair."""
    return url_for("twins.pair", link_id=line.link.id)


def state_of(line: PairLine) -> str:
    """The status a pair is shown by."""
    return line.link.verdict or str(line.link.state)


def _record(side: str) -> Column:
    def shown(line: PairLine) -> str:
        return wording.name_of(getattr(line, side))

    def below(line: PairLine) -> str:
        return f"{day(getattr(line, side).current.birth_date)} г. р."

    title = "Первая запись" if side == "first" else "Вторая запись"
    return Column(
        key=side,
        title=title,
        value=shown,
        below=below,
        kind="wide",
        link=address,
        export=lambda line: f"{shown(line)}, {below(line)}",
    )


COLUMNS = (
    Column(key="score", title="Балл", value=lambda line: round(line.link.score), kind="number"),
    _record("first"),
    _record("second"),
    Column(
        key="reasons",
        title="Почему",
        value=lambda line: wording.reasons(line.link.reasons),
        below=lambda line: wording.differences(line.evidence),
        kind="message",
    ),
    Column(
        key="agrees", title="Совпадает", value=lambda line: wording.agreements(line.evidence), kind="wide", shown=False
    ),
    Column(key="state", title="Состояние", value=state_of, kind="status:pair"),
    Column(
        key="size",
        title="В группе",
        value=lambda line: line.size if line.size > 2 else None,
        kind="number",
        link=lambda line: url_for("twins.pairs", cluster=line.link.cluster_id) if line.size > 2 else "",
    ),
    Column(key="proposed", title="Предложена", value=lambda line: line.link.proposed_at, kind="moment"),
    Column(key="decided", title="Решение", value=lambda line: line.link.decided_at, kind="moment", shown=False),
    Column(key="by", title="Кто", value=lambda line: line.link.decided_by, shown=False),
    Column(key="comment", title="Комментарий", value=lambda line: line.link.comment, kind="wide", shown=False),
)


def pairs_table() -> Table:
    """The worklist as this request asks for it."""
    return Table(
        name="duplicates",
        title="Дубликаты",
        caption="Пары записей, которые могут быть одним человеком; сначала самые похожие",
        columns=COLUMNS,
        row_link=address,
        key=lambda line: line.key,
        defaults={"state": OPEN},
        filters=(
            Filter(name="state", title="Состояние", kind="select", options=STATES, chip=False),
            Filter(name="reason", title="Почему", kind="select", options=wording.REASON_OPTIONS),
            Filter(name="least", title="Балл", kind="select", options=SCORES),
            Filter(name="text", title="Кто", placeholder="Фамилия, ЕНП или ИД", searches=bool),
            Filter(name="cluster", title="Группа", placeholder="Номер группы"),
        ),
        bulk=(Bulk(title="Разные люди", address=url_for("twins.dismiss"), icon="users"),),
        empty=_nothing(),
    )


def fetch(table: Table, after: str, limit: int) -> list[PairLine]:
    """Pairs for a table."""
    return pair_page(session(), wanted_of(table), now(), after=after, limit=limit)


def wanted_of(table: Table) -> PairFilter:
    """The filters of the address as a question."""
    reason, cluster, least = (table.value(name) for name in ("reason", "cluster", "least"))
    known = {value for value, _ in STATES}
    return PairFilter(
        state=table.value("state") if table.value("state") in known else OPEN,
        reason=Reason(int(reason)) if reason in dict(wording.REASON_OPTIONS) else None,
        cluster=number_of(cluster),
        least=float(least) if least in dict(SCORES) else None,
        text=table.value("text")[:100],
    )


def ids_of(keys: list[str]) -> list[int]:
    """The pairs of chosen rows; a row is named by score and number."""
    numbers = (key.rpartition("|")[2] for key in keys)
    return [int(number) for number in numbers if number.isdecimal() and len(number) < 18]


def _nothing() -> Empty:
    if request.args:
        return Empty(
            why="По этим условиям пар нет",
            what="Уберите часть условий или выберите другое состояние.",
            link=url_for("twins.pairs"),
            action="Показать ждущие решения",
            icon="users",
        )
    return Empty(
        why="Пар, которые ждут решения, нет",
        what="Дубликаты ищутся каждую ночь. Можно искать сейчас: кнопка «Найти дубликаты» вверху.",
        icon="users",
    )
