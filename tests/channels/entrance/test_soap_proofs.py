"""Client certificates told by a front proxy, and tokens of WS-Security."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from lxml import etree

from registry.exchange.operations.security.certificates import add_certificate
from registry.exchange.operations.security.service_secrets import make_secret
from registry.exchange.queries.accounts import account_of_login
from soap.app import create_application
from soap.faults import SoapFault
from soap.security import Security
from soap.security.proxies import same_subject
from soap.security.tokens import DIGEST, TEXT, WSSE, WSU, UsernameToken, caller_of_token, username_token
from tests.channels.signing import signer
from tests.channels.soap_calls import IDENTIFICATION, Answer, Request, call, envelope
from tests.channels.soap_hub import CLOCK, LOGIN, PASSWORD, Hub, hub_application

KEY = "k" * 64
ASKED = '<a:GetAttach xmlns:a="urn:tfoms-hub:attach:1"><a:ENP>6357820847900013</a:ENP></a:GetAttach>'
PROXY = "192.0.2.7"


@pytest.fixture
def hub(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Hub]:
    with hub_application(migrated_sqlite, tmp_path) as made:
        security = Security((ip_network("192.0.2.0/28"),), KEY)
        yield Hub(create_application(made.sessions, made.context, security=security), made.sessions, made.context)


@pytest.fixture
def shown(hub: Hub) -> dict[str, str]:
    """The headers of the proxy for the certificate of the clinic's program."""
    one = signer("Программа поликлиники", now=CLOCK.now())
    with hub.sessions.begin() as session:
        account = account_of_login(session, LOGIN)
        assert account is not None
        made = add_certificate(session, account.organisation_id, one.pem, purpose="entrance", account=account)
        return {"HTTP_X_CLIENT_CERT_SERIAL": made.serial, "HTTP_X_CLIENT_CERT_SUBJECT": made.subject}


def ask(hub: Hub, headers: dict[str, str], address: str = PROXY) -> Answer:
    return call(hub.application, Request(envelope(ASKED), IDENTIFICATION, environ={**headers, "REMOTE_ADDR": address}))


def test_a_certificate_told_by_a_trusted_proxy_enters(hub: Hub, shown: dict[str, str]) -> None:
    assert ask(hub, shown).status == 200
    colons = ":".join(shown["HTTP_X_CLIENT_CERT_SERIAL"][n : n + 2] for n in range(0, 40, 2)).lower()
    if len(shown["HTTP_X_CLIENT_CERT_SERIAL"]) == 40:
        assert ask(hub, {**shown, "HTTP_X_CLIENT_CERT_SERIAL": colons}).status == 200


@pytest.mark.parametrize("address", ["192.0.2.16", "203.0.113.5", "::1", "", "не адрес"])
def test_the_same_headers_from_anybody_else_are_nothing(hub: Hub, shown: dict[str, str], address: str) -> None:
    assert ask(hub, shown, address).status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"HTTP_X_CLIENT_CERT_SERIAL": "0"},
        {"HTTP_X_CLIENT_CERT_SERIAL": "1A2B"},
        {"HTTP_X_CLIENT_CERT_SERIAL": "' OR 1=1"},
        {"HTTP_X_CLIENT_CERT_SERIAL": "A" * 3000},
        {"HTTP_X_CLIENT_CERT_SUBJECT": "CN=Другой"},
        {"HTTP_X_CLIENT_CERT_SUBJECT": ""},
    ],
)
def test_another_serial_or_subject_does_not_enter(hub: Hub, shown: dict[str, str], change: dict[str, str]) -> None:
    assert ask(hub, {**shown, **change}).status == 401


def test_a_password_goes_before_a_certificate(hub: Hub, shown: dict[str, str]) -> None:
    pair = base64.b64encode(f"{LOGIN}:неверный".encode()).decode()
    assert ask(hub, {**shown, "HTTP_AUTHORIZATION": f"Basic {pair}"}).status == 401


