"""Create the tables of support card.

Revision 0001, after nothing, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("hub_id", sa.String(length=36), nullable=False),
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("sender_code", sa.String(length=6), nullable=False),
        sa.Column("event_id", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("exam_kind", sa.String(length=3), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=True),
        sa.Column("second_stage", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("mkb_group", sa.String(length=3), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("open_hash", sa.String(length=64), nullable=False),
        sa.Column("close_hash", sa.String(length=64), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["card.id"], name=op.f("fk_card_request_id_card")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("hub_id", name=op.f("uq_card_hub_id")),
        sa.UniqueConstraint("service", "sender_code", "event_id", name=op.f("uq_card_service_sender_code_event_id")),
    )
    op.create_index("ix_card_insurer_code", "card", ["insurer_code", "service", "changed_at"], unique=False)
    op.create_index("ix_card_person_id", "card", ["person_id", "service"], unique=False)
    op.create_index("ix_card_request_id", "card", ["request_id"], unique=False)
    op.create_table(
        "card_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("state_before", sa.String(length=8), nullable=False),
        sa.Column("state_after", sa.String(length=8), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_step_card_id_card")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_step")),
    )
    op.create_index("ix_card_step_card_id", "card_step", ["card_id", "id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_card_step_card_id", table_name="card_step")
    op.drop_table("card_step")
    op.drop_index("ix_card_request_id", table_name="card")
    op.drop_index("ix_card_person_id", table_name="card")
    op.drop_index("ix_card_insurer_code", table_name="card")
    op.drop_table("card")
