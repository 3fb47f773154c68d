"""The whole hub behind a front proxy: everybody is known by an address of their own, and by that of nobody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from sqlalchemy import select

from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.operations.security.certificates import add_certificate
from registry.exchange.options import set_option
from registry.exchange.queries.accounts import account_of_login, organisation_id_of_code
from registry.exchange.tables import JournalEntry
from server.bootstrap import Hub, build_hub, prepare_database
from server.demo.accounts import register_participants
from server.http import Address, HttpServer
from server.seeding import seed
from server.settings import Settings
from soap.security.peers import PEER, behind_proxies
from tests.channels.signing import signer
from tests.channels.soap_calls import DCEXCHANGE, IDENTIFICATION, envelope
from wsgi import build

ASKED = envelope('<a:GetAttach xmlns:a="urn:tfoms-hub:attach:1"><a:ENP>6357820847900013</a:ENP></a:GetAttach>')
UNPROVED = envelope('<d:MakeTestConnect xmlns:d="http://main.dce/"/>')
XML = {"Content-Type": "text/xml; charset=utf-8"}
PLACES = "/api/v1/packets"
PROXY, INNER, CALLER, OTHER = "192.0.2.7", "192.0.2.9", "198.51.100.1", "198.51.100.2"
Headers = dict[str, str]


@dataclass(frozen=True)
class Front:
    """A hub at a port of this machine, whose own address is the proxy's."""

    url: str
    hub: Hub
    key: str

    def told(self, *addresses: str, **more: str) -> Headers:
        """What the proxy adds."""
        return {"X-Forwarded-For": ", ".join(addresses), "X-Forwarded-Proto": "https", **more}

    def rest(self, key: str, headers: Headers) -> requests.Response:
        return requests.get(self.url + PLACES, headers={"Authorization": f"Bearer {key}", **headers}, timeout=20)

    def soap(self, body: bytes, path: str, headers: Headers, **more: Any) -> requests.Response:
        return requests.post(self.url + path, body, headers={**XML, **headers}, timeout=20, **more)

    def wsdl(self, headers: Headers) -> str:
        address = f"{self.url}{IDENTIFICATION}?wsdl"
        return requests.get(address, headers={**headers, "Host": "hub.example"}, timeout=20).text

    def addresses(self) -> list[str]:
        with self.hub.sessions() as session:
            return list(session.scalars(select(JournalEntry.address).order_by(JournalEntry.id)))


@pytest.fixture
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Front]:
    hub = build_hub(Settings.from_environment({"HUB_DATA_DIR": str(tmp_path), "HUB_TRUSTED_PROXIES": request.param}))
    prepare_database(hub.settings)
    with hub.sessions.begin() as session:
        seed(session, hub.context)
        register_participants(session, hub.context)
        clinic = organisation_id_of_code(session, "630001")
        assert clinic is not None
        key = add_key(session, clinic, "проверка", hub.context.clock)[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = HttpServer(build(hub), Address("127.0.0.1", port), max_body=1024 * 1024)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Front(f"http://127.0.0.1:{port}", hub, key)
    server.stop()
    thread.join(timeout=30)
    for left in list(server._sockets.values()):  # the wake-up pipe of waitress outlives its server
        left.close()
    hub.close()


trusted = pytest.mark.parametrize("front", ["127.0.0.0/8"], indirect=True)
unknown = pytest.mark.parametrize("front", ["192.0.2.0/24"], indirect=True)


@trusted
def test_wrong_keys_of_one_caller_brake_nobody_else(front: Front) -> None:
    statuses = [front.rest("hub_wrong", front.told(CALLER)).status_code for _ in range(32)]
    assert statuses[-1] == 429
    assert front.rest(front.key, front.told(CALLER)).status_code == 429
    assert front.rest(front.key, front.told(OTHER)).status_code == 200


@trusted
def test_the_rate_of_credentials_inside_is_counted_for_each_caller(front: Front) -> None:
    with front.hub.sessions.begin() as session:
        set_option(session, "dcx_rate", 2, front.hub.context.clock.now())
    for address in (CALLER, OTHER):
        statuses = [front.soap(UNPROVED, DCEXCHANGE, front.told(address)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429], address


@trusted
def test_the_journal_and_the_published_address_are_those_the_caller_used(front: Front) -> None:
    told = front.told(OTHER, CALLER)
    assert front.soap(ASKED, IDENTIFICATION, told, auth=("nobody", "wrong")).status_code == 401
    assert front.addresses() == [CALLER]
    assert f'"https://hub.example{IDENTIFICATION}"' in front.wsdl(told)


@trusted
def test_behind_tls_the_cookie_and_the_browser_stay_with_tls(front: Front) -> None:
    page = requests.get(f"{front.url}/sign-in", headers=front.told(CALLER), timeout=20)
    assert "Secure" in page.headers["Set-Cookie"]
    assert "max-age" in page.headers["Strict-Transport-Security"]


@unknown
def test_whoever_is_no_proxy_speaks_for_itself_alone(front: Front) -> None:
    told = front.told(CALLER)
    assert front.soap(ASKED, IDENTIFICATION, told, auth=("nobody", "wrong")).status_code == 401
    assert front.addresses() == ["127.0.0.1"]
    assert f'"http://hub.example{IDENTIFICATION}"' in front.wsdl(told)
    page = requests.get(f"{front.url}/sign-in", headers=told, timeout=20)
    assert "Secure" not in page.headers["Set-Cookie"]


@pytest.mark.parametrize("front", ["127.0.0.0/8", "192.0.2.0/24"], indirect=True)
def test_a_certificate_is_believed_of_the_proxy_itself_whomever_it_speaks_for(front: Front) -> None:
    one = signer("Программа поликлиники", now=front.hub.context.clock.now())
    with front.hub.sessions.begin() as session:
        account = account_of_login(session, "clinic630001")
        assert account is not None
        made = add_certificate(session, account.organisation_id, one.pem, purpose="entrance", account=account)
        shown = {"X-Client-Cert-Serial": made.serial, "X-Client-Cert-Subject": made.subject.encode().decode("latin-1")}
    is_trusted = bool(front.hub.settings.trusted_proxies[0].overlaps(ip_network("127.0.0.0/8")))
    for caller in (CALLER, INNER):
        answer = front.soap(ASKED, IDENTIFICATION, front.told(caller, **shown))
        assert (answer.status_code == 200) is is_trusted


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (PROXY, CALLER, CALLER),
        (PROXY, f"{OTHER}, {CALLER}", CALLER),
        (PROXY, f"{OTHER}, {CALLER}, {INNER}", CALLER),
        (PROXY, f" {CALLER} ,\t{INNER}", CALLER),
        (PROXY, INNER, INNER),
        (PROXY, "", PROXY),
        (PROXY, f"{CALLER}, не адрес", PROXY),
        (PROXY, f"{CALLER}, unknown, {INNER}", INNER),
        (PROXY, "x" * 9000, PROXY),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        (PROXY, f"::ffff:{CALLER}", CALLER),
        (f"::ffff:{PROXY}", CALLER, CALLER),
        (OTHER, CALLER, OTHER),
        ("", CALLER, ""),
    ],
)
def test_the_caller_is_the_nearest_address_that_is_no_proxy_of_ours(peer: str, forwarded: str, address: str) -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded, "wsgi.url_scheme": "http"}
    behind_proxies(application, (ip_network("192.0.2.0/28"),))(environ, None)
    assert seen["REMOTE_ADDR"] == address
    assert seen[PEER] == peer
