"""Credentials of DCExchangeSrv: login, password and sender's code are checked as a triple (contract, clause 2)."""

from __future__ import annotations

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.access import Caller, check_password
from registry.exchange.context import HubContext
from registry.exchange.dialects.dcx.attachments import owns_code
from registry.exchange.dialects.reading import child_text
from registry.exchange.directory import directory

SHORTEST_GUID = 10


def enter(session: Session, call: etree._Element, sender: str, context: HubContext) -> Caller:
    """Return the caller; the login must be right and belong to the organisation whose code the packet bears."""
    login, password = child_text(call, "username"), child_text(call, "password", strip=False)
    caller = check_password(session, login, password, context) if login and password and sender else None
    if caller is None or not owns_code(directory(session, context), caller, sender):
        raise Permanent(F.CREDENTIALS_WRONG, "Неверны имя пользователя или пароль", place="username")
    return caller


def check_identity(guid: str, sender: str, sender_code: str) -> None:
    """Check guid and owner of a package before its credentials: the order is part of the contract (2.1)."""
    if not guid:
        raise Permanent(F.HEADER_ABSENT, "Отсутствует GUID пакета", place="p12_pakageguid")
    if len(guid) < SHORTEST_GUID:
        raise Permanent(F.PACKET_ID_WRONG, "GUID пакета короче 10 знаков", place="p12_pakageguid", value=guid)
    if not sender:
        raise Permanent(F.HEADER_ABSENT, "Отсутствует код отправителя", place="p11_pakagesender")
    if sender != sender_code:
        raise Permanent(
            F.PACKET_SENDER_WRONG, "Владелец пакета не совпадает с отправителем", place="sendercode", value=sender_code
        )
