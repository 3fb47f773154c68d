"""Who is let into the SOAP channel, and how often."""

from __future__ import annotations

import pytest

from soap.auth import RateLimiter
from soap.faults import SoapFault
from tests.channels.soap_calls import (
    SOAP12,
    envelope,
)
from tests.channels.soap_fakes import ASKED, Hub


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.mark.parametrize(
    "header",
    [None, "Basic", "Basic !!!", "Basic Y2xpbmlj", "Bearer x", "Basic " + "A" * 2000, "Basic OnB3", "Basic YQBiOmM="],
)
def test_without_readable_credentials_nobody_is_let_in(hub: Hub, header: str | None) -> None:
    answer = hub.ask(envelope(ASKED, SOAP12), login="", environ={"HTTP_AUTHORIZATION": header})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert answer.fault_text
    assert not hub.registry.incoming


def test_missing_and_wrong_credentials_leave_a_line_each(hub: Hub) -> None:
    assert hub.ask(envelope(ASKED), login="").status == 401
    assert hub.ask(envelope(ASKED), password="другой").status == 401
    nobody, line = hub.registry.journal
    assert (nobody["login"], nobody["code"]) == ("", "CREDENTIALS_WRONG")
    assert (line["login"], line["code"], line["operation"]) == ("clinic", "CREDENTIALS_WRONG", "GetMedInsState")
    assert hub.sessions.ended[-1] == "committed", "the counter of wrong tries must stay"


def test_an_old_windows_client_may_send_its_password_in_its_own_code_page(hub: Hub) -> None:
    import base64

    pair = base64.b64encode("clinic:Верный:пароль".encode("cp1251")).decode()
    assert hub.ask(envelope(ASKED), login="", environ={"HTTP_AUTHORIZATION": f"basic {pair}"}).status == 200


def test_a_login_over_its_rate_waits_and_the_journal_tells_once(hub: Hub) -> None:
    hub.registry.rate = 3
    assert [hub.ask(envelope(ASKED)).status for _ in range(3)] == [200] * 3
    for _ in range(3):
        answer = hub.ask(envelope(ASKED))
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(hub.registry.incoming) == 3
    assert len(hub.registry.journal) == 1


def test_the_rate_counts_each_login_and_each_minute_by_itself() -> None:
    moment = [0.0]
    limiter = RateLimiter(lambda: moment[0])
    limiter.admit("a", 1)
    limiter.admit("b", 1)
    with pytest.raises(SoapFault):
        limiter.admit("a", 1)
    moment[0] = 60.0
    limiter.admit("a", 1)
    for _ in range(100):
        limiter.admit("c", 0)


def test_the_rate_is_kept_when_many_threads_ask_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    limiter = RateLimiter()

    def ask(_number: int) -> bool:
        try:
            limiter.admit("clinic", 50)
        except SoapFault:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(400))) == 50
