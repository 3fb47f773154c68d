"""Create the tables of insured news.

Revision 0025, after 0024, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "news_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packets", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_news_day")),
    )
    op.create_table(
        "news_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_run")),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aspect", sa.String(length=20), nullable=False),
        sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_news_person_id_person")),
        sa.ForeignKeyConstraint(["run_id"], ["news_run.id"], name=op.f("fk_news_run_id_news_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("aspect", "row_id", "gone", name=op.f("uq_news_aspect_row_id_gone")),
    )
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.create_index("ix_news_person_id", ["person_id", "run_id"], unique=False)
        batch_op.create_index("ix_news_run_id", ["run_id"], unique=False)
        batch_op.create_index("ix_news_seen_at", ["seen_at", "id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("news", schema=None) as batch_op:
        batch_op.drop_index("ix_news_seen_at")
        batch_op.drop_index("ix_news_run_id")
        batch_op.drop_index("ix_news_person_id")

    op.drop_table("news")
    op.drop_table("news_run")
    op.drop_table("news_day")
