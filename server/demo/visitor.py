"""Somebody at the web pages of a running hub: signs in, hands files in, takes the answers away."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import requests

from server.demo.accounts import PASSWORD

PATIENCE = 90.0
PAUSE = 0.5


class Visitor:
    """A browser without a screen."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._web = requests.Session()

    def sign_in(self, login: str) -> tuple[str, str]:
        """Enter with the documented password; returns the status and where that led."""
        page = self._web.get(f"{self._base}/sign-in", timeout=PATIENCE)
        form = {"login": login, "password": PASSWORD, "csrf_token": _token(page.content)}
        entered = self._web.post(f"{self._base}/sign-in", data=form, timeout=PATIENCE)
        return str(entered.status_code), entered.url

    def hand_in(self, name: str, body: bytes, sender: str = "") -> dict[str, str]:
        """Upload a file, staff of the fund on behalf of an organisation; what the page says of it."""
        page = self._web.get(f"{self._base}/uploads", timeout=PATIENCE)
        reply = self._web.post(
            f"{self._base}/uploads",
            data={"csrf_token": _token(page.content), "organisation": _choice(page.content, sender)},
            files={"file": (name, body)},
            headers={"Accept": "application/json"},
            timeout=PATIENCE,
        )
        told = reply.json()
        found: dict[str, str] = told[0] if isinstance(told, list) else {"refusal": str(told)}
        return found

    def press(self, page: str, button: str, **fields: str) -> str:
        """Press a button of a page that sends these fields; the status of where that led."""
        return self.fill_in(page, button, fields)[0]

    def fill_in(
        self, page: str, button: str, fields: Mapping[str, str], file: tuple[str, bytes] | None = None
    ) -> tuple[str, str]:
        """Send a form of a page, with a file where there is one; the status and the address of where that led."""
        found = self._web.get(f"{self._base}{page}", timeout=PATIENCE)
        form = {"csrf_token": _token(found.content), **fields}
        sent = self._web.post(
            f"{self._base}{button}", data=form, files={"file": file} if file else None, timeout=PATIENCE
        )
        return str(sent.status_code), sent.url.removeprefix(self._base)

    def until(self, address: str, word: str) -> bytes:
        """What a page shows as soon as this word stands there; what it shows at last when the word does not come."""
        deadline = time.monotonic() + PATIENCE
        while word not in (page := self.look(address)).decode("utf-8") and time.monotonic() < deadline:
            time.sleep(PAUSE)
        return page

    def look(self, address: str) -> bytes:
        """What a page or a document shows."""
        return self._web.get(f"{self._base}{address}", timeout=PATIENCE).content

    def answer(self, address: str) -> bytes:
        """The answer file, as soon as it is there; nothing when it does not come in time."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            reply = self._web.get(f"{self._base}{address}/answer/download", timeout=PATIENCE)
            if reply.ok:
                return reply.content
            time.sleep(PAUSE)
        return b""


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    return found[1].decode("ascii") if found else ""


def _choice(page: bytes, sender: str) -> str:
    """The value of the choice that names this sender; none when staff of an organisation need not choose."""
    found = re.search(rb'<option value="(\d+)">%b ' % sender.encode("ascii"), page) if sender else None
    return found[1].decode("ascii") if found else ""
