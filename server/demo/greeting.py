"""What `hub serve` tells at its start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.orm import Session

from registry.exchange.queries.accounts import account_of_login
from server.bootstrap import Hub
from server.demo.accounts import PASSWORD, shown_accounts

WSDL = (
    "/soap/identification?wsdl",
    "/UIRGate/UIRGateService.svc?wsdl",
    "/EchangeServerTFOMS/DCExchangeSrv?wsdl",
    "/soap/events?wsdl",
)

USUAL_URL = "http://127.0.0.1:8080"


def greeting(hub: Hub, url: str) -> Iterator[str]:
    """The address, the demonstration accounts when they are there, the WSDL addresses and a command to try."""
    yield ""
    yield f"Хаб ТФОМС работает: {url}"
    yield ""
    with hub.sessions() as session:
        shown = demonstration_is_loaded(session, hub.context.fund_code)
    if shown:
        yield f"Демонстрационные учётные записи (пароль у всех один: {PASSWORD}):"
        for account in shown_accounts(hub.context.fund_code):
            yield f"  {account.login:<16} {account.title}"
    else:
        yield "Демонстрационных данных нет. Загрузить: hub demo load"
    yield ""
    yield "Описания сервисов:"
    for path in WSDL:
        yield f"  {url}{path}"
    yield ""
    if shown:
        yield "Отправить пробные пакеты всех видов и увидеть ответы (в другом окне):"
        yield f"  {demo_command(url)}"
        yield ""


def demonstration_is_loaded(session: Session, fund: str) -> bool:
    """Whether the accounts of the demonstration are there."""
    return account_of_login(session, shown_accounts(fund)[2].login) is not None


def demo_command(url: str) -> str:
    """The command that tries this hub from another window, which does not have this one's HUB_PORT."""
    return f"{_program()} demo send" + ("" if url == USUAL_URL else f" --url {url}")


def _program() -> str:
    """The command line as it can be pasted in the folder of the project."""
    own = Path(sys.argv[0])
    try:
        return str(own.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(own)
