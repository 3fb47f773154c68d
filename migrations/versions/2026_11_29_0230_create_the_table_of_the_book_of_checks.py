"""Create the table of the book of checks.

Revision 0036, after 0035, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "check_switch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_switch")),
    )
    with op.batch_alter_table("check_switch", schema=None) as batch_op:
        batch_op.create_index("ix_check_switch_kind", ["kind", "code"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("check_switch", schema=None) as batch_op:
        batch_op.drop_index("ix_check_switch_kind")

    op.drop_table("check_switch")