def test_subjects_are_compared_by_their_parts() -> None:
    assert same_subject("CN=Программа,O=Поликлиника", "O=Поликлиника, CN = программа")
    assert same_subject("CN=Программа", "CN=" + "".join(f"\\{byte:02X}" for byte in "Программа".encode()))
    assert same_subject("CN=Программа", "CN=" + "Программа".encode().decode("latin-1"))
    assert not same_subject("CN=Программа", "CN=Программа,O=Другая")
    assert not same_subject("", "")


# --- UsernameToken ---------------------------------------------------------------------------------------------------


def header(login: str, password: str, kind: str = TEXT, nonce: bytes = b"", created: str = "") -> etree._Element:
    element = etree.Element("Header")
    token = etree.SubElement(etree.SubElement(element, f"{{{WSSE}}}Security"), f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = login
    etree.SubElement(token, f"{{{WSSE}}}Password", Type=kind).text = password
    if nonce:
        etree.SubElement(token, f"{{{WSSE}}}Nonce").text = base64.b64encode(nonce).decode()
    if created:
        etree.SubElement(token, f"{{{WSU}}}Created").text = created
    return element


def digest(secret: str, nonce: bytes, created: str) -> str:
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + secret.encode()).digest()).decode()


def enters(hub: Hub, token: UsernameToken, key: str = KEY) -> bool:
    with hub.sessions.begin() as session:
        return caller_of_token(session, token, key, hub.context) is not None


def secret_of(hub: Hub) -> str:
    with hub.sessions.begin() as session:
        account = account_of_login(session, LOGIN)
        assert account is not None
        return make_secret(session, account, KEY, CLOCK)


def test_a_token_with_the_password_as_text_enters(hub: Hub) -> None:
    assert enters(hub, username_token(header(LOGIN, PASSWORD)))
    assert not enters(hub, username_token(header(LOGIN, "неверный")))


def test_a_digest_enters_once(hub: Hub) -> None:
    secret, created = secret_of(hub), CLOCK.now().isoformat()
    token = username_token(header(LOGIN, digest(secret, b"nonce-1", created), DIGEST, b"nonce-1", created))
    assert enters(hub, token)
    assert not enters(hub, token)
    other = username_token(header(LOGIN, digest(secret, b"nonce-2", created), DIGEST, b"nonce-2", created))
    assert enters(hub, other)


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24])
def test_a_digest_that_is_not_fresh_does_not_enter(hub: Hub, minutes: int) -> None:
    created = (CLOCK.now() + timedelta(minutes=minutes)).isoformat()
    token = username_token(header(LOGIN, digest(secret_of(hub), b"n", created), DIGEST, b"n", created))
    assert not enters(hub, token)


def test_a_digest_of_the_password_or_under_another_key_does_not_enter(hub: Hub) -> None:
    created = CLOCK.now().isoformat()
    secret = secret_of(hub)
    of_password = username_token(header(LOGIN, digest(PASSWORD, b"n", created), DIGEST, b"n", created))
    assert not enters(hub, of_password)
    right = username_token(header(LOGIN, digest(secret, b"n", created), DIGEST, b"n", created))
    assert not enters(hub, right, "x" * 64)
    assert enters(hub, right)


@pytest.mark.parametrize("created", ["", "вчера", "2026-11-20T12:00:00"])
def test_a_digest_without_a_moment_of_a_zone_does_not_enter(hub: Hub, created: str) -> None:
    token = username_token(header(LOGIN, digest(secret_of(hub), b"n", created), DIGEST, b"n", created))
    assert not enters(hub, token)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        etree.Element("Header"),
        header("", "x"),
        header("x", ""),
        header("x", "y", "urn:another"),
        header("x", "y" * 600),
    ],
)
def test_a_header_without_one_whole_token_fails_to_authenticate(wrong: etree._Element | None) -> None:
    with pytest.raises(SoapFault) as fault:
        username_token(wrong)
    assert fault.value.subcode == (WSSE, "FailedAuthentication")


def test_the_secret_is_kept_encrypted(hub: Hub) -> None:
    from registry.exchange.queries.security.demands import secret_of_login

    secret = secret_of(hub)
    with hub.sessions() as session:
        found = secret_of_login(session, LOGIN)
    assert found is not None
    assert secret.encode() not in found[1]
