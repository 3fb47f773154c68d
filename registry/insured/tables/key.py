"""Search keys of every version of every person, current and historical, and how they are made anew."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, BigId, Identifier


class PersonKey(Base):
    """A keyed hash of one identification key (clause 8): an index for finding candidates, never the proof.

    What the hash was made of is compared again with the person's dated rows, so no key row carries the second clock.
    ``kind`` tells the edition too (`registry.insured.keys.hashing`).
    """

    __tablename__ = "person_key"

    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)

    __table_args__ = (Index("ix_person_key_person_id", "person_id"),)


class KeyRebuild(Base):
    """One making of all search keys anew: which edition they become, and how far it is; the last one tells what holds.

    Until ``ended_at`` both editions are searched. ``last_id`` is the person reached, so that it goes on after a stop.
    ``rules`` and ``former_rules`` are the versions of the rules of normalisation of this edition and the one before.
    """

    __tablename__ = "key_rebuild"

    id: Mapped[Identifier]
    edition: Mapped[int] = mapped_column(SmallInteger)
    new_secret: Mapped[bool] = mapped_column(default=False)
    rules: Mapped[int] = mapped_column(SmallInteger, default=1)
    former_rules: Mapped[int] = mapped_column(SmallInteger, default=1)
    began_at: Mapped[datetime]
    began_by: Mapped[str] = mapped_column(String(60), default="")
    last_id: Mapped[int] = mapped_column(BigId, default=0)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class FormerForm(Base):
    """What somebody of the registry is stored as by former rules of normalisation, where the present ones differ.

    ``sort`` is the rule (`registry.insured.keys.rules`), ``form`` what a question is read as now. Kept from the
    beginning of a making that changes rules to its end: by it people are found who have not gone over yet.
    """

    __tablename__ = "former_form"

    sort: Mapped[str] = mapped_column(String(8), primary_key=True)
    form: Mapped[str] = mapped_column(String(60), primary_key=True)
    former: Mapped[str] = mapped_column(String(60), primary_key=True)
