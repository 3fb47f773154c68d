"""SetLoginAccess: a program sets the password of a login an administrator has prepared for it (contract, 2.2)."""

from __future__ import annotations

from lxml import etree
from sqlalchemy.orm import Session

from registry.exchange.access import account_of, caller_of_account, check_password, forget_caller, hash_password
from registry.exchange.context import HubContext
from registry.exchange.dialects.dcx.attachments import owns_code
from registry.exchange.dialects.reading import child_text
from registry.exchange.directory import directory
from registry.exchange.operations.audit_action import Act, audit

SHORTEST = 4
DONE, UNKNOWN, INCOMPLETE, WRONG_PASSWORD, REGISTERED = 1, 0, -1, -2, -3


def set_login_access(session: Session, call: etree._Element, context: HubContext, address: str = "") -> int:
    """Return what became of the request; open registration stays closed: only a prepared login is served.

    A password that was set leaves a line of audit.
    """
    sender, login = child_text(call, "sendercode"), child_text(call, "username")
    password, old = child_text(call, "password", strip=False), child_text(call, "oldpassword", strip=False)
    if min(len(sender), len(login), len(password)) < SHORTEST:
        return INCOMPLETE
    account = account_of(session, login)
    if account is None or not account.may_set_password:
        return UNKNOWN
    if not owns_code(directory(session, context), caller_of_account(session, account), sender):
        return UNKNOWN
    if account.password_hash:
        if not old:
            return REGISTERED
        if check_password(session, login, old, context) is None:
            return WRONG_PASSWORD
    account.password_hash = hash_password(password)
    act = Act(action="set_password", object_type="account", object_id=login, address=address)
    audit(session, account.id, act, context.clock)
    forget_caller(login, context)
    return DONE
