"""Reference books of invented rows for tests of channels."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.operations.load_books import Loading, load_books, put_into_use, take_back
from registry.reference.descriptions import packaged
from registry.reference.operations import describe_books
from registry.reference.tables import BookVersion

LOADING = Loading(by="fund")


def put_book(session: Session, code: str, lines: Sequence[str], context: HubContext) -> int:
    """Put a book into use, its columns first; return the edition, so that it can be taken back."""
    describe_books(session, packaged())
    content = "\n".join((f"# {code};1.0;01.01.2020", *lines)).encode()
    (one,) = load_books(session, content, f"{code}.csv", LOADING, context)
    assert one.version is not None, one.refusal
    put_into_use(session, one.version, LOADING, context)
    return one.version.id


def withdraw_book(session: Session, version_id: int, context: HubContext) -> None:
    """Take an edition back."""
    take_back(session, session.get_one(BookVersion, version_id), LOADING, context)
