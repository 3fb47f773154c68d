"""Attempts of senders as a monitor lists them: a period, a service, statuses, texts; continued by their key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from registry.exchange.queries.visibility import FUND, Visibility
from registry.exchange.tables import Organisation, OrganisationCode, Sending

SUCCESSES = (0, -1)


@dataclass(frozen=True, kw_only=True)
class SendingFilter:
    """What the list is narrowed to; empty means any. ``has_text`` is about the column of errors."""

    since: datetime | None = None
    until: datetime | None = None
    operation: str = ""
    codes: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    has_text: bool | None = None
    opened: bool | None = None
    closed: bool | None = None
    resend: bool | None = None
    settled: bool | None = None
    refused: bool | None = None
    organisation_id: int | None = None
    event_id: str = ""
    hub_id: str = ""


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One attempt with the name of its organisation."""

    sending: Sending
    organisation: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.sending.id


def sending_page(
    session: Session, visibility: Visibility, wanted: SendingFilter, *, after: int | None = None, limit: int = 50
) -> list[SendingLine]:
    """At most ``limit`` attempts, newest first, going on behind the line ``after``."""
    name = func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name, "")
    query = (
        select(Sending, name)
        .join(Organisation, Organisation.id == Sending.organisation_id)
        .where(visibility.condition(Sending.organisation_id), *_conditions(wanted))
        .order_by(Sending.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(Sending.id < after)
    return [SendingLine(sending, organisation) for sending, organisation in session.execute(query)]


def sendings_of_code(session: Session, code: str, wanted: SendingFilter, *, skip: int, limit: int) -> list[Sending]:
    """A page of the attempts of one mcod or smocod in the order they came, for a contract that counts its pages."""
    query = select(Sending).where(_of_code(session, code), *_conditions(wanted))
    return list(session.scalars(query.order_by(Sending.id).offset(skip).limit(limit)))


def speaks_for(session: Session, sending: Sending) -> bool:
    """True when the sender of an attempt may speak for the code it named; anybody can name any code."""
    return sending.organisation_id in _speakers(session, _owners(session, sending.sender_code))


def _of_code(session: Session, code: str) -> ColumnElement[bool]:
    """What those who may speak for a code sent under it, and what its owner sent under a code that is not its own."""
    owners = _owners(session, code)
    family = select(OrganisationCode.code).join(Organisation, Organisation.id == OrganisationCode.organisation_id)
    own_codes = family.where(or_(Organisation.id.in_(owners), Organisation.parent_id.in_(owners)))
    return or_(
        and_(Sending.sender_code == code, Sending.organisation_id.in_(_speakers(session, owners))),
        and_(Sending.organisation_id.in_(owners), Sending.sender_code.not_in(own_codes)),
    )


def _owners(session: Session, code: str) -> list[int]:
    query = select(OrganisationCode.organisation_id).where(
        OrganisationCode.code == code, OrganisationCode.scheme.in_(("mcod", "smocod"))
    )
    return sorted(set(session.scalars(query)))


def _speakers(session: Session, owners: list[int]) -> list[int]:
    """The owners of a code, their legal entities and the fund (decisions, clause 2)."""
    parents = select(Organisation.parent_id).where(Organisation.id.in_(owners), Organisation.parent_id.is_not(None))
    query = select(Organisation.id).where(
        or_(Organisation.id.in_(owners), Organisation.id.in_(parents), Organisation.kind == FUND)
    )
    return sorted(session.scalars(query))


def sending(session: Session, visibility: Visibility, sending_id: int) -> SendingLine | None:
    """The attempt with this id, or None when there is none or it is not for these eyes."""
    query = (
        select(Sending, Organisation.name)
        .join(Organisation, Organisation.id == Sending.organisation_id)
        .where(Sending.id == sending_id, visibility.condition(Sending.organisation_id))
    )
    found = session.execute(query).one_or_none()
    return SendingLine(found[0], found[1]) if found else None


def sending_texts(session: Session, visibility: Visibility, wanted: SendingFilter) -> list[tuple[str, int]]:
    """The texts of errors of a period with their counts, the most frequent first."""
    query = (
        select(Sending.text, func.count())
        .where(visibility.condition(Sending.organisation_id), Sending.text != "", *_conditions(wanted))
        .group_by(Sending.text)
        .order_by(func.count().desc(), Sending.text)
        .limit(50)
    )
    return [(text, count) for text, count in session.execute(query)]


def failed_sendings(session: Session, visibility: Visibility, wanted: SendingFilter, limit: int) -> list[int]:
    """Ids of refused attempts that nothing settled since and nobody asked for yet."""
    query = (
        select(Sending.id)
        .where(
            visibility.condition(Sending.organisation_id),
            *_conditions(wanted),
            Sending.code.not_in(SUCCESSES),
            Sending.settled_by.is_(None),
            Sending.resend_at.is_(None),
        )
        .order_by(Sending.id.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def chosen_sendings(session: Session, visibility: Visibility, ids: Iterable[int]) -> list[int]:
    """Those of the ids these eyes may see that were refused and that nothing settled since."""
    query = select(Sending.id).where(
        Sending.id.in_(sorted(set(ids))),
        visibility.condition(Sending.organisation_id),
        Sending.code.not_in(SUCCESSES),
        Sending.settled_by.is_(None),
    )
    return list(session.scalars(query))


def _conditions(wanted: SendingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(Sending.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Sending.at < wanted.until)
    for column, value in (
        (Sending.operation, wanted.operation),
        (Sending.event_id, wanted.event_id),
        (Sending.hub_id, wanted.hub_id),
    ):
        if value:
            conditions.append(column == value)
    for flag, asked in ((Sending.opened, wanted.opened), (Sending.closed, wanted.closed)):
        if asked is not None:
            conditions.append(flag.is_(asked))
    if wanted.has_text is not None:
        conditions.append(Sending.text != "" if wanted.has_text else Sending.text == "")
    return conditions + _sets(wanted)


def _sets(wanted: SendingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.codes:
        conditions.append(Sending.code.in_(wanted.codes))
    if wanted.texts:
        conditions.append(Sending.text.in_(wanted.texts))
    if wanted.organisation_id is not None:
        conditions.append(Sending.organisation_id == wanted.organisation_id)
    if wanted.resend is not None:
        conditions.append(Sending.resend_at.is_not(None) if wanted.resend else Sending.resend_at.is_(None))
    if wanted.refused is not None:
        conditions.append(Sending.code.not_in(SUCCESSES) if wanted.refused else Sending.code.in_(SUCCESSES))
    if wanted.settled is not None:
        conditions.append(Sending.settled_by.is_not(None) if wanted.settled else Sending.settled_by.is_(None))
    return conditions
