"""The words of pairs: why they were proposed, in which state they are, what was decided."""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum


class Reason(IntFlag):
    """Why a pair was proposed; the bits are stored. Never change or reuse one, only add."""

    ENP = 1
    SNILS = 2
    DOCUMENT = 4
    POLICY = 8
    NAMES = 16
    LINKAGE = 32
    SEVERAL = 64
    DOUBLES = 128
    OPERATOR = 256
    CENTRAL = 512


class State(IntEnum):
    """State of a pair (clause 5.2): 1 nobody has looked, 2 a person has and left it open, 3 decided."""

    UNCONFIRMED = 1
    CANDIDATE = 2
    SETTLED = 3


class Verdict(StrEnum):
    """What was decided about a settled pair."""

    NONE = ""
    JOINED = "joined"
    DIFFERENT = "different"


class Operation(StrEnum):
    """What may be done to a pair, as its steps name it."""

    PROPOSED = "proposed"
    POSTPONED = "postponed"
    DISMISSED = "dismissed"
    JOINED = "joined"
    SEPARATED = "separated"
    REOPENED = "reopened"
    SPLIT = "split"


EVENT_JOINED, EVENT_SEPARATED = "П10", "П11"
REASON_JOINED = "П023"

REASON_TITLES: dict[Reason, str] = {
    Reason.ENP: "один ЕНП",
    Reason.SNILS: "один СНИЛС",
    Reason.DOCUMENT: "один документ",
    Reason.POLICY: "один полис",
    Reason.NAMES: "ФИО и дата рождения",
    Reason.LINKAGE: "сверка всего регистра",
    Reason.SEVERAL: "идентификация: несколько кандидатов",
    Reason.DOUBLES: "сообщение МИС",
    Reason.OPERATOR: "отметил сотрудник",
    Reason.CENTRAL: "сообщение ЦС ЕРЗ",
}
STATE_TITLES = {
    State.UNCONFIRMED: "Не подтверждён",
    State.CANDIDATE: "Кандидат",
    State.SETTLED: "Отработан",
}
OPERATION_TITLES = {
    Operation.PROPOSED: "Предложена",
    Operation.POSTPONED: "Отложена",
    Operation.DISMISSED: "Признаны разными людьми",
    Operation.JOINED: "Записи объединены",
    Operation.SEPARATED: "Записи разъединены",
    Operation.REOPENED: "Возвращена в работу",
    Operation.SPLIT: "Сведения перенесены в другую запись",
}


def reasons_of(bits: int) -> list[Reason]:
    """The reasons of a stored set, the strongest first."""
    return [reason for reason in Reason if bits & reason]
