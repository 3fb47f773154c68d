"""Held records as a table: columns, filters and how they become a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for

from registry.exchange.queries import senders
from registry.insured.review.queries import CaseLine
from registry.insured.review.rules import DECIDED, OPEN
from server.web.current import session
from server.web.table import Column, Empty, Filter, Table

STATES = ((OPEN, "Ждут решения"), (DECIDED, "Решены"), ("all", "Все"))
VERDICTS = {"": "–", "person": "Человек выбран", "nobody": "Никто", "several": "Несколько"}


def address(line: CaseLine) -> str:
    """The page of a case."""
    return url_for("reviews.case", case_id=line.case.id)


def who(line: CaseLine) -> str:
    """The names that were given."""
    asked = line.case.asked
    return " ".join(str(asked[name]) for name in ("surname", "first_name", "patronymic") if asked.get(name))


def _columns(organisations: Mapping[int, str]) -> Sequence[Column]:
    return (
        Column(key="opened", title="Поступила", value=lambda line: line.case.opened_at, kind="moment", link=address),
        Column(key="id", title="№", value=lambda line: line.case.id, kind="number", shown=False),
        Column(
            key="who",
            title="О ком спрашивают",
            value=who,
            below=lambda line: line.case.asked.get("birth_date"),
            kind="wide",
        ),
        Column(
            key="sender",
            title="Отправитель",
            value=lambda line: organisations.get(line.organisation_id, "–"),
            kind="wide",
        ),
        Column(key="records", title="Записей", value=lambda line: line.records, kind="number"),
        Column(key="possible", title="Кандидатов", value=lambda line: len(line.case.possible), kind="number"),
        Column(key="score", title="Сходство", value=lambda line: line.case.score, kind="number"),
        Column(
            key="doubt",
            title="Почему не автоматически",
            value=lambda line: line.case.doubt or "сходство ниже порога",
            kind="message",
        ),
        Column(key="verdict", title="Решение", value=lambda line: VERDICTS[line.case.verdict]),
        Column(key="decided", title="Решено", value=lambda line: line.case.decided_at, kind="moment", shown=False),
        Column(key="by", title="Кто решил", value=lambda line: line.case.decided_by or "–", shown=False),
    )


def reviews_table() -> Table:
    """The worklist as this request asks for it: what waits longest stands first."""
    organisations = {one.organisation.id: f"{one.sender_code} {one.organisation.name}" for one in senders(session())}
    return Table(
        name="reviews",
        title="На разборе",
        caption="Записи, которые хаб не решился сопоставить сам, дольше всех ждущие сверху",
        columns=_columns(organisations),
        row_link=address,
        defaults={"state": OPEN},
        empty=Empty(
            why="Разбирать нечего: всё сопоставлено или отклонено автоматически",
            what="Решённые записи показывает отбор «Решены». Пороги – на странице «Сопоставление».",
            link=url_for("reviews.cases", state="all"),
            action="Показать все",
            icon="user-check",
        ),
        filters=(
            Filter(name="state", title="Состояние", kind="select", options=STATES, chip=False),
            Filter(
                name="sender",
                title="Отправитель",
                kind="select",
                options=[(str(number), title) for number, title in organisations.items()],
            ),
        ),
    )
