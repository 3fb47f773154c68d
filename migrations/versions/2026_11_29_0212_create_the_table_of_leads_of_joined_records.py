"""Create the table of leads of joined records.

Revision 0034, after 0033, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "person_lead",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("survivor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_lead")),
    )
    with op.batch_alter_table("person_lead", schema=None) as batch_op:
        batch_op.create_index("ix_person_lead_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_person_lead_recorded_at", ["recorded_at"], unique=False)
        batch_op.create_index("ix_person_lead_retracted_at", ["retracted_at"], unique=False)
        batch_op.create_index("ix_person_lead_survivor_id", ["survivor_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("person_lead", schema=None) as batch_op:
        batch_op.drop_index("ix_person_lead_survivor_id")
        batch_op.drop_index("ix_person_lead_retracted_at")
        batch_op.drop_index("ix_person_lead_recorded_at")
        batch_op.drop_index("ix_person_lead_person_id")

    op.drop_table("person_lead")
