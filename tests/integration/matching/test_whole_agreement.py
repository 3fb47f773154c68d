"""Rows closed by one statement are answered just as the comparison of every candidate answers them."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import generate_people, write_people_csv
from registry.insured.keys import refresh_keys
from registry.insured.loading import load_people
from registry.insured.matching import Identification, SearchRequest, identify, stages
from registry.insured.tables import (
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonLead,
    PersonVersion,
    Policy,
    Snils,
)
from registry.insured.training.labelled import request_of_columns
from registry.store.base import OPEN_DATE

SECRET = b"k" * 32
LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
ASKED_AT = LOADED + timedelta(days=5)
PEOPLE, REQUESTS = 220, 600
FUND = "36000"
TABLES: tuple[Any, ...] = (PersonVersion, Snils, IdentityDocument, Insurance, Policy, Attachment)


def requests_of(lines: list[PersonLine], seed: int) -> list[SearchRequest]:
    """Whole and damaged ones about days and periods of long ago, of today and of later."""
    dice = Random(seed)
    found = []
    for given, _, _ in damaged_requests(lines, REQUESTS, 0.3, seed, 0.3):
        on = date(2026, 10, 5) - timedelta(days=dice.choice((0, 0, 0, 30, 900, 4_000, -60)))
        request = request_of_columns(given, on)
        until = dice.choice((None, None, on, on + timedelta(days=dice.choice((1, 40, 2_000))), on - timedelta(days=9)))
        found.append(replace(request, until=until, first_name=request.first_name if dice.random() > 0.03 else ""))
        if dice.random() < 0.1:
            found[-1] = replace(found[-1], bdz_id=given.get("person_key") or "1")
        if dice.random() < 0.1:
            found[-1] = replace(found[-1], snils="112-233-445 96", document_type=None)
    return found


def trouble(session: Session, dice: Random) -> None:
    """Everything a registry may hold that is not plain, about many of its people at once."""
    people = list(session.scalars(select(Person).order_by(Person.id)))
    dice.shuffle(people)
    groups = [people[start : start + 6] for start in range(0, 96, 6)]
    joined, survivors, annulled, dead, same_enp, spare, parted, kept, late_joined, *others, late_survivors = groups
    after = ASKED_AT + timedelta(days=1)
    for one, other in zip(parted, kept, strict=True):  # a join that was taken back since
        lead = PersonLead(person_id=one.id, survivor_id=other.id, on=LOADED.date(), recorded_at=LOADED)
        lead.retracted_at = after
        session.add(lead)
    for one, into in zip(late_joined, late_survivors, strict=True):  # one that was made since
        one.merged_into, one.status = into.id, 2
        session.add(PersonLead(person_id=one.id, survivor_id=into.id, on=after.date(), recorded_at=after))
    for one, into in zip(joined, survivors, strict=True):
        one.merged_into, one.status = into.id, 2
    lacking: Any
    for lacking in (Snils, IdentityDocument):
        for row in rows_of(session, lacking, dice.sample(survivors, 3)):
            row.retracted_at = LOADED
    for one in annulled:
        one.status = 2
    for one in dead:
        one.status, one.died_on = 3, date(2026, 10, dice.choice((1, 5, 20)))
    for one, other in zip(same_enp, spare, strict=True):
        one.enp = other.enp
    change_rows(session, others, dice)
    session.flush()
    refresh_keys(session, [one.id for one in people], SECRET)


def change_rows(session: Session, groups: list[list[Person]], dice: Random) -> None:
    """Rows retracted, learnt too late, ended, repeated; policies that end before their insurance, other territories."""
    retracted, second_rows, ended, late, closed, moved = groups
    for table in TABLES:
        for row in rows_of(session, table, dice.sample(retracted, 2)):
            row.retracted_at = LOADED + timedelta(days=1)
        for row in rows_of(session, table, dice.sample(late, 2)):
            row.recorded_at = ASKED_AT + timedelta(days=1)
        for row in rows_of(session, table, dice.sample(closed, 2)):
            row.valid_to = min(row.valid_to, date(2026, dice.choice((3, 10, 12)), 5))
        for one in dice.sample(second_rows, 3):
            repeat_row(session, table, one, dice)
    for policy in rows_of(session, Policy, ended):
        policy.type = dice.choice(("В", "Е", policy.type))
        policy.stopped_on = dice.choice((None, date(2026, 9, 1), date(2027, 1, 1)))
        policy.ends_on = dice.choice((None, date(2026, 10, 5), date(2026, 9, 30)))
    for one in (*closed, *moved):
        between_two_of_one_insurer(session, one, dice)
    for insured in rows_of(session, Insurance, moved):
        insured.okato = dice.choice(("", FUND, "45000"))


def between_two_of_one_insurer(session: Session, person: Person, dice: Random) -> None:
    """A certificate of one insurer, a policy of another or the same, and a policy of the first again."""
    first = session.scalar(select(Insurance).where(Insurance.person_id == person.id).limit(1))
    policy = None if first is None else session.get(Policy, first.policy_id)
    if first is None or policy is None:
        return
    values = {one.name: getattr(first, one.name) for one in Insurance.__table__.columns if one.name != "id"}
    paper = {one.name: getattr(policy, one.name) for one in Policy.__table__.columns if one.name != "id"}
    certificate = Policy(**(paper | {"type": dice.choice("ВЕП"), "number": "123456789", "number_key": "123456789"}))
    session.add(certificate)
    session.flush()
    begun = date(2015, 12, 20)
    told = ((date(2015, 11, 1), dice.choice((date(2015, 11, 30), date(2016, 1, 9)))), (date(2026, 10, 20), OPEN_DATE))
    for (since, until), by in zip(told, (certificate.id, first.policy_id), strict=True):
        session.add(Insurance(**(values | {"valid_from": since, "valid_to": until, "policy_id": by})))
    first.valid_from, first.valid_to = begun, date(2026, 10, 19)
    first.insurer_code = dice.choice((first.insurer_code, "63777"))


def rows_of(session: Session, table: Any, people: list[Person]) -> list[Any]:
    return list(session.scalars(select(table).where(table.person_id.in_([one.id for one in people]))))


def repeat_row(session: Session, table: Any, person: Person, dice: Random) -> None:
    """A second open row beside the first, begun on another day."""
    row = session.scalar(select(table).where(table.person_id == person.id, table.valid_to == OPEN_DATE).limit(1))
    if row is None:
        return
    values = {one.name: getattr(row, one.name) for one in table.__table__.columns if one.name != "id"}
    values["valid_from"] = row.valid_from + timedelta(days=dice.choice((-400, 400)))
    if table is Attachment:
        values["area_type"] = 2
    session.add(table(**values))


def found_by(session: Session, requests: list[SearchRequest]) -> list[Identification]:
    return identify(session, requests, recorded_at=ASKED_AT, fund_okato=FUND, secret=SECRET)


def differing(quick: Identification, compared: Identification) -> dict[str, tuple[Any, Any]]:
    """The parts of two answers that are not equal."""
    pairs = {one.name: (getattr(quick, one.name), getattr(compared, one.name)) for one in fields(quick)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_one_statement_closes_is_what_comparing_every_candidate_says(
    sessions: sessionmaker[Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    path = tmp_path / "people.csv"
    write_people_csv(path, PEOPLE, seed)
    requests = requests_of(list(generate_people(PEOPLE, seed)), seed)
    with sessions.begin() as session:
        load_people(session, path, secret=SECRET, clock=FixedClock(LOADED))
        trouble(session, Random(seed))
    closed: list[int] = []

    def close(search: stages.Search, tasks: Any) -> None:
        stages.close_whole_agreements(search, tasks)
        closed.append(sum(not task.is_open for task in tasks))

    with sessions() as session:
        monkeypatch.setattr(stages, "STAGES", (close, *stages.STAGES[1:]))
        quick = found_by(session, requests)
        monkeypatch.setattr(stages, "STAGES", stages.STAGES[1:])
        compared = found_by(session, requests)
    assert [told for pair in zip(quick, compared, strict=True) if (told := differing(*pair))] == []
    assert closed[0] > REQUESTS * 0.3
