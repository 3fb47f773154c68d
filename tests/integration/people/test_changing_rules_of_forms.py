"""A rule of normalisation changes while the hub works: half-made or done, everybody gets the same outcome (8.1)."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.checks.names import ABSENT_NAMES
from registry.core.clock import FixedClock
from registry.core.normalisation import name_key, place_key, policy_key
from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import generate_people
from registry.insured.keys import (
    begin_rekeying,
    ensure_key_secret,
    operations,
    policy_number_key,
    refresh_keys,
    rekey_portion,
    rules_are_newer,
)
from registry.insured.keys.queries import RULES
from registry.insured.keys.rules import PRESENT, FormRules
from registry.insured.loading import load_people
from registry.insured.matching import Identification, SearchRequest, identify
from registry.insured.tables import FormerForm, Person, PersonKey
from registry.insured.training.labelled import request_of_columns

LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
FORMERLY = LOADED + timedelta(days=1)
BEGUN = LOADED + timedelta(days=2)
SETTLED = BEGUN + operations.SETTLING
Sessions = sessionmaker[Session]
PEOPLE, REQUESTS = 60, 120


def former_name(text: str) -> str:
    """Ё was a letter of its own, Й and И were one, and whoever had no patronymic was called so."""
    if text.strip().upper() in ABSENT_NAMES:
        return text.strip().upper()
    return name_key(text.upper().replace("Ё", "Ў")).replace("Ў", "Ё").replace("Й", "И")


def former_document(series: str, number: str) -> str:
    """Roman numerals were compared as typed, zeros at the beginning and hyphens did not count."""
    return policy_key(series + number).replace("-", "").lstrip("0")


def former_policy(series: str, number: str) -> str:
    return policy_number_key(series, number).lstrip("0")


def former_place(text: str) -> str:
    return place_key(text).replace("Г.", "")


FORMER = FormRules(0, former_name, former_place, former_document, former_policy)
LETTERS = (("е", "ё"), ("ё", "е"), ("й", "и"), ("и", "й"))


@pytest.fixture
def both(sessions: Sessions) -> Sessions:
    """Sessions of a hub whose code has the former rules beside the present ones."""
    sessions.configure(info={RULES: (FORMER, PRESENT)})
    return sessions


def other_letter(dice: Random, text: str) -> str:
    """The same name with one letter that only one of the rules takes for the other."""
    given, other = dice.choice(LETTERS)
    return text.replace(given.upper(), other.upper(), 1) if text.isupper() else text.replace(given, other, 1)


def populate(sessions: Sessions, path: Path, seed: int) -> list[SearchRequest]:
    """A registry with the letters that the rules differ in, and requests about its people."""
    dice = Random(seed)
    lines = []
    for line in generate_people(PEOPLE, seed):
        names = {
            name: other_letter(dice, getattr(line, name)) if dice.random() < 0.5 else getattr(line, name)
            for name in ("surname", "first_name", "patronymic")
        }
        if dice.random() < 0.05:
            names["patronymic"] = dice.choice(("НЕТ", "нет", ""))
        document = {}
        if line.doc_series.startswith(("I", "V", "X")) and dice.random() < 0.5:
            document = {"doc_series": line.doc_series.replace("I", "1").replace("V", "У")}
        lines.append(line._replace(**names, **document))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([PersonLine._fields, *lines])
    with sessions.begin() as session:
        load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
    found = []
    for given, _, _ in damaged_requests(lines, REQUESTS, 0.4, seed, 0.3):
        request = request_of_columns(given, date(2026, 10, 5))
        for name in ("surname", "first_name", "patronymic"):
            if dice.random() < 0.3:
                setattr(request, name, other_letter(dice, getattr(request, name)))
        if dice.random() < 0.2:
            request = replace(request, document_type=None, document_number="0" + request.document_number)
        if dice.random() < 0.3:
            request = replace(request, enp="", snils="", policy_number="", policy_series="")
            request = replace(request, document_number="" if dice.random() < 0.5 else request.document_number)
        if dice.random() < 0.1:
            request = replace(request, sole_identifier=True, surname="", first_name="", patronymic="")
        found.append(request)
    return found


def answers(session: Session, requests: list[SearchRequest]) -> list[Identification]:
    """What is answered to many at once, and to a few asked beside each other."""
    secret = ensure_key_secret(session)

    def asked(some: list[SearchRequest]) -> list[Identification]:
        return identify(session, some, recorded_at=SETTLED, fund_okato="36000", secret=secret)

    return asked(requests) + asked(requests[:25])


def make_all(sessions: Sessions, now: datetime) -> None:
    more = True
    while more:
        with sessions.begin() as session:
            more = rekey_portion(session, now)


def become_former(sessions: Sessions) -> None:
    """Let the registry be as the code before made it."""
    with sessions.begin() as session:
        begin_rekeying(session, FORMERLY, rules=FORMER)
    make_all(sessions, FORMERLY + operations.SETTLING)
    with sessions() as session:
        assert rules_are_newer(session)
        assert ensure_key_secret(session).rules is FORMER


def differing(given: list[SearchRequest], found: list[Identification], due: list[Identification]) -> list[object]:
    asked = given + given[:25]
    return [(one, a, b) for one, a, b in zip(asked, found, due, strict=True) if a != b]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_half_made_or_done_the_outcome_is_that_of_the_present_rules(
    both: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = Random(seed)
    requests = populate(both, tmp_path / "people.csv", seed)
    with both() as session:
        due = answers(session, requests)
        count = session.scalar(select(func.count()).select_from(PersonKey))
    become_former(both)
    monkeypatch.setattr(operations, "PORTION", 20)
    with both.begin() as session:
        begin_rekeying(session, BEGUN)
    for _ in range(3):
        with both.begin() as session:  # whoever is written meanwhile goes over in part
            some = dice.sample(session.scalars(select(Person.id)).all(), 10)
            refresh_keys(session, some, ensure_key_secret(session))
        with both() as session:
            assert differing(requests, answers(session, requests), due) == []
            rekey_portion(session, SETTLED)
            session.rollback()  # as a process that was killed
        with both.begin() as session:
            assert rekey_portion(session, SETTLED)
    make_all(both, SETTLED)
    with both() as session:
        assert differing(requests, answers(session, requests), due) == []
        secret = ensure_key_secret(session)
        assert (secret.rules, secret.former) == (PRESENT, None)
        assert session.scalar(select(func.count()).select_from(PersonKey)) == count
        assert session.scalar(select(func.count()).select_from(FormerForm)) == 0
        assert not rules_are_newer(session)
