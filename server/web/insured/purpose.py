"""Why people are searched (clause 14): asked once in a sitting, kept with every search and every card opened."""

from __future__ import annotations

from flask import request
from flask import session as cookie

from server.web.current import viewer
from server.web.table import Empty, Filter

PURPOSES = {
    "person": "Обращение гражданина",
    "organisation": "Запрос МО, СМО или ведомства",
    "packet": "Разбор пакета или замечания",
    "records": "Сверка и исправление сведений",
    "duplicates": "Разбор дубликатов",
    "appeal": "Жалоба, обращение, экспертиза",
    "check": "Проверка работы системы",
}
#: What programs ask for; nobody chooses it.
EXCHANGE = "exchange"
TITLES = {**PURPOSES, EXCHANGE: "Обмен сведениями между программами"}
NAME, SITTING = "purpose", "sitting_purpose"
NO_PURPOSE = Empty(
    why="Укажите цель поиска",
    what="Она записывается в аудит вместе с поиском. Выберите её вверху и нажмите «Отобрать»: спрашивается один "
    "раз за сеанс, сменить её можно при любом поиске.",
    icon="shield-check",
)


def purpose() -> str:
    """The purpose of this sitting: the one the address names, from then on until another is chosen; empty at first."""
    chosen = request.args.get(NAME, "")
    if chosen in PURPOSES and cookie.get(SITTING) != chosen:
        cookie[SITTING] = chosen
    return str(cookie.get(SITTING, ""))


def remember_for_next_time() -> None:
    """Let the next sitting begin with this purpose chosen; the caller's audit row commits it."""
    chosen = purpose()
    if chosen and viewer().preferences.get(NAME) != chosen:
        viewer().account.preferences = {**viewer().preferences, NAME: chosen}


def purpose_filter() -> tuple[Filter, str]:
    """The choice beside the filters of the search, and what stands chosen in it.

    In a new sitting the purpose of the last one is offered, but counts only when the search is sent with it.
    """
    offered = purpose() or str(viewer().preferences.get(NAME, ""))
    options = tuple(PURPOSES.items())
    return Filter(
        name=NAME,
        title="Цель поиска",
        kind="select",
        options=options if offered in PURPOSES else (("", "выберите"), *options),
        chip=False,
    ), offered if offered in PURPOSES else ""


def purpose_of_act() -> dict[str, str]:
    """What an audit row says of the purpose; nothing when a card is opened from elsewhere than a search."""
    chosen = purpose()
    return {NAME: chosen} if chosen else {}
