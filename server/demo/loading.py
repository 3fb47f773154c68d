"""Loads the demonstration: participants, accounts, an invented registry."""

from __future__ import annotations

import csv
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from registry.central.operations.queue_notices import queue_notices
from registry.exchange.context import HubContext
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.generator.duplicates import second_records
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import Population, read_people_csv, write_population
from registry.insured.queries.districts import AttachedFilter, attached_people
from registry.insured.queries.presence import any_person
from registry.insured.statistics.operations import count_registry
from server.bootstrap import Hub
from server.demo.accounts import clinic_code, register_participants
from server.duplicates import LIMIT, ask_and_run
from server.people import load_file, told_report
from server.progress import progress

WOMAN = 2
LOOKED_AT = 50
NEW_SURNAME = "Новобрачная"
#: The share of people with a second record: a dozen of two thousand.
DOUBLED = 0.006


def load_demonstration(hub: Hub, *, people: int, seed: int, doubled: float = DOUBLED) -> str:
    """Register everybody and load invented people into an empty registry; what is there already stays.

    ``doubled`` is the share of people with a second record, which the worklist of duplicates shows from the start.
    """
    with hub.sessions.begin() as session:
        register_participants(session, hub.context)
    with hub.sessions() as session:
        if any_person(session):
            return "Участники и учётные записи на месте; люди в регистре уже есть, новых не добавлено."
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        with progress("Придумываем людей", people) as told:
            write_population(Population(people, seed, hub.context.fund_code), path, progress=told)
        report = load_file(hub, path)
        if doubled:
            _double(hub, path, doubled, seed)
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        _propose_examples(session, hub.context)
        count_registry(session, hub.context.clock.today(), now)
        queue_notices(session, now, timedelta())  # from here on the central segment is told of changes
    return f"Демонстрация загружена: {told_report(report)}."


def _double(hub: Hub, people: Path, share: float, seed: int) -> None:
    """Load second records of about this share of the people of a file, and search for them as every night does."""
    path = people.with_name("second_records.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\n")
        rows.writerow(PersonLine._fields)
        rows.writerows(one.line for one in second_records(read_people_csv(people), share, seed))
    load_file(hub, path)
    ask_and_run(hub, "", LIMIT, lambda _done: None)


def _propose_examples(session: Session, context: HubContext) -> None:
    """Let a clinic say the new surname of a woman attached to it: identity told by a clinic waits for agreement."""
    today, code = context.clock.today(), clinic_code(context.fund_code, 1)
    attached = attached_people(session, AttachedFilter(clinic=code), today, limit=LOOKED_AT)
    women = [one.person.id for one in attached if one.version.sex == WOMAN and one.person.died_on is None]
    proposer = Proposer("clinic", frozenset({code}), organisation_id_of_code(session, code), None, "МО")
    proposals = [Proposal(one, {"surname": NEW_SURNAME}, today, "1") for one in women[:1]]
    propose_changes(session, proposals, proposer, Circumstances(context.clock.now(), today))
