"""Words of the exchange with the central segment: who it is, states of messages, events and their messages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

#: Code of the organisation (scheme ``agency``) that is the central segment.
CENTRAL = "cs"
#: Source of facts it tells us; they are not told back to it.
SOURCE = "ЦС ЕРЗ"
#: The federal register of insured people, asked over SOAP.
FEDERAL = "ФЕРЗЛ"
TITLE = "Центральный сегмент ЕРЗ"
APPLICATION = "ЦК ЕРП"
NAMESPACE, ROOT = "urn:hl7-org:v2xml", "UPRMessageBatch"
REQUEST, FIRST_ACK, SECOND_ACK = "uprmes", "uprak1", "uprak2"
QUESTION_ROOT = "QBP_ZP1"


class State(StrEnum):
    """Where a message to the central segment is. Never change a value, only add."""

    WAITING = "waiting"
    SENT = "sent"
    TAKEN = "taken"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RESEND = "resend"
    OVERDUE = "overdue"
    NOT_NEEDED = "not_needed"


#: Messages in these states go into the next file.
TO_SEND = (State.WAITING, State.RESEND)
#: They are under way and an answer is waited for.
UNDER_WAY = (State.SENT, State.TAKEN)
#: An answer has decided them; whatever comes later is only noted.
DECIDED = (State.ACCEPTED, State.REFUSED, State.NOT_NEEDED)


class Trigger(StrEnum):
    """What a message is: the event of HL7, the question ZP1, or GPD: getPersonData of the federal register."""

    A03 = "A03"
    A08 = "A08"
    A13 = "A13"
    A24 = "A24"
    A37 = "A37"
    ZP1 = "ZP1"
    GPD = "GPD"


class PolicyState(StrEnum):
    """What the federal register says of a policy, as the hub understands it (registry model, clause 12)."""

    INSURED = "insured"
    ENDED = "ended"
    SUSPENDED = "suspended"
    ANNULLED = "annulled"
    DEAD = "dead"


TITLES: Mapping[str, str] = {
    Trigger.A08: "изменение сведений",
    Trigger.A03: "снятие с учёта",
    Trigger.A13: "восстановление на учёте",
    Trigger.A24: "объединение записей",
    Trigger.A37: "разъединение записей",
    Trigger.ZP1: "запрос страховой принадлежности",
    Trigger.GPD: "запрос сведений о лице (getPersonData)",
}
#: Whom a question or a notice is for: all but one go to the central segment.
FOR: Mapping[str, str] = {trigger: FEDERAL if trigger is Trigger.GPD else SOURCE for trigger in Trigger}
#: Event of an act → its message (registry model, clause 7.2). П13 tells of nothing and has none.
OF_EVENT: Mapping[str, Trigger] = {
    "П01": Trigger.A08,
    "П02": Trigger.A03,
    "П03": Trigger.A08,
    "П04": Trigger.A08,
    "П06": Trigger.A08,
    "П07": Trigger.A03,
    "П08": Trigger.A13,
    "П09": Trigger.A13,
    "П10": Trigger.A24,
    "П11": Trigger.A37,
    "П14": Trigger.A08,
    "П15": Trigger.A03,
    "П16": Trigger.A08,
    "П17": Trigger.A08,
}
PAIRED = frozenset((Trigger.A24, Trigger.A37))
#: Events of joins and separations: the acts stand at both records and make one message.
PAIRED_EVENTS = tuple(event for event, trigger in OF_EVENT.items() if trigger in PAIRED)
#: Acts with an event that change nothing yet, or took back what had changed nothing.
WITHOUT_EFFECT = ("death_announced", "death_refused")
#: What of a person the central segment keeps; an act that touched nothing of it does not concern it.
CONCERNS = frozenset(
    ("names", "document", "snils", "enp", "policy", "insurance", "status", "death", "address", "link", "undone")
)

#: Codes of ERR.3 and ERR.5 that are known (registry model, clause 11); others are shown as they came.
ERRORS: Mapping[str, str] = {
    "101": "отсутствует обязательное поле",
    "102": "недопустимый тип данных",
    "103": "значение не найдено в таблице",
    "200": "неизвестный тип сообщения",
    "201": "неизвестное событие",
    "202": "неизвестный режим обработки",
    "204": "неизвестный идентификатор",
    "205": "повтор идентификатора",
    "206": "запись заблокирована",
    "207": "внутренняя ошибка приложения",
}
FILE_ERRORS: Mapping[str, str] = {
    "40": "неправильный XML",
    "41": "не соответствует схеме",
    "42": "идентификатор пакета",
    "43": "недостающее или лишнее",
    "44": "контрольная сумма",
}
