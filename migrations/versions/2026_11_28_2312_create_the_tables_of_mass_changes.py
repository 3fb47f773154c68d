"""Create the tables of mass changes.

Revision 0027, after 0026, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "mass_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=250), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("asked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_by", sa.String(length=60), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=60), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_change")),
    )
    with op.batch_alter_table("mass_change", schema=None) as batch_op:
        batch_op.create_index("ix_mass_change_status", ["status", "id"], unique=False)

    op.create_table(
        "mass_change_line",
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.String(length=250), nullable=False),
        sa.Column("closed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["mass_change.id"], name=op.f("fk_mass_change_line_change_id_mass_change")
        ),
        sa.PrimaryKeyConstraint("change_id", "line", name=op.f("pk_mass_change_line")),
    )
    with op.batch_alter_table("mass_change_line", schema=None) as batch_op:
        batch_op.create_index("ix_mass_change_line_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_mass_change_line_status", ["change_id", "status", "line"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("mass_change_line", schema=None) as batch_op:
        batch_op.drop_index("ix_mass_change_line_status")
        batch_op.drop_index("ix_mass_change_line_person_id")

    op.drop_table("mass_change_line")
    with op.batch_alter_table("mass_change", schema=None) as batch_op:
        batch_op.drop_index("ix_mass_change_status")

    op.drop_table("mass_change")
