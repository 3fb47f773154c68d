"""How a person is reached: telephones, e-mail, the representative."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier

OPEN = "valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"


class Contact(Dated, Base):
    """One way to reach a person in a period; ``kind`` is phone, work_phone, email or representative, one open each."""

    __tablename__ = "contact"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(250), default="")

    __table_args__ = (
        Index("ix_contact_person_id", "person_id"),
        Index(
            "uq_contact_open",
            "person_id",
            "kind",
            unique=True,
            postgresql_where=text(OPEN),
            sqlite_where=text(OPEN),
        ),
    )
