"""The frame of every page: menu by groups, contour, theme, filters and words the templates use."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from flask_login import current_user

from registry.central.queries.messages import to_look_at
from registry.exchange.queries import work_state
from registry.insured.agencies.queries.announced import count_announced
from registry.insured.buffer.queries.items import waiting_count
from registry.insured.review.queries import waiting_cases
from server.web import formatting
from server.web.access.viewer import Viewer
from server.web.auditing import ACTIONS
from server.web.current import hub, now, session, viewer, zone
from server.web.exchange import wording
from server.web.export import cell
from server.web.help import HELP
from server.web.permissions import ROUTES, Permission
from server.web.statuses import status_of

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu; ``part`` is the blueprint whose pages light it up."""

    title: str
    icon: str
    endpoint: str
    part: str
    waiting: int = 0

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(self.endpoint)

    @property
    def active(self) -> bool:
        """True on the pages it leads to."""
        return (request.endpoint or "").startswith(self.part)


@dataclass(frozen=True, slots=True)
class Group:
    """A system of the menu with the pages the viewer may see."""

    title: str
    items: tuple[Item, ...]


MENU = (
    Group("", (Item("Обзор", "layout-dashboard", "overview.home", "overview."),)),
    Group(
        "Обмен",
        (
            Item("Журнал", "notebook", "exchange.journal", "exchange."),
            Item("Загрузка файлов", "file-upload", "uploads.uploads", "uploads."),
            Item("Исходящие", "send", "outgoing.packets", "outgoing."),
        ),
    ),
    Group(
        "РС ЕРЗ",
        (
            Item("Застрахованные", "users", "insured.people", "insured."),
            Item("Дубликаты", "users-group", "twins.pairs", "twins."),
            Item("На разборе", "user-search", "reviews.cases", "reviews.case"),
            Item("Статистика", "chart-bar", "statistics.registry", "statistics."),
            Item("Буфер", "clipboard-list", "buffer.changes", "buffer"),
            Item("Массовые изменения", "list-check", "mass.changes", "mass."),
            Item("Изменения", "history", "news.changes", "news."),
            Item("Участки", "map-pin", "districts.districts", "districts."),
            Item("Идентификация", "list", "batches.batches", "batch"),
            Item("Бланки полисов", "files", "blanks.transfers", "blanks."),
            Item("ЦС ЕРЗ и ФЕРЗЛ", "server", "central.messages", "central."),
            Item("Ведомства", "building", "agencies.files", "agencies.files"),
            Item("Сообщения о смерти", "bell", "agencies.announced", "agencies.announced"),
            Item("Приостановленные", "shield", "agencies.suspended", "agencies.suspended"),
        ),
    ),
    Group("СИСЗЛ", (Item("Отправка сведений", "send", "support.sendings", "support."),)),
    Group(
        "НСИ и ФЛК",
        (
            Item("Форматы обмена", "book", "formats.index", "formats."),
            Item("Справочники", "books", "reference.books", "reference."),
            Item("Проверки", "list-check", "checks.book", "checks."),
            Item("Раскладки файлов", "columns", "layouts.layouts", "layouts."),
        ),
    ),
    Group(
        "Администрирование",
        (
            Item("Состояние", "heart-rate-monitor", "health.state", "health.state"),
            Item("Учётные записи", "user-check", "administration.accounts", "administration.account"),
            Item("Организации", "building-hospital", "administration.organisations", "administration.organisations"),
            Item("Права ролей", "key", "rights.roles", "rights."),
            Item("Настройки", "settings", "options.options", "options."),
            Item("Сопоставление", "selector", "reviews.matching", "reviews.matching"),
            Item("Аудит", "shield-check", "audit.entries", "audit."),
        ),
    ),
)


def frame(app: Flask) -> None:
    """Give the templates of an application their words, filters and the frame."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_values)
    app.jinja_env.filters.update(
        moment=lambda value: formatting.moment(value, zone()),
        day=formatting.day,
        number=formatting.number,
        signed=formatting.signed,
        sentence=formatting.sentence,
        size=formatting.size,
        duration=formatting.duration,
        short=formatting.short,
        masked=formatting.masked,
        enp=formatting.enp,
        snils=formatting.snils,
        plain=formatting.plain,
        plural=formatting.plural,
    )
    app.jinja_env.globals.update(
        asset=asset,
        status_of=status_of,
        words_of=wording.words_of,
        field_title=wording.field_title,
        kind_title=wording.kind_title,
        contract_title=wording.contract_title,
        jobs_words=wording.JOBS,
        cell_text=cell,
        channels=wording.CHANNELS,
        actions=ACTIONS,
    )


def asset(name: str) -> str:
    """The address of a static file, another one for every other content, so that it may be kept for a year."""
    return url_for("static", filename=name, v=_fingerprint(name))


@lru_cache(maxsize=64)
def _fingerprint(name: str) -> str:
    return f"{zlib.crc32((STATIC / name).read_bytes()):08x}"


@lru_cache(maxsize=1)
def _hub_version() -> str:
    try:
        return version("tfoms-hub")
    except PackageNotFoundError:
        return ""


def _values() -> dict[str, Any]:
    seen_by = current_user if "broken" not in g and current_user.is_authenticated else None
    theme = request.cookies.get("theme", "light")
    return {
        "seen_by": seen_by,
        "theme": theme if theme in {"light", "dark"} else "light",
        "menu": [] if "broken" in g else _menu(seen_by),
        "contour": _contour(),
        "fund_code": hub().settings.fund_code,
        "zone_name": zone().key,
        "moment_now": now(),
        "help_text": HELP.get(request.endpoint or ""),
        "here": request.full_path.rstrip("?"),
        "search_text": request.args.get("q", "")[:200] if request.endpoint == "overview.search" else "",
        "hub_version": _hub_version(),
        "Permission": Permission,
    }


def _menu(seen_by: Viewer | None) -> list[Group]:
    found = []
    for group in MENU:
        items = tuple(
            Item(item.title, item.icon, item.endpoint, item.part, _waiting(item))
            for item in group.items
            if _may(seen_by, ROUTES[item.endpoint])
        )
        if items:
            found.append(Group(group.title, items))
    return found


def _may(seen_by: Viewer | None, permission: Permission) -> bool:
    return permission is Permission.PUBLIC or (seen_by is not None and seen_by.may(permission))


def _waiting(item: Item) -> int:
    """What stopped and needs a hand, where the page shows it."""
    if item.endpoint == "buffer.changes":
        return waiting_count(session(), viewer().visibility.organisations)
    if item.endpoint == "central.messages":
        return to_look_at(session())
    if item.endpoint == "agencies.announced":
        return count_announced(session())
    if item.endpoint == "reviews.cases":
        return waiting_cases(session())
    if item.endpoint != "health.state":
        return 0
    state = work_state(session())
    return state.jobs.get("parked", 0) + state.deliveries.get("undeliverable", 0)


@dataclass(frozen=True, slots=True)
class Contour:
    """Which installation one looks at, so that nobody takes one for the other."""

    word: str
    title: str
    training: bool


def _contour() -> Contour:
    if hub().settings.embedded:
        return Contour("Учебный контур", "Встроенная база данных: сведения вымышлены, ошибаться можно", training=True)
    return Contour("Рабочий контур", "Рабочая база данных фонда", training=False)
