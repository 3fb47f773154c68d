"""The fixture ``tfoms_hub``: a sandbox for tests of programs that talk to a hub, clean for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from server.mock.people import TestPerson
    from server.mock.sandbox import Sandbox


class TfomsHub:
    """What a test sees of the sandbox.

    ``url`` is where it answers; ``login`` and ``password`` enter SOAP with HTTP Basic, ``dcx_login`` is for the
    arguments of DCExchangeSrv, ``key`` for REST.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.url, self.key = sandbox.url, sandbox.key
        self.login, self.dcx_login, self.password = sandbox.login, sandbox.dcx_login, sandbox.password
        self.send, self.receive = sandbox.send, sandbox.receive

    def script(self, steps: list[dict[str, Any]] | str | Path) -> None:
        """Play a scenario: a list of steps, the text of a YAML file or its path."""
        from server.mock.scenario import read_scenario, steps_of

        catalog = self._sandbox.hub.context.catalog
        found = steps_of(steps, catalog) if isinstance(steps, list) else read_scenario(steps, catalog)
        self._sandbox.play(found)

    def person(self, word: str) -> TestPerson:
        """The test person of an outcome: «Найден», «Умер» …"""
        return next(one for one in self._sandbox.people if one.word == word)

    def enp(self, word: str) -> str:
        """The ЕНП to ask about that person with."""
        return self.person(word).enp(self._sandbox.fund)


@pytest.fixture(scope="session")
def tfoms_sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests of a run."""
    from server.mock.sandbox import Sandbox

    made = Sandbox()
    yield made
    made.close()


@pytest.fixture
def tfoms_hub(tfoms_sandbox: Sandbox) -> TfomsHub:
    """The sandbox as it was at its start: no scenario, nobody changed."""
    tfoms_sandbox.reset()
    return TfomsHub(tfoms_sandbox)
