"""Create the tables of the buffer.

Revision 0021, after 0020, 2026-11-28.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "buffer_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sender", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buffer_rule")),
    )
    with op.batch_alter_table("buffer_rule", schema=None) as batch_op:
        batch_op.create_index("ix_buffer_rule_sender", ["sender", "field", "valid_from"], unique=False)

    op.create_table(
        "buffered_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender_kind", sa.String(length=16), nullable=False),
        sa.Column("sender_code", sa.String(length=6), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("record_number", sa.String(length=36), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("insurer_code", sa.String(length=5), nullable=False),
        sa.Column("doubt", sa.String(length=250), nullable=False),
        sa.Column("known", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("proposed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("accepted", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("written", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("first_login", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_buffered_change_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buffered_change")),
        sa.UniqueConstraint(
            "packet_id", "record_number", "person_id", name=op.f("uq_buffered_change_packet_id_record_number_person_id")
        ),
    )
    with op.batch_alter_table("buffered_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_buffered_change_open",
            ["id"],
            unique=False,
            postgresql_where=sa.text("status IN ('waiting', 'seconded')"),
            sqlite_where=sa.text("status IN ('waiting', 'seconded')"),
        )
        batch_op.create_index("ix_buffered_change_organisation_id", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_buffered_change_person_id", ["person_id", "status"], unique=False)
        batch_op.create_index("ix_buffered_change_status", ["status", "id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_contact_open",
            ["person_id", "kind"],
            unique=True,
            postgresql_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
            sqlite_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
        )

    op.create_table(
        "buffer_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["buffered_change.id"], name=op.f("fk_buffer_step_change_id_buffered_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buffer_step")),
    )
    with op.batch_alter_table("buffer_step", schema=None) as batch_op:
        batch_op.create_index("ix_buffer_step_change_id", ["change_id", "id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("buffer_step", schema=None) as batch_op:
        batch_op.drop_index("ix_buffer_step_change_id")

    op.drop_table("buffer_step")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_open",
            postgresql_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
            sqlite_where=sa.text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
        )
        batch_op.drop_index("ix_contact_person_id")

    op.drop_table("contact")
    with op.batch_alter_table("buffered_change", schema=None) as batch_op:
        batch_op.drop_index("ix_buffered_change_status")
        batch_op.drop_index("ix_buffered_change_person_id")
        batch_op.drop_index("ix_buffered_change_organisation_id")
        batch_op.drop_index(
            "ix_buffered_change_open",
            postgresql_where=sa.text("status IN ('waiting', 'seconded')"),
            sqlite_where=sa.text("status IN ('waiting', 'seconded')"),
        )

    op.drop_table("buffered_change")
    with op.batch_alter_table("buffer_rule", schema=None) as batch_op:
        batch_op.drop_index("ix_buffer_rule_sender")

    op.drop_table("buffer_rule")
