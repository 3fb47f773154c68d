"""Who calls: HTTP Basic, and no more calls a minute than the fund allows one login (spec of identification, 1.5)."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.core.findings import FindingCode
from soap.faults import SoapFault

REALM = 'Basic realm="TFOMS hub", charset="UTF-8"'
WINDOW = 60.0
LONGEST = 512
MOST_CALLERS = 20_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login with its password, which no representation shows."""

    login: str
    password: str = field(repr=False)


def basic_credentials(environ: Mapping[str, Any]) -> Credentials:
    """The login and password of the Authorization header; HTTP 401 when they are absent or unreadable."""
    scheme, _, encoded = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST:
        raise not_let_in()
    try:
        content = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise not_let_in() from None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")  # old Windows clients encode the pair in their own code page
    login, separator, password = text.partition(":")
    if not separator or not login or "\0" in text:
        raise not_let_in()
    return Credentials(login, password)


def not_let_in() -> SoapFault:
    """The answer to absent or wrong credentials; which of the two was wrong is not told."""
    return SoapFault(
        "Требуется вход: неверны или не указаны имя пользователя и пароль",
        code=FindingCode.CREDENTIALS_WRONG,
        status=401,
        WWW_Authenticate=REALM,
    )


class RateLimiter:
    """Counts the calls of each login within the last minute in this process.

    Where the contract has its credentials inside, callers are counted by address before they are let in; the quiet ones
    are forgotten when there are too many. Each process counts for itself: a shared counter would be a contended row in
    every query.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._calls: dict[str, deque[float]] = {}
        self._told: dict[str, float] = {}
        self._lock = threading.Lock()

    def admit(self, login: str, most: int) -> None:
        """Lets a call pass or raises HTTP 429; 0 means no limit. One refusal a minute and login is journalled."""
        if most <= 0:
            return
        with self._lock:
            moment = self._now()
            if len(self._calls) > MOST_CALLERS:
                self._forget(moment)
            calls = self._calls.setdefault(login, deque())
            while calls and calls[0] <= moment - WINDOW:
                calls.popleft()
            if len(calls) < most:
                calls.append(moment)
                return
            wait = max(1, round(calls[0] + WINDOW - moment))
            first = self._told.get(login, -WINDOW) <= moment - WINDOW
            if first:
                self._told[login] = moment
        fault = SoapFault(
            f"Превышено число запросов в минуту: {most}",
            code=FindingCode.NOT_PERMITTED,
            status=429,
            Retry_After=str(wait),
        )
        fault.in_journal = first
        raise fault

    def _forget(self, moment: float) -> None:
        """Forget who has not called within the window."""
        quiet = [name for name, calls in self._calls.items() if not calls or calls[-1] <= moment - WINDOW]
        for name in quiet:
            del self._calls[name]
            self._told.pop(name, None)
