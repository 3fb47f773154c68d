"""Which facts are news, and what a receiver is told by: POLIS, PERSCHANGE or DOUBLES (RabbitMQ exchange, clause 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table

from registry.insured.tables import (
    Address,
    Attachment,
    DeathFact,
    IdentityDocument,
    Insurance,
    PersonEnp,
    PersonStatus,
    PersonVersion,
    Policy,
    Snils,
)

_MODELS = (
    PersonVersion,
    IdentityDocument,
    Snils,
    Address,
    PersonEnp,
    Policy,
    Insurance,
    PersonStatus,
    DeathFact,
    Attachment,
)
#: The watched tables by name; the order is that of the numbers within one look.
WATCHED: Mapping[str, Table] = {model.__tablename__: cast(Table, model.__table__) for model in _MODELS}
POLIS, PERSCHANGE, DOUBLES = "POLIS", "PERSCHANGE", "DOUBLES"
#: What of a person changed the insurance, what the personal data; an attachment is told by its own answers and notices.
OF_POLICY = frozenset(("policy", "insurance", "person_enp", "person_status", "death_fact"))
OF_PERSON = frozenset(("person_version", "identity_document", "snils", "address"))
TITLES: Mapping[str, str] = {
    "person_version": "Персональные данные",
    "identity_document": "УДЛ",
    "snils": "СНИЛС",
    "address": "Адрес",
    "person_enp": "ЕНП",
    "policy": "Полис",
    "insurance": "Страхование",
    "person_status": "Статус",
    "death_fact": "Смерть",
    "attachment": "Прикрепление",
}


def messages_of(aspects: frozenset[str], *, joined: bool) -> tuple[str, ...]:
    """What a person with these changes is told by; a joined record by DOUBLES alone: its number is no more."""
    if joined and "person_status" in aspects:
        return (DOUBLES,)
    found = (POLIS,) if aspects & OF_POLICY else ()
    return (*found, PERSCHANGE) if aspects & OF_PERSON else found
