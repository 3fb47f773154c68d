"""A hub with invented people and packets, its screens served by the real HTTP server on a port of this machine."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from server.bootstrap import Hub, build_hub, prepare_database
from server.demo.accounts import PASSWORD
from server.demo.loading import load_demonstration
from server.http import Address, HttpServer
from server.settings import Settings
from server.web.app import create_app
from tests.web.packets import STATUSES, Made, add_packet, organisation_of

LONGEST = (
    "Государственное бюджетное учреждение здравоохранения Самарской области «Самарская городская клиническая "
    "больница № 1 имени Н. И. Пирогова с отделением неотложной хирургии и центром амбулаторной онкологической помощи»"
)
ZONE = ZoneInfo("Europe/Samara")


def token_of(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


@dataclass(frozen=True)
class Site:
    """Where the screens are, and the packets made for them by status; the last clinic's ones are foreign."""

    address: str
    hub: Hub
    app: Flask
    packets: dict[str, int]
    foreign: int
    long: int

    def signed_in(self, login: str, purpose: str = "check") -> FlaskClient:
        """A client without a browser that has entered as somebody and said what people are searched for."""
        client = self.app.test_client()
        page = client.get("/sign-in").text
        sent = {"csrf_token": token_of(page), "login": login, "password": PASSWORD}
        assert client.post("/sign-in", data=sent).status_code == 302
        if purpose:
            client.get("/people", query_string={"purpose": purpose})
        return client

    def enter(self, page: Page, login: str, path: str = "/") -> None:
        """Sign in as somebody, wanting a page."""
        page.goto(f"{self.address}{path}")
        page.get_by_label("Логин").fill(login)
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Войти").click()
        page.wait_for_url(f"{self.address}{path}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    settings = Settings.from_environment({"HUB_DATA_DIR": str(folder), "HUB_MAX_UPLOAD_MB": "1"})
    prepare_database(settings)
    hub = build_hub(settings)
    load_demonstration(hub, people=400, seed=7, doubled=0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(hub)
    made = _packets(hub)
    server = HttpServer(app, Address("127.0.0.1", port), max_body=4 * 1024 * 1024)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{port}", hub, app, *made)
    server.stop()
    thread.join(timeout=30)
    for left in list(server._sockets.values()):  # the wake-up pipe of waitress outlives its server
        left.close()
    hub.close()


def _packets(hub: Hub) -> tuple[dict[str, int], int, int]:
    now = datetime.now(ZONE)
    with hub.sessions.begin() as session:
        ours, foreign = organisation_of(session, "630001"), organisation_of(session, "630007")
        foreign.name = LONGEST
        by_status: dict[str, int] = {}
        for number in reversed(range(120)):
            status = STATUSES[number % 6]
            at = now - timedelta(hours=2 + number)
            add_packet(session, Made(ours, "630001", status, at, records=3, file_name=f"T630001_{number:04d}.dbf"))
        for number, status in reversed(list(enumerate(STATUSES))):
            name = f"ATT{number}630001_{now:%y%m}{number:03d}.xml" if number % 2 else ""
            by_status[status] = add_packet(
                session, Made(ours, "630001", status, now - timedelta(minutes=7 * number + 10), file_name=name)
            )
        long_name = f"{'очень_длинное_имя_файла_' * 9}630007.xml"
        foreign_id = add_packet(
            session,
            Made(foreign, "630007", "partly_rejected", now - timedelta(minutes=9), file_name=long_name, login="630007"),
        )
        long = add_packet(session, Made(ours, "630001", "partly_rejected", now - timedelta(minutes=8), records=400))
    return by_status, foreign_id, long
