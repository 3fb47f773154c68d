"""Who acts for a person: the mother of a child, as another person of the registry."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier


class Representative(Dated, Base):
    """A representative of a person in a period; one of each ``relation`` (1 mother, 2 father, 3 other) at a time.

    ``birth_number`` is the place of a child among those of one birth, 0 when nobody told it. The representative is
    named without a foreign key: a child must not lock the record of the mother.
    """

    __tablename__ = "representative"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    representative_id: Mapped[int] = mapped_column(BigId)
    relation: Mapped[int] = mapped_column(SmallInteger)
    birth_number: Mapped[int] = mapped_column(SmallInteger, default=0)

    __table_args__ = (
        Index("ix_representative_person_id", "person_id"),
        Index("ix_representative_representative_id", "representative_id"),
    )
