"""A rule of normalisation changes while the hub works: half-made or done, everybody gets the same outcome (8.1)."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.checks.names import ABSENT_NAMES
from registry.core.clock import FixedClock
from registry.core.errors import Retryable
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
from registry.insured.operations.people.aspects import DOCUMENT, NAMES
from registry.insured.operations.people.facts import change_document, change_names
from registry.insured.operations.people.ledger import Origin, open_people
from registry.insured.queries.people import PersonSearch, Sight, find_people
from registry.insured.rules.timelines import Act
from registry.insured.tables import FormerForm, IdentityDocument, Person, PersonKey, PersonVersion, Policy
from registry.insured.training.labelled import request_of_columns
from registry.store.base import OPEN_DATE
from registry.store.engine import create_hub_engine, session_factory

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


def write_lines(path: Path, lines: list[PersonLine]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([PersonLine._fields, *lines])


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
    write_lines(path, lines)
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


def stored(session: Session) -> list[tuple[str, ...]]:
    """The compared forms of everybody, as they stand in the tables."""
    version = PersonVersion
    keys = (version.surname_key, version.first_name_key, version.patronymic_key, version.birth_place_key)
    found = [tuple(row) for row in session.execute(select(*keys).order_by(version.id))]
    for model in (IdentityDocument, Policy):
        found += [tuple(row) for row in session.execute(select(model.number_key).order_by(model.id))]
    return found


def test_forms_are_made_of_what_is_written_there_and_back(both: Sessions, tmp_path: Path) -> None:
    populate(both, tmp_path / "people.csv", 4)
    with both() as session:
        present = stored(session)
    become_former(both)
    with both() as session:
        assert stored(session) != present
    with both.begin() as session:
        begin_rekeying(session, BEGUN)
    make_all(both, SETTLED)
    with both() as session:
        assert stored(session) == present


def test_somebody_spelt_otherwise_is_found_before_going_over(both: Sessions, tmp_path: Path) -> None:
    """The present rules take Ё for Е: whoever asks with the other letter need not wait for the end."""
    populate(both, tmp_path / "people.csv", 5)
    with both() as session:
        names = (PersonVersion.surname, PersonVersion.first_name, PersonVersion.patronymic, PersonVersion.birth_date)
        query = select(PersonVersion.person_id, *names).where(PersonVersion.valid_to == OPEN_DATE)
        person_id, surname, first_name, patronymic, born = next(
            row for row in session.execute(query) if "ё" in row.surname.lower() and row.patronymic
        )
    become_former(both)
    surname = surname.replace("ё", "е").replace("Ё", "Е")
    asked = SearchRequest(LOADED.date(), None, surname, first_name, patronymic, born)
    searched = PersonSearch(surname=surname[:4], birth_date=born)
    with both.begin() as session:
        begin_rekeying(session, BEGUN)
        found = identify(session, [asked], recorded_at=SETTLED, fund_okato="36000", secret=ensure_key_secret(session))[
            0
        ]
        listed = find_people(session, Sight("fund", everyone=True), searched, today=LOADED.date())
    assert found.person_id == person_id
    assert person_id in [line.person.id for line in listed]


def test_an_act_about_somebody_known_by_former_rules_is_no_news_of_names(both: Sessions, tmp_path: Path) -> None:
    """The same name and paper told again are not taken for others because they are stored in a former form."""
    populate(both, tmp_path / "people.csv", 6)
    become_former(both)
    with both() as session:
        ids = list(session.scalars(select(Person.id)))
        before = stored(session)
        ledger = open_people(session, ids, Origin(SETTLED, "fund"))
        act = Act("change_data", LOADED.date())
        for person in ledger.people.values():
            names, paper = person.line(NAMES).last, person.line(DOCUMENT).last
            if names is not None:
                told = {name: names.values[name] for name in ("surname", "first_name", "patronymic", "birth_place")}
                assert not change_names(ledger, person, told, replace(act, on=names.since))
            if paper is not None:
                known = len(person.line(DOCUMENT).rows)
                change_document(ledger, person, paper.values, replace(act, on=paper.since))
                assert len(person.line(DOCUMENT).rows) == known
        assert stored(session) == before


def test_people_loaded_meanwhile_are_found_by_both(both: Sessions, tmp_path: Path) -> None:
    requests = populate(both, tmp_path / "people.csv", 7)
    become_former(both)
    lines = list(generate_people(20, 70, "36"))
    write_lines(tmp_path / "more.csv", lines)
    newcomers = {line.person_key: line for line in lines}
    with both.begin() as session:
        secret = ensure_key_secret(session)
        report = load_people(session, tmp_path / "people.csv", secret=secret, clock=FixedClock(BEGUN))
        assert (report.unchanged, report.added, report.refused_people) == (report.people, 0, 0)
        load_people(session, tmp_path / "more.csv", secret=secret, clock=FixedClock(BEGUN))
        asked = [request_of_columns(line._asdict(), date(2026, 10, 5)) for line in newcomers.values()] + requests
        begin_rekeying(session, BEGUN)
        due = answers(session, asked)
        assert sum(one.person_id is not None for one in due[: len(newcomers)]) > len(newcomers) / 2
    make_all(both, SETTLED)
    with both() as session:
        assert differing(asked, answers(session, asked), due) == []


def test_code_without_the_rules_of_the_keys_waits_for_newer_code(both: Sessions) -> None:
    with both.begin() as session:
        ensure_key_secret(session)
        begin_rekeying(session, BEGUN, rules=FORMER)
    both.configure(info={RULES: (PRESENT,)})
    with both() as session, pytest.raises(Retryable, match="правилам нормализации 0"):
        ensure_key_secret(session)


def test_readers_beside_the_making_get_the_same_outcome_at_any_moment(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reader has a connection of its own and may have read the secret some portions ago."""
    monkeypatch.setattr(operations, "PORTION", 5)
    engine = create_hub_engine(postgresql_url)
    sessions = session_factory(engine)
    sessions.configure(info={RULES: (FORMER, PRESENT)})
    requests = populate(sessions, tmp_path / "people.csv", 8)
    with sessions() as session:
        due = answers(session, requests)
    become_former(sessions)
    with sessions.begin() as session:
        begin_rekeying(session, BEGUN)
    done = Event()

    def read() -> tuple[int, list[object]]:
        times, wrong = 0, []
        with sessions() as session:
            secret = ensure_key_secret(session)
        while not done.is_set() or times < 2:
            with sessions() as session:
                found = identify(session, requests, recorded_at=SETTLED, fund_okato="36000", secret=secret)
                wrong += differing(requests[:], found + due[len(requests) :], due)
                secret = ensure_key_secret(session)
            times += 1
        return times, wrong

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        make_all(sessions, SETTLED)
        done.set()
        told = [reader.result() for reader in readers]
    engine.dispose()
    assert [wrong for _, wrong in told] == [[], []]
