"""Create the tables of support hospital beds.

Revision 0016, after 0015, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "bed_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("branch", sa.String(length=20), nullable=False),
        sa.Column("division", sa.String(length=20), nullable=False),
        sa.Column("care_conditions", sa.String(length=10), nullable=False),
        sa.Column("bed_profile", sa.String(length=10), nullable=False),
        sa.Column("occupied", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("departed", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bed_day")),
        sa.UniqueConstraint(
            "clinic_code",
            "day",
            "branch",
            "division",
            "care_conditions",
            "bed_profile",
            name=op.f("uq_bed_day_clinic_code_day_branch_division_care_conditions_bed_profile"),
        ),
    )
    op.create_index("ix_bed_day_changed_at", "bed_day", ["changed_at"], unique=False)
    op.create_index("ix_bed_day_day", "bed_day", ["day", "bed_profile"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packet_guid", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("hospital_code", sa.String(length=6), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("hospitalised_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_booking_referral_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("packet_id", name=op.f("uq_booking_packet_id")),
    )
    op.create_index("ix_booking_packet_guid", "booking", ["packet_guid"], unique=False)
    op.create_index("ix_booking_referral_id", "booking", ["referral_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_booking_referral_id", table_name="booking")
    op.drop_index("ix_booking_packet_guid", table_name="booking")
    op.drop_table("booking")
    op.drop_index("ix_bed_day_day", table_name="bed_day")
    op.drop_index("ix_bed_day_changed_at", table_name="bed_day")
    op.drop_table("bed_day")
