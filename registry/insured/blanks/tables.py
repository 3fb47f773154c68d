"""Boxes of policy blanks with the numbers in them, contracts, transfers to insurers, spoilt blanks.

A blank is known by policy type (П paper, Э plastic), series and number; blanks are kept as ranges of numbers.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class BlankContract(Base):
    """A contract with the printer that boxes are delivered under."""

    __tablename__ = "blank_contract"

    id: Mapped[Identifier]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    signed_on: Mapped[date | None]
    ordered: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(Text, default="")


class BlankBox(Base):
    """A box; ``received_on`` is empty while it is on its way from the printer."""

    __tablename__ = "blank_box"

    id: Mapped[Identifier]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    policy_type: Mapped[str] = mapped_column(String(1))
    contract_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("blank_contract.id"))
    made_on: Mapped[date | None]
    received_on: Mapped[date | None]
    received_by: Mapped[str] = mapped_column(String(60), default="")
    packet_id: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime]

    __table_args__ = (Index("ix_blank_box_received_on", "received_on"),)


class BlankPortion(Base):
    """A range of a box that is meant for one insurer; the portions of a box make one range without gaps."""

    __tablename__ = "blank_portion"

    id: Mapped[Identifier]
    box_id: Mapped[int] = mapped_column(BigId, ForeignKey("blank_box.id"))
    policy_type: Mapped[str] = mapped_column(String(1))
    series: Mapped[str] = mapped_column(String(10), default="")
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    insurer_code: Mapped[str] = mapped_column(String(5), default="")

    __table_args__ = (
        Index("ix_blank_portion_box_id", "box_id"),
        Index("ix_blank_portion_number", "policy_type", "series", "first"),
        Index("ix_blank_portion_insurer_code", "insurer_code"),
    )


class BlankTransfer(Base):
    """Blanks handed over to an insurer by one act; ``status``: sent, confirmed (by the insurer), cancelled."""

    __tablename__ = "blank_transfer"

    id: Mapped[Identifier]
    number: Mapped[str] = mapped_column(String(30), unique=True)
    on: Mapped[date]
    insurer_code: Mapped[str] = mapped_column(String(5))
    status: Mapped[str] = mapped_column(String(10), default="sent")
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(60), default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_blank_transfer_insurer_code", "insurer_code", "id"),)


class BlankTransferPart(Base):
    """A range that goes with a transfer."""

    __tablename__ = "blank_transfer_part"

    id: Mapped[Identifier]
    transfer_id: Mapped[int] = mapped_column(BigId, ForeignKey("blank_transfer.id"))
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("blank_portion.id"))
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_blank_transfer_part_transfer_id", "transfer_id"),
        Index("ix_blank_transfer_part_portion_id", "portion_id"),
    )


class SpoiltBlanks(Base):
    """Blanks that can no longer be given out, by an act of the fund or of their insurer."""

    __tablename__ = "blank_spoilt"

    id: Mapped[Identifier]
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("blank_portion.id"))
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_blank_spoilt_portion_id", "portion_id"),)
