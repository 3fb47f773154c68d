"""`hub demo send`: walks packets of every kind through every channel against a running hub."""

from __future__ import annotations

from collections.abc import Callable

import requests

from registry.core.errors import Retryable
from registry.exchange.broker import Undeliverable
from server.bootstrap import Hub
from server.demo.agency_steps import AgencyWalk
from server.demo.blank_steps import BlanksWalk
from server.demo.cast import cast_of
from server.demo.central_steps import CentralWalk
from server.demo.event_steps import EventsWalk
from server.demo.federal_steps import FederalWalk
from server.demo.insurer_steps import InsurerWalk
from server.demo.message_steps import MessageWalk
from server.demo.operator_steps import OperatorWalk
from server.demo.show import Show
from server.demo.soap_steps import SoapWalk
from server.demo.upload_steps import UploadWalk

COULD_NOT = 2
Troubles = (requests.RequestException, Retryable, Undeliverable)


def run(hub: Hub, base_url: str) -> int:
    """Send, wait, print question and answer side by side; 0 when every answer was as expected, 1 when one was not."""
    show = Show()
    base_url = base_url.rstrip("/")
    if not _answers(base_url):
        show.console.print(f"По адресу {base_url} хаб не отвечает. Запустите его в другом окне: make run")
        return COULD_NOT
    cast = cast_of(hub)
    if cast is None:
        show.console.print("В регистре мало людей, которым в этом году можно сменить МО. Загрузите: hub demo load")
        return COULD_NOT
    walks: tuple[tuple[str, Callable[[], None]], ...] = (
        ("SOAP", lambda: SoapWalk(cast, base_url, show).run()),
        ("события", lambda: EventsWalk(cast, base_url, show).run()),
        ("сообщения", MessageWalk(cast, show).run),
        ("файлы", UploadWalk(cast, base_url, show).run),
        ("ведомства", AgencyWalk(cast, base_url, show).run),
        ("бланки", BlanksWalk(cast, base_url, show).run),
        ("файлы СМО", InsurerWalk(cast, base_url, show).run),
        ("операторы", OperatorWalk(cast, base_url, show).run),
        ("ЦС ЕРЗ", CentralWalk(cast, base_url, show).run),
        ("ФЕРЗЛ", FederalWalk(cast, base_url, show).run),
    )
    for title, walk in walks:
        try:
            walk()
        except Troubles as trouble:
            show.wrong.append(f"{title}: связь прервалась ({type(trouble).__name__})")
    return show.finish()


def _answers(base_url: str) -> bool:
    try:
        return requests.get(f"{base_url}/health", timeout=5).ok
    except requests.RequestException:
        return False
