"""Create the tables of insured policy.

Revision 0013, after 0012, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("number_key", sa.String(length=50), nullable=False),
        sa.Column("enp", sa.String(length=16), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("form", sa.String(length=1), nullable=False),
        sa.Column("status", sa.String(length=3), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
    )
    op.create_index("ix_policy_enp", "policy", ["enp"], unique=False)
    op.create_index("ix_policy_number_key", "policy", ["number_key"], unique=False)
    op.create_index("ix_policy_person_id", "policy", ["person_id"], unique=False)
    op.create_table(
        "insurance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("insurer_ogrn", sa.String(length=15), nullable=False),
        sa.Column("okato", sa.String(length=5), nullable=False),
        sa.Column("begin_reason", sa.String(length=4), nullable=False),
        sa.Column("end_reason", sa.String(length=4), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("erp", sa.Boolean(), nullable=False),
        sa.Column("point", sa.String(length=10), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_insurance_person_id_person")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_insurance_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance")),
    )
    op.create_index("ix_insurance_insurer_code", "insurance", ["insurer_code"], unique=False)
    op.create_index("ix_insurance_person_id", "insurance", ["person_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_insurance_person_id", table_name="insurance")
    op.drop_index("ix_insurance_insurer_code", table_name="insurance")
    op.drop_table("insurance")
    op.drop_index("ix_policy_person_id", table_name="policy")
    op.drop_index("ix_policy_number_key", table_name="policy")
    op.drop_index("ix_policy_enp", table_name="policy")
    op.drop_table("policy")
