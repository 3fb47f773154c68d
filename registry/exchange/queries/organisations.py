"""Who takes part: organisations with their codes, and the accounts that may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from registry.exchange.tables import Account, Organisation, OrganisationCode
from registry.store.base import OPEN_DATE

#: Kinds of organisations that send files, in the order of a choice.
SENDERS = ("fund", "clinic", "insurer", "agency")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation with its codes of today, by scheme."""

    organisation: Organisation
    codes: dict[str, str]
    parent: str = ""

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.organisation.id

    @property
    def sender_code(self) -> str:
        """The code the organisation signs its packets with."""
        schemes = ("mcod", "smocod", "tf", "agency")
        return next((self.codes[one] for one in schemes if self.codes.get(one)), "")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account with the name of its organisation."""

    account: Account
    organisation: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.account.id


def organisation_page(
    session: Session, *, text: str = "", kind: str = "", after: int | None = None, limit: int = 50
) -> list[OrganisationLine]:
    """Organisations by id whose name or code holds ``text``."""
    query = select(Organisation)
    if kind:
        query = query.where(Organisation.kind == kind)
    if text:
        by_code = select(OrganisationCode.organisation_id).where(OrganisationCode.code == text)
        name = or_(Organisation.name.icontains(text, autoescape=True), _capitals(text))
        query = query.where(or_(name, Organisation.id.in_(by_code)))
    if after is not None:
        query = query.where(Organisation.id > after)
    return _with_codes(session, list(session.scalars(query.order_by(Organisation.id).limit(limit))))


def _capitals(text: str) -> ColumnElement[bool]:
    """SQLite folds Latin letters only, so the usual spellings of a Russian word are tried as well."""
    return or_(*(Organisation.name.contains(form, autoescape=True) for form in (text.upper(), text.capitalize())))


def senders(session: Session, limit: int = 1000) -> list[OrganisationLine]:
    """Active organisations, the fund itself first, then by kind and name: whose files staff of the fund may hand in."""
    query = (
        select(Organisation)
        .where(Organisation.kind.in_(SENDERS), Organisation.active, Organisation.parent_id.is_(None))
        .order_by(case({kind: place for place, kind in enumerate(SENDERS)}, value=Organisation.kind), Organisation.name)
        .limit(limit)
    )
    return [line for line in _with_codes(session, list(session.scalars(query))) if line.sender_code]


def organisation_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Names of organisations by any code of theirs; unknown codes are left out."""
    wanted = sorted(set(codes) - {""})
    query = (
        select(OrganisationCode.code, func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name))
        .join(Organisation, Organisation.id == OrganisationCode.organisation_id)
        .where(OrganisationCode.code.in_(wanted), OrganisationCode.scheme.in_(("mcod", "smocod", "tf", "agency")))
    )
    return dict(session.execute(query).all()) if wanted else {}


def account_page(
    session: Session, *, text: str = "", role: str = "", after: int | None = None, limit: int = 50
) -> list[AccountLine]:
    """Accounts by id whose login, title or organisation holds ``text``."""
    query = select(Account, Organisation.name).join(Organisation, Organisation.id == Account.organisation_id)
    if role:
        query = query.where(Account.role == role)
    if text:
        query = query.where(
            or_(
                Account.login.icontains(text, autoescape=True),
                Account.title.contains(text, autoescape=True),
                Organisation.name.contains(text, autoescape=True),
            )
        )
    if after is not None:
        query = query.where(Account.id > after)
    return [AccountLine(account, name) for account, name in session.execute(query.order_by(Account.id).limit(limit))]


def _with_codes(session: Session, found: list[Organisation]) -> list[OrganisationLine]:
    ids = [organisation.id for organisation in found]
    codes: dict[int, dict[str, str]] = {organisation_id: {} for organisation_id in ids}
    query = select(OrganisationCode).where(
        OrganisationCode.organisation_id.in_(ids), OrganisationCode.valid_to == OPEN_DATE
    )
    for code in session.scalars(query):
        codes[code.organisation_id][code.scheme] = code.code
    parents = [organisation.parent_id for organisation in found if organisation.parent_id]
    names = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(parents)))
    by_id = dict(names.all())
    return [OrganisationLine(one, codes[one.id], by_id.get(one.parent_id or 0, "")) for one in found]
