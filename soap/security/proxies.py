"""Client certificates: the front proxy checks them and tells serial and subject; only trusted proxies are believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.exchange.access import Caller, caller_of_account
from registry.exchange.context import HubContext
from registry.exchange.queries.security.demands import entrance_certificates
from registry.exchange.tables import Account
from soap.security import Networks
from soap.security.peers import is_trusted

SERIAL, SUBJECT = "HTTP_X_CLIENT_CERT_SERIAL", "HTTP_X_CLIENT_CERT_SUBJECT"
HEXADECIMAL = re.compile(r"[0-9A-F]{1,64}")
ESCAPED = re.compile(r"(?:\\[0-9A-Fa-f]{2})+")
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a proxy tells of the certificate a caller showed it."""

    serial: str
    subject: str


def client_certificate(environ: Mapping[str, Any], trusted: Networks) -> ClientCertificate | None:
    """The certificate a trusted proxy tells of; the same headers from any other address are as if absent."""
    serial, subject = str(environ.get(SERIAL, "")), str(environ.get(SUBJECT, ""))
    if not serial or not subject or len(serial) + len(subject) > LONGEST or not is_trusted(environ, trusted):
        return None
    plain = serial.replace(":", "").replace(" ", "").upper().removeprefix("0X").lstrip("0")
    return ClientCertificate(plain, subject) if HEXADECIMAL.fullmatch(plain) else None


def caller_of_certificate(session: Session, shown: ClientCertificate, context: HubContext) -> Caller | None:
    """The account the certificate is registered for: serial number and subject must both be those registered."""
    for known in entrance_certificates(session, shown.serial, context.clock.now()):
        account = session.get(Account, known.account_id) if known.account_id is not None else None
        if account is not None and account.active and same_subject(known.subject, shown.subject):
            return caller_of_account(session, account, context)
    return None


def same_subject(one: str, other: str) -> bool:
    """True when two subjects name the same, however proxies order, space and escape their parts."""
    return bool(one) and _parts(one) == _parts(other)


def _parts(subject: str) -> list[str]:
    text = ESCAPED.sub(_unescaped, subject)
    if text.isascii() is False and "Ð" in text:  # UTF-8 that WSGI handed over as Latin-1
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
    parts = re.split(r"(?<!\\)[,/+]", text)
    return sorted(re.sub(r"\s*=\s*", "=", part.strip()).casefold() for part in parts if part.strip())


def _unescaped(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("\\", "")).decode("utf-8", "replace")
