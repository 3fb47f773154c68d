"""Create the tables of the history of people.

Revision 0019, after 0018, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "address",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("homeless", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(length=1), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("postcode", sa.String(length=6), nullable=False),
        sa.Column("okato", sa.String(length=11), nullable=False),
        sa.Column("district", sa.String(length=80), nullable=False),
        sa.Column("settlement", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house", sa.String(length=20), nullable=False),
        sa.Column("building", sa.String(length=20), nullable=False),
        sa.Column("flat", sa.String(length=20), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("house_guid", sa.String(length=36), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index("ix_address_person_id", ["person_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("point", sa.String(length=10), nullable=False),
        sa.Column("method", sa.SmallInteger(), nullable=True),
        sa.Column("petition", sa.Boolean(), nullable=False),
        sa.Column("choice_reason", sa.SmallInteger(), nullable=True),
        sa.Column("issue_reason", sa.SmallInteger(), nullable=True),
        sa.Column("form", sa.String(length=1), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("numbered_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_person_id", ["person_id"], unique=False)

    op.create_table(
        "death_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("act_number", sa.String(length=30), nullable=False),
        sa.Column("act_date", sa.Date(), nullable=True),
        sa.Column("act_issuer", sa.String(length=250), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_death_fact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_death_fact")),
    )
    with op.batch_alter_table("death_fact", schema=None) as batch_op:
        batch_op.create_index("ix_death_fact_announced", ["registered", "retracted_at"], unique=False)
        batch_op.create_index("ix_death_fact_person_id", ["person_id"], unique=False)

    op.create_table(
        "person_enp",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_enp_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_enp")),
    )
    with op.batch_alter_table("person_enp", schema=None) as batch_op:
        batch_op.create_index("ix_person_enp_number", ["number"], unique=False)
        batch_op.create_index("ix_person_enp_person_id", ["person_id"], unique=False)

    op.create_table(
        "person_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("aspects", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("organisation_code", sa.String(length=6), nullable=False),
        sa.Column("operator", sa.String(length=100), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("record_number", sa.String(length=36), nullable=False),
        sa.Column("corrected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_history_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_history")),
    )
    with op.batch_alter_table("person_history", schema=None) as batch_op:
        batch_op.create_index("ix_person_history_packet_id", ["packet_id"], unique=False)
        batch_op.create_index("ix_person_history_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_person_history_recorded_at", ["recorded_at", "id"], unique=False)

    op.create_table(
        "person_status",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_status_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_status")),
    )
    with op.batch_alter_table("person_status", schema=None) as batch_op:
        batch_op.create_index("ix_person_status_person_id", ["person_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("person_status", schema=None) as batch_op:
        batch_op.drop_index("ix_person_status_person_id")

    op.drop_table("person_status")
    with op.batch_alter_table("person_history", schema=None) as batch_op:
        batch_op.drop_index("ix_person_history_recorded_at")
        batch_op.drop_index("ix_person_history_person_id")
        batch_op.drop_index("ix_person_history_packet_id")

    op.drop_table("person_history")
    with op.batch_alter_table("person_enp", schema=None) as batch_op:
        batch_op.drop_index("ix_person_enp_person_id")
        batch_op.drop_index("ix_person_enp_number")

    op.drop_table("person_enp")
    with op.batch_alter_table("death_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_death_fact_person_id")
        batch_op.drop_index("ix_death_fact_announced")

    op.drop_table("death_fact")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_person_id")

    op.drop_table("application")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index("ix_address_person_id")

    op.drop_table("address")
