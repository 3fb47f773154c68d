"""Create the tables of insured notice.

Revision 0012, after 0011, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "attachment_act",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment_act")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_attachment_act_year_month")),
    )
    op.create_table(
        "detachment_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source_code", sa.String(length=6), nullable=False),
        sa.Column("target_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_number", sa.String(length=40), nullable=False),
        sa.Column("notice_date", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("record_number", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_detachment_notice_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detachment_notice")),
    )
    op.create_index("ix_detachment_notice_person_id", "detachment_notice", ["person_id"], unique=False)
    op.create_index(
        "ix_detachment_notice_target_code", "detachment_notice", ["target_code", "recorded_at"], unique=False
    )


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_detachment_notice_target_code", table_name="detachment_notice")
    op.drop_index("ix_detachment_notice_person_id", table_name="detachment_notice")
    op.drop_table("detachment_notice")
    op.drop_table("attachment_act")
