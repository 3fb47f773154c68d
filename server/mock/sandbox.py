"""A whole hub in a temporary folder: every channel, test people, scripted answers. It goes with its process."""

from __future__ import annotations

import logging
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from registry.exchange.broker import Message, queue_name
from registry.exchange.dialects.base import Dialect
from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.insured.loading import load_people
from server.bootstrap import Hub, build_hub, prepare_database
from server.demo.accounts import PASSWORD, clinic_code, dcexchange_code, register_participants
from server.http import Address, HttpServer
from server.mock.broker import ScriptedBroker
from server.mock.dialect import Scripted
from server.mock.door import Door
from server.mock.federal import sandbox_people
from server.mock.operations import state_test_people
from server.mock.people import test_people, write_test_people
from server.mock.scenario import Step
from server.mock.script import Script
from server.settings import Settings
from server.worker.crew import Crew
from server.worker.service import worker_tasks

HOST = "127.0.0.1"
BUILD = "wsgi:build"  # by name: what is served is put together above the server


class Sandbox:
    """Starts when made and ends with ``close``; whatever it was told is gone then."""

    password = PASSWORD

    def __init__(self, port: int = 0, steps: Iterable[Step] = (), fund: str = "63") -> None:
        self.fund = fund
        self._folder = tempfile.TemporaryDirectory(prefix="hub-mock-")
        self.script = Script(steps)
        self.port = port or _free_port()
        self.hub = self._made()
        self.people = test_people(self.hub.context.clock.today())
        self.federal_people = sandbox_people()
        self.login, self.dcx_login = clinic_code(fund, 1), dcexchange_code(1)
        self.key = self._peopled()
        self._snapshot = Path(self._folder.name) / "snapshot.sqlite3"
        self._copy(self._database, self._snapshot)
        logging.getLogger("waitress").setLevel(logging.CRITICAL)  # a lost answer is no failure here
        application = Door(self, resolve_name(BUILD)(self.hub))
        self._http = HttpServer(application, Address(HOST, self.port), max_body=self.hub.settings.max_upload_bytes)
        self._thread = threading.Thread(target=self._http.run, name="mock http", daemon=True)
        self._crew = Crew(worker_tasks(self.hub))
        self._thread.start()
        self._crew.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def play(self, steps: Iterable[Step]) -> None:
        """Play another scenario."""
        self.script.replace(steps)

    def reset(self) -> None:
        """Forget the scenario and everything that happened: registry and journal are as at the start."""
        self.script.replace(())
        self._copy(self._snapshot, self._database)
        self.hub.context.remembered.forget()

    def send(self, body: bytes, type_: str, *, channel: str = "ch1", message_id: str, user_id: str = "guest") -> None:
        """Put a message of a МИС into its queue, as RabbitMQ would bring it."""
        message = Message(queue_name(channel, "in"), body, message_id, type_, {"user_id": user_id})
        self.hub.broker.publish(message)

    def receive(self, channel: str = "ch1", part: str = "out.answer", wait: float = 10.0) -> Message | None:
        """Take the oldest message of a queue; ``None`` when none came in time."""
        taken = self.hub.broker.take([queue_name(channel, part)], 1, wait)
        if not taken:
            return None
        self.hub.broker.ack(taken[0])
        return taken[0].message

    def close(self) -> None:
        """End everything and remove the folder."""
        self._http.stop()
        self._crew.stop()
        self._thread.join(timeout=30)
        self.hub.close()
        self._folder.cleanup()

    @property
    def _database(self) -> Path:
        return Path(self._folder.name) / "hub.sqlite3"

    def _made(self) -> Hub:
        environ = {"HUB_DATA_DIR": self._folder.name, "HUB_PORT": str(self.port), "HUB_FUND_CODE": self.fund}
        settings = Settings.from_environment(environ)
        prepare_database(settings)
        hub = build_hub(settings)
        real = hub.context.catalog.dialects
        dialects = {name: cast(Dialect, Scripted(one, self.script)) for name, one in real.items()}
        context = replace(hub.context, catalog=replace(hub.context.catalog, dialects=dialects))
        return replace(hub, context=context, broker=ScriptedBroker(hub.sessions, context.clock))

    def _peopled(self) -> str:
        """Register everybody and load the test people; return a key for REST."""
        context = self.hub.context
        path = Path(self._folder.name) / "people.csv"
        write_test_people(path, self.people, self.fund)
        with self.hub.sessions.begin() as session:
            register_participants(session, context)
            load_people(session, path, secret=context.key_secret(session), clock=context.clock)
            state_test_people(session, self.people)
            organisation_id = organisation_id_of_code(session, self.login)
            assert organisation_id is not None  # noqa: S101 - registered a line above
            return add_key(session, organisation_id, "песочница", context.clock)[1]

    def _copy(self, source: Path, target: Path) -> None:
        """SQLite's own backup: other connections see the copy at their next look."""
        with (
            closing(sqlite3.connect(source, timeout=30)) as given,
            closing(sqlite3.connect(target, timeout=30)) as taken,
        ):
            given.backup(taken)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
