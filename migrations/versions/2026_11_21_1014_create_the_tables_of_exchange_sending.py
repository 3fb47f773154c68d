"""Create the tables of exchange sending.

Revision 0017, after 0016, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "sending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("dialect", sa.String(length=16), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("sender_code", sa.String(length=6), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=50), nullable=False),
        sa.Column("hub_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=True),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resend_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resend_login", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["journal.id"], name=op.f("fk_sending_id_journal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sending_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
    )
    op.create_index("ix_sending_at", "sending", ["at"], unique=False)
    op.create_index("ix_sending_event", "sending", ["organisation_id", "operation", "event_id"], unique=False)
    op.create_index("ix_sending_organisation_id", "sending", ["organisation_id", "at"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_sending_organisation_id", table_name="sending")
    op.drop_index("ix_sending_event", table_name="sending")
    op.drop_index("ix_sending_at", table_name="sending")
    op.drop_table("sending")
