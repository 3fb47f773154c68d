"""Create the tables of links between people.

Revision 0020, after 0019, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "duplicate_search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("engine", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("compared", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_search")),
    )
    with op.batch_alter_table("duplicate_search", schema=None) as batch_op:
        batch_op.create_index("ix_duplicate_search_status", ["status", "id"], unique=False)

    op.create_table(
        "person_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("second_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cluster_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_person_link_first_id_second_id")),
    )
    with op.batch_alter_table("person_link", schema=None) as batch_op:
        batch_op.create_index("ix_person_link_cluster_id", ["cluster_id"], unique=False)
        batch_op.create_index("ix_person_link_second_id", ["second_id"], unique=False)
        batch_op.create_index("ix_person_link_state", ["state", "score", "id"], unique=False)
        batch_op.create_index(
            "uq_person_link_joined",
            ["joined_id"],
            unique=True,
            postgresql_where=sa.text("joined_id IS NOT NULL"),
            sqlite_where=sa.text("joined_id IS NOT NULL"),
        )

    op.create_table(
        "person_link_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.String(length=12), nullable=False),
        sa.Column("state_before", sa.SmallInteger(), nullable=False),
        sa.Column("state_after", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["person_link.id"], name=op.f("fk_person_link_step_link_id_person_link")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link_step")),
    )
    with op.batch_alter_table("person_link_step", schema=None) as batch_op:
        batch_op.create_index("ix_person_link_step_link_id", ["link_id", "id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("person_link_step", schema=None) as batch_op:
        batch_op.drop_index("ix_person_link_step_link_id")

    op.drop_table("person_link_step")
    with op.batch_alter_table("person_link", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_link_joined",
            postgresql_where=sa.text("joined_id IS NOT NULL"),
            sqlite_where=sa.text("joined_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_person_link_state")
        batch_op.drop_index("ix_person_link_second_id")
        batch_op.drop_index("ix_person_link_cluster_id")

    op.drop_table("person_link")
    with op.batch_alter_table("duplicate_search", schema=None) as batch_op:
        batch_op.drop_index("ix_duplicate_search_status")

    op.drop_table("duplicate_search")
