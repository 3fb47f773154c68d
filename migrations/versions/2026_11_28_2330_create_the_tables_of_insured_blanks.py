"""Create the tables of insured blanks.

Revision 0029, after 0028, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "blank_contract",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_blank_contract_number")),
    )
    op.create_table(
        "blank_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_transfer")),
        sa.UniqueConstraint("number", name=op.f("uq_blank_transfer_number")),
    )
    with op.batch_alter_table("blank_transfer", schema=None) as batch_op:
        batch_op.create_index("ix_blank_transfer_insurer_code", ["insurer_code", "id"], unique=False)

    op.create_table(
        "blank_box",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("policy_type", sa.String(length=1), nullable=False),
        sa.Column("contract_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("received_by", sa.String(length=60), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["blank_contract.id"], name=op.f("fk_blank_box_contract_id_blank_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_box")),
        sa.UniqueConstraint("number", name=op.f("uq_blank_box_number")),
    )
    with op.batch_alter_table("blank_box", schema=None) as batch_op:
        batch_op.create_index("ix_blank_box_received_on", ["received_on"], unique=False)

    op.create_table(
        "blank_portion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("box_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_type", sa.String(length=1), nullable=False),
        sa.Column("series", sa.String(length=10), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["blank_box.id"], name=op.f("fk_blank_portion_box_id_blank_box")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_portion")),
    )
    with op.batch_alter_table("blank_portion", schema=None) as batch_op:
        batch_op.create_index("ix_blank_portion_box_id", ["box_id"], unique=False)
        batch_op.create_index("ix_blank_portion_insurer_code", ["insurer_code"], unique=False)
        batch_op.create_index("ix_blank_portion_number", ["policy_type", "series", "first"], unique=False)

    op.create_table(
        "blank_spoilt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("portion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["blank_portion.id"], name=op.f("fk_blank_spoilt_portion_id_blank_portion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_spoilt")),
    )
    with op.batch_alter_table("blank_spoilt", schema=None) as batch_op:
        batch_op.create_index("ix_blank_spoilt_portion_id", ["portion_id"], unique=False)

    op.create_table(
        "blank_transfer_part",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("portion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["blank_portion.id"], name=op.f("fk_blank_transfer_part_portion_id_blank_portion")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["blank_transfer.id"], name=op.f("fk_blank_transfer_part_transfer_id_blank_transfer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_transfer_part")),
    )
    with op.batch_alter_table("blank_transfer_part", schema=None) as batch_op:
        batch_op.create_index("ix_blank_transfer_part_portion_id", ["portion_id"], unique=False)
        batch_op.create_index("ix_blank_transfer_part_transfer_id", ["transfer_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("blank_transfer_part", schema=None) as batch_op:
        batch_op.drop_index("ix_blank_transfer_part_transfer_id")
        batch_op.drop_index("ix_blank_transfer_part_portion_id")

    op.drop_table("blank_transfer_part")
    with op.batch_alter_table("blank_spoilt", schema=None) as batch_op:
        batch_op.drop_index("ix_blank_spoilt_portion_id")

    op.drop_table("blank_spoilt")
    with op.batch_alter_table("blank_portion", schema=None) as batch_op:
        batch_op.drop_index("ix_blank_portion_number")
        batch_op.drop_index("ix_blank_portion_insurer_code")
        batch_op.drop_index("ix_blank_portion_box_id")

    op.drop_table("blank_portion")
    with op.batch_alter_table("blank_box", schema=None) as batch_op:
        batch_op.drop_index("ix_blank_box_received_on")

    op.drop_table("blank_box")
    with op.batch_alter_table("blank_transfer", schema=None) as batch_op:
        batch_op.drop_index("ix_blank_transfer_insurer_code")

    op.drop_table("blank_transfer")
    op.drop_table("blank_contract")
