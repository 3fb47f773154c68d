"""Loads the demonstration: participants, accounts, an invented registry."""

from __future__ import annotations

import tempfile
from pathlib import Path

from registry.insured.generator.population import Population, write_population
from registry.insured.loading import load_people
from registry.insured.queries.presence import any_person
from server.bootstrap import Hub
from server.demo.accounts import register_participants
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
        with hub.sessions() as session:
            secret = hub.context.key_secret(session)
            session.commit()
        with progress("Загружаем в регистр", people) as told:
            report = load_people(hub.engine, path, secret=secret, clock=hub.context.clock, progress=told)
    return f"Демонстрация загружена: {report}"
