"""Create the tables of support hospital referral.

Revision 0015, after 0014, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "referral",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=36), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("hospital_code", sa.String(length=6), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("care_conditions", sa.String(length=10), nullable=False),
        sa.Column("bed_profile", sa.String(length=10), nullable=False),
        sa.Column("mkb", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_referral_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint(
            "clinic_code", "number", "issued_on", name=op.f("uq_referral_clinic_code_number_issued_on")
        ),
    )
    op.create_index("ix_referral_changed_at", "referral", ["changed_at"], unique=False)
    op.create_index("ix_referral_clinic_code", "referral", ["clinic_code", "changed_at"], unique=False)
    op.create_index("ix_referral_hospital_code", "referral", ["hospital_code", "changed_at"], unique=False)
    op.create_index("ix_referral_issued_on", "referral", ["issued_on"], unique=False)
    op.create_index("ix_referral_number", "referral", ["number", "issued_on"], unique=False)
    op.create_index("ix_referral_person_id", "referral", ["person_id"], unique=False)
    op.create_index("ix_referral_state", "referral", ["state", "planned_on"], unique=False)
    op.create_table(
        "referral_cancellation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("canceller", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_cancellation_referral_id_referral")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_cancellation")),
        sa.UniqueConstraint("referral_id", name=op.f("uq_referral_cancellation_referral_id")),
    )
    op.create_index("ix_referral_cancellation_cancelled_on", "referral_cancellation", ["cancelled_on"], unique=False)
    op.create_index("ix_referral_cancellation_changed_at", "referral_cancellation", ["changed_at"], unique=False)
    op.create_table(
        "referral_move",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_move_referral_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_move")),
    )
    op.create_index("ix_referral_move_referral_id", "referral_move", ["referral_id", "id"], unique=False)
    op.create_table(
        "stay",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("referral_clinic_code", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=36), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("hospitalised_on", sa.Date(), nullable=False),
        sa.Column("card_number", sa.String(length=36), nullable=False),
        sa.Column("care_conditions", sa.String(length=10), nullable=False),
        sa.Column("bed_profile", sa.String(length=10), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("mkb", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("discharged_on", sa.Date(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stay_person_id_person")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_stay_referral_id_referral")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("clinic_code", "key", name=op.f("uq_stay_clinic_code_key")),
    )
    op.create_index("ix_stay_card_number", "stay", ["clinic_code", "card_number", "hospitalised_on"], unique=False)
    op.create_index("ix_stay_changed_at", "stay", ["changed_at"], unique=False)
    op.create_index("ix_stay_hospitalised_on", "stay", ["hospitalised_on"], unique=False)
    op.create_index("ix_stay_number", "stay", ["number", "issued_on"], unique=False)
    op.create_index("ix_stay_person_id", "stay", ["person_id"], unique=False)
    op.create_index("ix_stay_referral_clinic_code", "stay", ["referral_clinic_code", "changed_at"], unique=False)
    op.create_index("ix_stay_referral_id", "stay", ["referral_id"], unique=False)
    op.create_table(
        "discharge",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("stay_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("card_number", sa.String(length=36), nullable=False),
        sa.Column("hospitalised_on", sa.Date(), nullable=False),
        sa.Column("discharged_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_discharge_person_id_person")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_discharge_stay_id_stay")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discharge")),
        sa.UniqueConstraint(
            "clinic_code",
            "card_number",
            "hospitalised_on",
            name=op.f("uq_discharge_clinic_code_card_number_hospitalised_on"),
        ),
    )
    op.create_index("ix_discharge_changed_at", "discharge", ["changed_at"], unique=False)
    op.create_index("ix_discharge_discharged_on", "discharge", ["discharged_on"], unique=False)
    op.create_index("ix_discharge_person_id", "discharge", ["person_id"], unique=False)
    op.create_index("ix_discharge_stay_id", "discharge", ["stay_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_discharge_stay_id", table_name="discharge")
    op.drop_index("ix_discharge_person_id", table_name="discharge")
    op.drop_index("ix_discharge_discharged_on", table_name="discharge")
    op.drop_index("ix_discharge_changed_at", table_name="discharge")
    op.drop_table("discharge")
    op.drop_index("ix_stay_referral_id", table_name="stay")
    op.drop_index("ix_stay_referral_clinic_code", table_name="stay")
    op.drop_index("ix_stay_person_id", table_name="stay")
    op.drop_index("ix_stay_number", table_name="stay")
    op.drop_index("ix_stay_hospitalised_on", table_name="stay")
    op.drop_index("ix_stay_changed_at", table_name="stay")
    op.drop_index("ix_stay_card_number", table_name="stay")
    op.drop_table("stay")
    op.drop_index("ix_referral_move_referral_id", table_name="referral_move")
    op.drop_table("referral_move")
    op.drop_index("ix_referral_cancellation_changed_at", table_name="referral_cancellation")
    op.drop_index("ix_referral_cancellation_cancelled_on", table_name="referral_cancellation")
    op.drop_table("referral_cancellation")
    op.drop_index("ix_referral_state", table_name="referral")
    op.drop_index("ix_referral_person_id", table_name="referral")
    op.drop_index("ix_referral_number", table_name="referral")
    op.drop_index("ix_referral_issued_on", table_name="referral")
    op.drop_index("ix_referral_hospital_code", table_name="referral")
    op.drop_index("ix_referral_clinic_code", table_name="referral")
    op.drop_index("ix_referral_changed_at", table_name="referral")
    op.drop_table("referral")
