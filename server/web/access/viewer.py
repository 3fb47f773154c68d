"""Who looks at the screens: an account with what its role and organisation let it see."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from sqlalchemy.orm import Session

from registry.exchange.queries import Visibility, visibility_of
from registry.exchange.queries.security.rights import changed_rights
from registry.exchange.tables import Account, Organisation
from registry.insured.queries import Sight
from server.web.permissions import Permission, permissions_with

#: Sessions last hours; so many sign-outs of one account do not happen in that time.
MOST_ENDED = 200
ROLES = {
    "administrator": "Администратор",
    "operator": "Оператор",
    "clerk": "Специалист",
    "service": "Программа",
}


class Viewer:
    """An account that entered; Flask-Login asks it for an id that ends with every change of password."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(
        self,
        account: Account,
        organisation: Organisation,
        visibility: Visibility,
        permissions: frozenset[Permission],
        kept: str,
    ) -> None:
        self.account = account
        self.organisation = organisation
        self.visibility = visibility
        self.permissions = permissions
        self._kept = kept

    def get_id(self) -> str:
        """What the session cookie keeps; it is signed, and worthless after signing out or a change of password."""
        return self._kept

    def may(self, permission: Permission | str) -> bool:
        """True when the viewer has this permission."""
        return permission == Permission.PUBLIC or permission in self.permissions

    @property
    def id(self) -> int:
        """The id of the account."""
        return self.account.id

    @property
    def login(self) -> str:
        """The login of the account."""
        return self.account.login

    @property
    def name(self) -> str:
        """How the account is called on screens."""
        return self.account.title or self.account.login

    @property
    def role(self) -> str:
        """The role in a Russian word."""
        return ROLES.get(self.account.role, self.account.role)

    @property
    def organisation_name(self) -> str:
        """The short name of the organisation, or the whole one."""
        return self.organisation.short_name or self.organisation.name

    @property
    def sight(self) -> Sight:
        """Whom of the registry the viewer may see."""
        return Sight(self.organisation.kind, self.visibility.sees_all, self.visibility.codes)

    @property
    def preferences(self) -> dict[str, Any]:
        """What the person chose: theme, columns."""
        return self.account.preferences or {}


def token_of(account: Account, secret_key: str) -> str:
    """A fingerprint of the present password; the hash itself never leaves the database."""
    message = f"{account.id}:{account.password_hash}".encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()[:24]


def viewer_of(session: Session, account: Account, kept: str) -> Viewer | None:
    """The viewer of an account, or None when the account or its organisation was switched off."""
    organisation = session.get(Organisation, account.organisation_id)
    if not account.active or organisation is None or not organisation.active:
        return None
    sees = visibility_of(session, organisation.id, organisation.kind, account.role)
    changed = changed_rights(session, organisation.kind, account.role)
    return Viewer(account, organisation, sees, permissions_with(organisation.kind, account.role, changed), kept)


def entering_viewer(session: Session, account: Account, secret_key: str) -> Viewer | None:
    """The viewer of an account whose password was right, with a session of its own."""
    return viewer_of(session, account, f"{account.id}:{token_of(account, secret_key)}:{secrets.token_hex(8)}")


def viewer_of_cookie(session: Session, kept: str, secret_key: str) -> Viewer | None:
    """The viewer a session cookie names, while its password is the same and nobody signed out of that session."""
    number, token, sitting = [*kept.split(":"), "", ""][:3]
    account = session.get(Account, int(number)) if number.isdecimal() else None
    if account is None or not hmac.compare_digest(token_of(account, secret_key).encode(), token.encode()):
        return None
    if sitting in (account.preferences or {}).get("ended", ()):
        return None
    return viewer_of(session, account, kept)


def end_sitting(viewer: Viewer) -> None:
    """Remember that this session is over, so that a copy of its cookie opens nothing."""
    ended = [*viewer.preferences.get("ended", ()), viewer.get_id().split(":")[-1]]
    viewer.account.preferences = {**viewer.preferences, "ended": ended[-MOST_ENDED:]}
