"""Create the tables of exchange outgoing.

Revision 0022, after 0021, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_by", sa.String(length=60), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=60), nullable=False),
        sa.Column("resent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resends", sa.Integer(), nullable=False),
        sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["packet.id"], name=op.f("fk_outgoing_id_packet")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outgoing_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_open",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("status NOT IN ('acknowledged', 'rejected')"),
            sqlite_where=sa.text("status NOT IN ('acknowledged', 'rejected')"),
        )
        batch_op.create_index("ix_outgoing_organisation_id", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_outgoing_cause_id", ["cause_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_cause_id")
        batch_op.drop_index("ix_outgoing_organisation_id")
        batch_op.drop_index(
            "ix_outgoing_open",
            postgresql_where=sa.text("status NOT IN ('acknowledged', 'rejected')"),
            sqlite_where=sa.text("status NOT IN ('acknowledged', 'rejected')"),
        )

    op.drop_table("outgoing")
