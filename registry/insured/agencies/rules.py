"""Decisions about what departments tell: whose death counts, and what makes it doubtful (clause 5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.insured.agencies.words import CIVIL_REGISTRY

if TYPE_CHECKING:
    from registry.insured.agencies.kinds.death import Death


@dataclass(frozen=True, slots=True)
class Life:
    """What the registry knows of a person that a death may contradict."""

    died_on: date | None = None
    applied_on: date | None = None
    insured_from: date | None = None
    document_issued_on: date | None = None
    later_service: str = ""


def is_authoritative(record: Death, source: str) -> bool:
    """True for the civil registry, and for anybody who tells the number of the act."""
    return source == CIVIL_REGISTRY or bool(record.act_number)


def doubt_of_death(died_on: date, life: Life) -> str:
    """Say in words what a death contradicts; empty when nothing speaks against it."""
    doubts = []
    for day, what in (
        (life.applied_on, "заявление о прикреплении"),
        (life.insured_from, "начало страхования"),
        (life.document_issued_on, "выдача документа"),
    ):
        if day and day > died_on:
            doubts.append(f"{what} {day:%d.%m.%Y}")
    if life.later_service:
        doubts.append(life.later_service)
    told = [f"после даты смерти: {'; '.join(doubts)}"] if doubts else []
    if life.died_on and life.died_on != died_on:
        told.insert(0, f"уже зарегистрирована смерть {life.died_on:%d.%m.%Y}")
    return "; ".join(told)
