"""Search keys of every version of every person, current and historical."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, BigId


class PersonKey(Base):
    """A keyed hash of one identification key (clause 8): an index for finding candidates, never the proof.

    What the hash was made of is compared again with the person's dated rows, so no key row carries the second clock.
    """

    __tablename__ = "person_key"

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)

    __table_args__ = (Index("ix_person_key_person_id", "person_id"),)
