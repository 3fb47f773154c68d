"""Create the tables of review.

Revision 0030, after 0029, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "scoring_weights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("installed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_weights")),
    )
    with op.batch_alter_table("scoring_weights", schema=None) as batch_op:
        batch_op.create_index("ix_scoring_weights_valid_from", ["valid_from"], unique=False)

    op.create_table(
        "review_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("possible", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("doubt", sa.String(length=120), nullable=False),
        sa.Column("rule_set", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("comment", sa.String(length=250), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_case_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_review_case_fingerprint")),
    )
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_review_case_open",
            ["id"],
            unique=False,
            postgresql_where=sa.text("status = 'open'"),
            sqlite_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "review_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_record_case_id_review_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_record")),
        sa.UniqueConstraint("packet_id", "position", name=op.f("uq_review_record_packet_id_position")),
    )
    with op.batch_alter_table("review_record", schema=None) as batch_op:
        batch_op.create_index("ix_review_record_case_id", ["case_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("review_record", schema=None) as batch_op:
        batch_op.drop_index("ix_review_record_case_id")

    op.drop_table("review_record")
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_review_case_open", postgresql_where=sa.text("status = 'open'"), sqlite_where=sa.text("status = 'open'")
        )

    op.drop_table("review_case")
    with op.batch_alter_table("scoring_weights", schema=None) as batch_op:
        batch_op.drop_index("ix_scoring_weights_valid_from")

    op.drop_table("scoring_weights")
