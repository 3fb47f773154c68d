"""Entering contracts with the printer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.blanks.tables import BlankContract


def keep_contract(session: Session, number: str, signed_on: date | None, ordered: int, note: str) -> BlankContract:
    """Enter a contract, or complete the one with this number."""
    found = session.scalar(select(BlankContract).where(BlankContract.number == number))
    if found is None:
        found = BlankContract(number=number)
        session.add(found)
    found.signed_on, found.ordered, found.note = signed_on or found.signed_on, ordered or found.ordered or 0, note
    session.flush()
    return found
