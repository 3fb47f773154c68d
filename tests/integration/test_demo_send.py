"""`hub demo send` against a running hub: every channel answers as the demonstration promises."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from server.demo.visitor import Visitor
from tests.fixtures.running import HUB, Installation


def test_every_packet_of_the_demonstration_is_answered_as_expected(loaded_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(loaded_sqlite, tmp_path / "hub.sqlite3")
    installation = Installation(tmp_path, f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    try:
        installation.serve()
        assert send(installation).returncode == 0
        told = send(installation)  # a second walk finds what the first one left
        assert told.returncode == 0, told.stdout[-3000:]
        assert "Не показываем" not in told.stdout
        last = told.stdout.strip().splitlines()[-1]
        right, total = (int(word.strip(".")) for word in last.split() if word.strip(".").isdigit())
        assert right == total
        assert total >= 60
        assert "demo" not in told.stdout.split("SOAP: DCExchangeSrv")[1].split("Сообщения")[0]
        address = f"http://127.0.0.1:{installation.port}"
        for login, asking in (("operator", {"/people", "/districts"}), ("clinic630001", {"/people"})):
            assert empty_screens(address, login) <= asking
    finally:
        installation.close()


def test_a_hub_that_does_not_answer_is_told_in_one_line(loaded_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(loaded_sqlite, tmp_path / "hub.sqlite3")
    installation = Installation(tmp_path, f"sqlite:///{tmp_path / 'hub.sqlite3'}")
    try:
        told = send(installation)
    finally:
        installation.close()
    assert told.returncode == 2
    assert "не отвечает" in told.stdout


def empty_screens(address: str, login: str) -> set[str]:
    """Addresses of the menu whose screens show nothing."""
    visitor = Visitor(address)
    visitor.sign_in(login)
    menu = set(re.findall(rb'<a class="nav-link[^"]*" href="(/[^"]*)"', visitor.look("/")))
    assert len(menu) > 10
    return {one.decode("ascii") for one in menu if b"hub-empty" in visitor.look(one.decode("ascii"))}


def send(installation: Installation) -> "subprocess.CompletedProcess[str]":
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return subprocess.run(
        [str(HUB), "demo", "send"],
        env={**plain, **installation.environ},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
