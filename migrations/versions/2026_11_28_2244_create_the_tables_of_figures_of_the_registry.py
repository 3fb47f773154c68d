"""Create the tables of figures of the registry.

Revision 0023, after 0022, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "name_word",
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("part", "word", name=op.f("pk_name_word")),
    )
    op.create_table(
        "registry_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_day")),
        sa.UniqueConstraint("day", name=op.f("uq_registry_day_day")),
    )
    op.create_table(
        "registry_figure",
        sa.Column("day_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("scope_code", sa.String(length=6), nullable=False),
        sa.Column("figure", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_id"], ["registry_day.id"], name=op.f("fk_registry_figure_day_id_registry_day"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("day_id", "scope", "scope_code", "figure", "value", name=op.f("pk_registry_figure")),
    )


def downgrade() -> None:
    """Takes the same back."""
    op.drop_table("registry_figure")
    op.drop_table("registry_day")
    op.drop_table("name_word")
