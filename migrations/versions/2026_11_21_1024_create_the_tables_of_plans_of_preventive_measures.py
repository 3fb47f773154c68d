"""Create the tables of plans of preventive measures.

Revision 0018, after 0017, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "clinic_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_contact")),
        sa.UniqueConstraint("sender_id", "rid", name=op.f("uq_clinic_contact_sender_id_rid")),
    )
    with op.batch_alter_table("clinic_contact", schema=None) as batch_op:
        batch_op.create_index("ix_clinic_contact_clinic_code", ["clinic_code"], unique=False)

    op.create_table(
        "plan_quantity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("event_kind", sa.SmallInteger(), nullable=False),
        sa.Column("second_kind", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_quantity")),
        sa.UniqueConstraint(
            "clinic_code",
            "year",
            "month",
            "event_kind",
            "second_kind",
            name=op.f("uq_plan_quantity_clinic_code_year_month_event_kind_second_kind"),
        ),
    )
    with op.batch_alter_table("plan_quantity", schema=None) as batch_op:
        batch_op.create_index("ix_plan_quantity_year", ["year", "month"], unique=False)

    op.create_table(
        "planned_date",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_date")),
        sa.UniqueConstraint("sender_id", "rid", name=op.f("uq_planned_date_sender_id_rid")),
    )
    with op.batch_alter_table("planned_date", schema=None) as batch_op:
        batch_op.create_index("ix_planned_date_clinic_code", ["clinic_code", "held_on"], unique=False)
        batch_op.create_index("ix_planned_date_held_on", ["held_on"], unique=False)

    op.create_table(
        "execution_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("executed_on", sa.Date(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_execution_fact_card_id_card")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_execution_fact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_execution_fact")),
        sa.UniqueConstraint("sender_id", "rid", name=op.f("uq_execution_fact_sender_id_rid")),
    )
    with op.batch_alter_table("execution_fact", schema=None) as batch_op:
        batch_op.create_index("ix_execution_fact_card_id", ["card_id"], unique=False)
        batch_op.create_index("ix_execution_fact_clinic_code", ["clinic_code", "executed_on"], unique=False)
        batch_op.create_index("ix_execution_fact_executed_on", ["executed_on"], unique=False)
        batch_op.create_index("ix_execution_fact_person_id", ["person_id", "step"], unique=False)

    op.create_table(
        "in_depth_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_in_depth_person_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_depth_person")),
        sa.UniqueConstraint("person_id", name=op.f("uq_in_depth_person_person_id")),
    )
    op.create_table(
        "informing_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("informed_on", sa.Date(), nullable=False),
        sa.Column("method", sa.SmallInteger(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_informing_fact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_informing_fact")),
        sa.UniqueConstraint("sender_id", "rid", name=op.f("uq_informing_fact_sender_id_rid")),
    )
    with op.batch_alter_table("informing_fact", schema=None) as batch_op:
        batch_op.create_index("ix_informing_fact_clinic_code", ["clinic_code", "informed_on"], unique=False)
        batch_op.create_index("ix_informing_fact_informed_on", ["informed_on"], unique=False)
        batch_op.create_index("ix_informing_fact_insurer_code", ["insurer_code", "informed_on"], unique=False)
        batch_op.create_index("ix_informing_fact_person_id", ["person_id", "informed_on"], unique=False)

    op.create_table(
        "invoice_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("payer_code", sa.String(length=5), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invoice_fact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_fact")),
    )
    with op.batch_alter_table("invoice_fact", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_fact_clinic_code", ["clinic_code", "year", "month"], unique=False)
        batch_op.create_index("ix_invoice_fact_payer_code", ["payer_code", "year", "month"], unique=False)
        batch_op.create_index("ix_invoice_fact_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_invoice_fact_year", ["year", "month", "id"], unique=False)

    op.create_table(
        "plan_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clinic_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_kind", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("mkb", sa.String(length=10), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rid", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_row_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_row")),
        sa.UniqueConstraint("sender_id", "rid", name=op.f("uq_plan_row_sender_id_rid")),
    )
    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.create_index("ix_plan_row_clinic_code", ["clinic_code", "year", "month", "id"], unique=False)
        batch_op.create_index("ix_plan_row_person_id", ["person_id", "year", "event_kind"], unique=False)
        batch_op.create_index("ix_plan_row_year", ["year", "month", "id"], unique=False)

    with op.batch_alter_table("packet", schema=None) as batch_op:
        batch_op.create_index(
            "ix_packet_held",
            ["organisation_id"],
            unique=False,
            postgresql_where=sa.text("status = 'held'"),
            sqlite_where=sa.text("status = 'held'"),
        )


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("packet", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_packet_held", postgresql_where=sa.text("status = 'held'"), sqlite_where=sa.text("status = 'held'")
        )

    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_row_year")
        batch_op.drop_index("ix_plan_row_person_id")
        batch_op.drop_index("ix_plan_row_clinic_code")

    op.drop_table("plan_row")
    with op.batch_alter_table("invoice_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_fact_year")
        batch_op.drop_index("ix_invoice_fact_person_id")
        batch_op.drop_index("ix_invoice_fact_payer_code")
        batch_op.drop_index("ix_invoice_fact_clinic_code")

    op.drop_table("invoice_fact")
    with op.batch_alter_table("informing_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_informing_fact_person_id")
        batch_op.drop_index("ix_informing_fact_insurer_code")
        batch_op.drop_index("ix_informing_fact_informed_on")
        batch_op.drop_index("ix_informing_fact_clinic_code")

    op.drop_table("informing_fact")
    op.drop_table("in_depth_person")
    with op.batch_alter_table("execution_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_execution_fact_person_id")
        batch_op.drop_index("ix_execution_fact_executed_on")
        batch_op.drop_index("ix_execution_fact_clinic_code")
        batch_op.drop_index("ix_execution_fact_card_id")

    op.drop_table("execution_fact")
    with op.batch_alter_table("planned_date", schema=None) as batch_op:
        batch_op.drop_index("ix_planned_date_held_on")
        batch_op.drop_index("ix_planned_date_clinic_code")

    op.drop_table("planned_date")
    with op.batch_alter_table("plan_quantity", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_quantity_year")

    op.drop_table("plan_quantity")
    with op.batch_alter_table("clinic_contact", schema=None) as batch_op:
        batch_op.drop_index("ix_clinic_contact_clinic_code")

    op.drop_table("clinic_contact")
