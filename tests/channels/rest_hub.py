"""A whole hub behind REST for tests: the demonstration's participants, invented people, keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask

from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.insured.generator.lines import PersonLine
from server.api.app import create_api
from server.bootstrap import Hub, build_hub
from server.demo.accounts import register_participants
from server.seeding import seed
from server.settings import Settings
from server.worker.loop import WorkLoop
from tests.channels import soap_hub
from tests.fixtures.requests import CRIMEA

BASE = "/api/v1"


@dataclass(frozen=True)
class RestHub:
    """The application, its hub, keys by the code of their organisation, and people who are insured."""

    app: Flask
    hub: Hub
    keys: dict[str, str]
    people: list[PersonLine]

    def call(self, method: str, path: str, code: str = "630001", **more: Any) -> Any:
        """One call with the key of an organisation; an empty code calls without a key."""
        headers = dict(more.pop("headers", {}))
        if code:
            headers["Authorization"] = f"Bearer {self.keys.get(code, code)}"
        return self.app.test_client().open(path, method=method, headers=headers, **more)

    def work(self) -> None:
        """Do what a worker would."""
        WorkLoop(self.hub).work(threading.Event())


@contextmanager
def rest_hub(url: str, folder: Path) -> Iterator[RestHub]:
    """A hub on an empty migrated database."""
    environ = {"HUB_DATA_DIR": str(folder), "HUB_MAX_UPLOAD_MB": "3", "HUB_DATABASE_URL": url}
    hub = build_hub(Settings.from_environment({**environ, "HUB_SECRET_KEY": "k" * 64}))
    hub = replace(hub, context=replace(hub.context, clock=soap_hub.CLOCK))
    keys = {}
    with hub.sessions.begin() as session:
        seed(session, hub.context)
        register_participants(session, hub.context)
        for code in ("63", "630001", "630002", "63001"):
            organisation_id = organisation_id_of_code(session, code)
            assert organisation_id is not None
            keys[code] = add_key(session, organisation_id, "проверка", hub.context.clock)[1]
    people = soap_hub.load_invented_people(soap_hub.Hub(None, hub.sessions, hub.context), folder)
    yield RestHub(create_api(hub), hub, keys, people)
    hub.close()


def asked(person: PersonLine) -> dict[str, Any]:
    """A question about a person as a careful program asks it."""
    return {
        "surname": person.surname,
        "first_name": person.first_name,
        "patronymic": person.patronymic or None,
        "birth_date": person.birth_date,
        "enp": person.enp,
    }


def identification_file(path: Path, people: list[PersonLine]) -> bytes:
    """A DBF of the Crimean form that asks about these people."""
    with path.open("w+b") as stream, DbfWriter(stream, CRIMEA) as writer:
        for person in people:
            row = {
                "FAM": person.surname,
                "IM": person.first_name,
                "OT": person.patronymic,
                "DR": person.birth_date.replace("-", ""),
                "W": person.sex,
                "ENP": person.enp,
                "DIN": "20261101",
            }
            writer.write_row({name: value for name, value in row.items() if value})
    return path.read_bytes()
