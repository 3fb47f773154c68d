"""Loads the demonstration: participants, accounts, an invented registry."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from registry.central.operations.queue_notices import queue_notices
from registry.insured.generator.population import Population, write_population
from registry.insured.queries.presence import any_person
from registry.insured.statistics.operations import count_registry
from server.bootstrap import Hub
from server.demo.accounts import register_participants
from server.demo.proposals import propose_examples
from server.people import load_file, told_report
from server.progress import progress


def load_demonstration(hub: Hub, *, people: int, seed: int) -> str:
    """Register everybody and load invented people into an empty registry; what is there already stays."""
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
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        propose_examples(session, hub.context)
        count_registry(session, hub.context.clock.today(), now)
        queue_notices(session, now, timedelta())  # from here on the central segment is told of changes
    return f"Демонстрация загружена: {told_report(report)}."
