"""The federal register of the sandbox: a hub that asks it gets every outcome."""

from __future__ import annotations

import pytest
import requests

from server.mock.federal import PATH, TOKEN, federal_register, sandbox_people
from server.mock.pytest_plugin import TfomsHub, tfoms_hub, tfoms_sandbox
from tests.channels.central.test_questions import asked, outcome, send
from tests.channels.federal.hub import FederalHub

__all__ = ["tfoms_hub", "tfoms_sandbox"]
SERVICE = f"{PATH}24.1.2/wsdl/mpiPersonInfoServiceWs"
OUTCOMES = {
    "Застрахован": ("accepted", "", "elsewhere"),
    "Умер": ("accepted", "УМЕР", "dead"),
    "Приостановлен": ("accepted", "", "not_insured"),
    "Аннулирован": ("accepted", "", "not_insured"),
    "Прекращён": ("accepted", "", "not_insured"),
    "Ошибка": ("refused", "ERR-17", "not_found"),
}


@pytest.mark.parametrize("place", range(len(OUTCOMES)), ids=list(OUTCOMES))
def test_everybody_of_the_sandbox_brings_an_outcome(hub: FederalHub, place: int) -> None:
    one = sandbox_people()[place]
    names = {"surname": one.surname, "first_name": one.first_name, "patronymic": one.patronymic}
    question = asked(one.enp, **names, birth_date=one.birth_date)
    send(hub, 1, question)
    with federal_register(sandbox_people()) as address:
        hub.set(ferzl_address=address)
        hub.ask(TOKEN)
    [message] = hub.messages()
    assert (message.state, message.code, outcome(hub, send(hub, 2, question))[0]) == OUTCOMES[one.first_name]


def test_the_sandbox_serves_it_to_other_hubs(tfoms_hub: TfomsHub) -> None:
    address = f"{tfoms_hub.url}{SERVICE}"
    assert requests.post(address, b"<x/>", timeout=10).status_code == 401
    told = requests.post(address, b"<x/>", headers={"X-Auth-Token": TOKEN}, timeout=10)
    assert (told.status_code, "Операция неизвестна" in told.text) == (500, True)
