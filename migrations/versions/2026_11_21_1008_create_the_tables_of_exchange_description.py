"""Create the tables of exchange description.

Revision 0002, after 0001, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "file_mask",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dialect", sa.String(length=16), nullable=False),
        sa.Column("pattern", sa.String(length=250), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("answer_name", sa.String(length=120), nullable=False),
        sa.Column("example", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("sender_kind", sa.String(length=10), nullable=False),
        sa.Column("sender_code", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_mask")),
    )
    op.create_table(
        "layout_choice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sender_code", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("layout", sa.String(length=40), nullable=False),
        sa.Column("encoding", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_choice")),
    )
    op.create_table(
        "layout_field",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("layout", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("must", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout_field")),
    )
    op.create_index("ix_layout_field_layout", "layout_field", ["layout", "position"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_layout_field_layout", table_name="layout_field")
    op.drop_table("layout_field")
    op.drop_table("layout_choice")
    op.drop_table("file_mask")
