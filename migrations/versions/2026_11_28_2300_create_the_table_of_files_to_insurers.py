"""Create the table of files to insurers.

Revision 0024, after 0023, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "insurer_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("point", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurer_file")),
    )
    with op.batch_alter_table("insurer_file", schema=None) as batch_op:
        batch_op.create_index("ix_insurer_file_insurer_code", ["insurer_code", "letter", "until"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("insurer_file", schema=None) as batch_op:
        batch_op.drop_index("ix_insurer_file_insurer_code")

    op.drop_table("insurer_file")
