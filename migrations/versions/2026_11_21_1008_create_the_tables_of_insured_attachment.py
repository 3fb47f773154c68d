"""Create the tables of insured attachment.

Revision 0011, after 0010, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "district",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("area_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("building", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district")),
        sa.UniqueConstraint(
            "clinic_code", "area_type", "code", "building", name=op.f("uq_district_clinic_code_area_type_code_building")
        ),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("clinic_oid", sa.String(length=50), nullable=False),
        sa.Column("area_type", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("building", sa.String(length=20), nullable=False),
        sa.Column("district_code", sa.String(length=20), nullable=False),
        sa.Column("doctor_snils", sa.String(length=11), nullable=False),
        sa.Column("doctor_category", sa.SmallInteger(), nullable=True),
        sa.Column("second_doctor_snils", sa.String(length=11), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("end_reason", sa.SmallInteger(), nullable=True),
        sa.Column("sender_end_reason", sa.String(length=10), nullable=False),
        sa.Column("ended_by_fund", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("record_number", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("history_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("retracted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attachment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_clinic_code", "attachment", ["clinic_code", "valid_to", "person_id"], unique=False)
    op.create_index("ix_attachment_person_id", "attachment", ["person_id"], unique=False)
    op.create_index(
        "uq_attachment_open",
        "attachment",
        ["person_id", "area_type"],
        unique=True,
        postgresql_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
        sqlite_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
    )
    op.create_table(
        "district_doctor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("snils", sa.String(length=11), nullable=False),
        sa.Column("category", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("surname", sa.String(length=60), nullable=False),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("patronymic", sa.String(length=60), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("speciality", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["district.id"], name=op.f("fk_district_doctor_district_id_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district_doctor")),
    )
    op.create_index("ix_district_doctor_district_id", "district_doctor", ["district_id"], unique=False)
    op.create_index("ix_district_doctor_snils", "district_doctor", ["snils"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_district_doctor_snils", table_name="district_doctor")
    op.drop_index("ix_district_doctor_district_id", table_name="district_doctor")
    op.drop_table("district_doctor")
    op.drop_index(
        "uq_attachment_open",
        table_name="attachment",
        postgresql_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
        sqlite_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
    )
    op.drop_index("ix_attachment_person_id", table_name="attachment")
    op.drop_index("ix_attachment_clinic_code", table_name="attachment")
    op.drop_table("attachment")
    op.drop_table("district")
