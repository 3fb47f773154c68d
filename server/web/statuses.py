"""One place where a status becomes a word, a colour and an icon; the colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """How a status is shown; ``mis`` is the word the sender's own system uses for it."""

    word: str
    colour: str
    icon: str
    mis: str = ""


PACKETS = {
    "received": Status("Получен", "blue", "inbox", "Отправлен"),
    "in_work": Status("В работе", "blue", "refresh", "Отправлен"),
    "accepted": Status("Обработан", "green", "circle-check", "Принят ТФОМС"),
    "accepted_warn": Status("Обработан с замечаниями", "amber", "alert-triangle", "Принят ТФОМС"),
    "partly_rejected": Status("Обработан частично", "red", "file-alert", "Отклонен ТФОМС"),
    "rejected": Status("Отклонён", "red", "circle-x", "Отклонен ТФОМС"),
    "held": Status("Отложен", "blue", "player-pause", "Отправлен"),
    "repeated": Status("Повтор", "grey", "repeat", "Принят ТФОМС"),
    "refused": Status("Не принят", "red", "ban", "Ошибка отправки"),
    "parked": Status("Остановлен", "violet", "flag", "Отправлен"),
    "waiting": Status("Ждёт получателя", "blue", "clock", "–"),
    "delivered": Status("Доставлен", "green", "send", "Получен от ТФОМС"),
    "acknowledged": Status("Принят получателем", "green", "circle-check", "Обработан"),
    "overdue": Status("Нет ответа", "amber", "clock", "Получен от ТФОМС"),
    "sent_again": Status("Отправлен повторно", "blue", "repeat", "Получен от ТФОМС"),
    "undeliverable": Status("Не доставлен", "violet", "flag", "–"),
}
RECORDS = {
    "accepted": Status("Принята", "green", "circle-check"),
    "accepted_warn": Status("Принята с замечаниями", "amber", "alert-triangle"),
    "rejected": Status("Отклонена", "red", "circle-x"),
    "held": Status("Отложена", "blue", "player-pause"),
    "duplicate": Status("Повтор", "grey", "repeat"),
}
LEVELS = {
    "error": Status("Ошибка", "red", "circle-x"),
    "warning": Status("Предупреждение", "amber", "alert-triangle"),
    "note": Status("Сведение", "grey", "info-circle"),
}
DELIVERIES = {
    "queued": Status("В очереди", "blue", "clock", "–"),
    "published": Status("Отправлен", "green", "send", "Получен от ТФОМС"),
    "answered_ok": Status("Принят получателем", "green", "circle-check", "Обработан"),
    "answered_error": Status("Отклонён получателем", "red", "circle-x", "Отклонен"),
    "overdue": Status("Нет ответа", "amber", "clock", "Получен от ТФОМС"),
    "undeliverable": Status("Не доставлен", "violet", "flag", "–"),
}
JOBS = {
    "waiting": Status("Ждёт", "blue", "clock"),
    "running": Status("Выполняется", "blue", "refresh"),
    "done": Status("Выполнено", "green", "circle-check"),
    "parked": Status("Остановлено", "violet", "flag"),
}
PEOPLE = {
    "1": Status("Застрахован", "green", "shield-check"),
    "2": Status("Аннулирован", "grey", "ban"),
    "3": Status("Умер", "grey", "minus"),
    "4": Status("Страхование приостановлено", "amber", "player-pause"),
    "5": Status("На другой территории", "blue", "map-pin"),
}
INSURANCE = {
    "valid": Status("Застрахован", "green", "shield-check"),
    "ended": Status("Страхование прекращено", "amber", "alert-triangle"),
    "not_yet": Status("Ещё не застрахован", "blue", "clock"),
    "never": Status("Страхования нет", "grey", "minus"),
    "dead": Status("Умер", "grey", "minus"),
}
SENDINGS = {
    "0": Status("0 · принято", "green", "circle-check"),
    "-1": Status("−1 · принято", "green", "circle-check"),
    "1": Status("1 · сбой", "violet", "flag"),
    "4": Status("4 · значение", "red", "circle-x"),
    "5": Status("5 · не найдено", "red", "circle-x"),
    "7": Status("7 · дубль", "amber", "repeat"),
}
CARDS = {
    "none": Status("Нет", "grey", "minus"),
    "opened": Status("Открыта", "blue", "lock-open"),
    "closed": Status("Закрыта", "green", "circle-check"),
    "deleted": Status("Удалена", "grey", "trash"),
}
SWITCH = {
    "on": Status("Действует", "green", "circle-check"),
    "off": Status("Отключена", "grey", "ban"),
    "locked": Status("Закрыта на время", "amber", "lock"),
}
BLANKS = {
    "sent": Status("Передано", "blue", "send"),
    "confirmed": Status("Подтверждено СМО", "green", "circle-check"),
    "cancelled": Status("Отменено", "grey", "ban"),
}
#: Where packets of the hub itself may be.
OUTGOING = ("waiting", "delivered", "sent_again", "overdue", "undeliverable", "acknowledged", "rejected")
BUFFER = {
    "waiting": Status("Буферная", "blue", "clock"),
    "seconded": Status("Ждёт второго решения", "amber", "users"),
    "accepted": Status("Принята", "green", "circle-check"),
    "corrected": Status("Принята с правкой", "green", "edit"),
    "rejected": Status("Отклонена", "red", "circle-x"),
    "withdrawn": Status("Отозвана", "grey", "minus"),
}
PAIRS = {
    "1": Status("Не подтверждён", "blue", "clock"),
    "2": Status("Кандидат", "amber", "flag"),
    "joined": Status("Объединены", "green", "link"),
    "different": Status("Разные люди", "grey", "users"),
}
AGREEMENT = {
    "equal": Status("Совпадает", "green", "check"),
    "former": Status("Совпадает с прежним", "green", "history"),
    "close": Status("Похоже", "amber", "alert-triangle"),
    "different": Status("Различается", "red", "x"),
    "absent": Status("Не с чем сравнить", "grey", "minus"),
}
LOADS = {
    "within": Status("В пределах норматива", "green", "circle-check"),
    "over": Status("Больше норматива", "red", "alert-triangle"),
    "none": Status("Норматива нет", "grey", "minus"),
}
REVIEWS = {
    "open": Status("Ждёт решения", "violet", "flag"),
    "decided": Status("Решён", "green", "circle-check"),
}
CENTRAL = {
    "waiting": Status("Ждёт отправки", "blue", "clock"),
    "sent": Status("Отправлено", "blue", "send"),
    "taken": Status("Принято к обработке", "blue", "checks"),
    "accepted": Status("Принято", "green", "circle-check"),
    "refused": Status("Отклонено", "red", "circle-x"),
    "resend": Status("Ждёт повторной отправки", "amber", "repeat"),
    "overdue": Status("Нет ответа", "violet", "flag"),
    "not_needed": Status("Не передаётся", "grey", "ban"),
}
MASS = {
    "preparing": Status("Готовится просмотр", "blue", "clock"),
    "seen": Status("Ждёт выполнения", "amber", "eye"),
    "running": Status("Выполняется", "blue", "refresh"),
    "done": Status("Выполнена", "green", "circle-check"),
    "undoing": Status("Отменяется", "blue", "refresh"),
    "undone": Status("Отменена", "grey", "arrow-back-up"),
    "dropped": Status("Не выполнялась", "grey", "minus"),
}
MASS_LINES = {
    "ready": Status("Изменится", "blue", "arrow-right"),
    "same": Status("Уже так", "grey", "minus"),
    "wrong": Status("Ошибка", "red", "circle-x"),
    "done": Status("Изменена", "green", "circle-check"),
    "left_out": Status("Пропущена", "amber", "alert-triangle"),
    "undone": Status("Отменена", "grey", "arrow-back-up"),
    "kept": Status("Оставлена", "amber", "lock"),
}
CHECKS = {
    "on": Status("Работает", "green", "circle-check"),
    "always": Status("Работает всегда", "green", "lock"),
    "off": Status("Выключена", "grey", "player-pause"),
    "soon": Status("Будет выключена", "amber", "clock"),
}
BOOKS = {
    "current": Status("Действует", "green", "circle-check"),
    "older": Status("Старше перечня", "amber", "clock"),
    "sample": Status("Учебный", "amber", "alert-triangle"),
    "absent": Status("Не загружен", "grey", "minus"),
}
EDITIONS = {
    "prepared": Status("Ждёт решения", "blue", "clock"),
    "scheduled": Status("Ждёт своего дня", "blue", "calendar"),
    "current": Status("Действует", "green", "circle-check"),
    "previous": Status("Прежняя", "grey", "history"),
    "historical": Status("Историческая", "grey", "history"),
    "withdrawn": Status("Отозвана", "amber", "arrow-back-up"),
    "dropped": Status("Не введена", "red", "circle-x"),
}
FAMILIES = {
    "book": BOOKS,
    "edition": EDITIONS,
    "check": CHECKS,
    "central": CENTRAL,
    "mass": MASS,
    "mass_line": MASS_LINES,
    "pair": PAIRS,
    "agreement": AGREEMENT,
    "buffer": BUFFER,
    "packet": PACKETS,
    "review": REVIEWS,
    "record": RECORDS,
    "level": LEVELS,
    "delivery": DELIVERIES,
    "job": JOBS,
    "person": PEOPLE,
    "insurance": INSURANCE,
    "sending": SENDINGS,
    "card": CARDS,
    "load": LOADS,
    "switch": SWITCH,
    "blanks": BLANKS,
}
UNFINISHED = frozenset({"received", "in_work"})


def status_of(family: str, name: str) -> Status:
    """The words of a status; an unknown one is shown as it is, in grey."""
    return FAMILIES[family].get(str(name)) or Status(str(name) or "–", "grey", "help")


def options(family: str) -> tuple[tuple[str, str], ...]:
    """Statuses as choices of a filter."""
    return tuple((name, status.word) for name, status in FAMILIES[family].items())
