"""Create the table of rights of roles.

Revision 0035, after 0034, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "role_right",
        sa.Column("organisation_kind", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("permission", sa.String(length=30), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("organisation_kind", "role", "permission", name=op.f("pk_role_right")),
    )


def downgrade() -> None:
    """Takes the same back."""
    op.drop_table("role_right")
