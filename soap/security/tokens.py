"""UsernameToken of WS-Security 1.0: a password as text, or a digest that is fresh and was not seen before."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.findings import FindingCode
from registry.exchange.access import Caller, check_password
from registry.exchange.context import HubContext
from registry.exchange.operations.security.service_secrets import caller_of_digest
from soap.faults import SoapFault

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
TEXT, DIGEST = f"{PROFILE}#PasswordText", f"{PROFILE}#PasswordDigest"
LONGEST = 512


@dataclass(frozen=True, slots=True)
class UsernameToken:
    """What the header says; ``password`` is the text or the digest, which no representation shows."""

    login: str
    password: str = field(repr=False)
    is_digest: bool
    nonce: bytes = b""
    created: str = ""


def username_token(header: etree._Element | None) -> UsernameToken:
    """The one token of the header; anything else is the fault of a failed authentication."""
    tokens = header.findall(f"{{{WSSE}}}Security/{{{WSSE}}}UsernameToken") if header is not None else []
    if len(tokens) != 1:
        raise failed_authentication()
    token = tokens[0]
    login = (token.findtext(f"{{{WSSE}}}Username") or "").strip()
    password = token.find(f"{{{WSSE}}}Password")
    kind = password.get("Type", TEXT) if password is not None else ""
    text = (password.text or "") if password is not None else ""
    if not login or not text or len(login) + len(text) > LONGEST or kind not in (TEXT, DIGEST) or "\0" in login:
        raise failed_authentication()
    if kind == TEXT:
        return UsernameToken(login, text, is_digest=False)
    created = (token.findtext(f"{{{WSU}}}Created") or "").strip()
    return UsernameToken(login, text.strip(), True, _nonce(token), created)


def caller_of_token(session: Session, token: UsernameToken, secret_key: str, context: HubContext) -> Caller | None:
    """The account of a right token."""
    if not token.is_digest:
        return check_password(session, token.login, token.password, context)
    created_at = _moment(token.created)
    if created_at is None or not token.nonce or not secret_key:
        return None
    return caller_of_digest(
        session,
        login=token.login,
        digest=token.password,
        nonce=token.nonce,
        created=token.created,
        created_at=created_at,
        secret_key=secret_key,
        context=context,
    )


def failed_authentication() -> SoapFault:
    """The fault of WS-Security for whatever is wrong with a token; which part is not told."""
    return SoapFault(
        "Вход не выполнен: неверны имя пользователя, пароль или токен",
        code=FindingCode.CREDENTIALS_WRONG,
        subcode=(WSSE, "FailedAuthentication"),
    )


def _nonce(token: etree._Element) -> bytes:
    text = (token.findtext(f"{{{WSSE}}}Nonce") or "").strip()
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST else b""
    except (binascii.Error, ValueError):
        return b""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
