"""Create the tables of exchange packet.

Revision 0014, after 0013, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# files are written and read whole: the older way of compressing took more than all else of storing them
QUICKER_COMPRESSION = """
    DO $$ BEGIN
        ALTER TABLE content ALTER COLUMN data SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported THEN
        RAISE NOTICE 'this server was built without lz4';
    END $$
"""


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "packet_key",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dialect", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("sender_packet_id", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet_key")),
        sa.UniqueConstraint(
            "organisation_id",
            "dialect",
            "scope",
            "sender_packet_id",
            name=op.f("uq_packet_key_organisation_id_dialect_scope_sender_packet_id"),
        ),
    )
    op.create_table(
        "exchange_object",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("object_class", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_exchange_object_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_object")),
        sa.UniqueConstraint(
            "channel_id", "object_class", "object_id", name=op.f("uq_exchange_object_channel_id_object_class_object_id")
        ),
    )
    op.create_table(
        "packet",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dialect", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender_packet_id", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("answer_name", sa.String(length=250), nullable=False),
        sa.Column("answer_type", sa.String(length=60), nullable=False),
        sa.Column("properties", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["journal.id"], name=op.f("fk_packet_id_journal")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_packet_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packet")),
    )
    op.create_index("ix_packet_organisation_id", "packet", ["organisation_id", "id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_code", sa.String(length=6), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_change_packet_id_packet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("ix_change_organisation_code", "change", ["organisation_code", "name", "on"], unique=False)
    op.create_index("ix_change_packet_id", "change", ["packet_id"], unique=False)
    op.create_index("ix_change_person_id", "change", ["person_id", "id"], unique=False)
    op.create_table(
        "content",
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_content_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "part", "piece", name=op.f("pk_content")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(QUICKER_COMPRESSION)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=250), nullable=False),
        sa.Column("value", sa.String(length=250), nullable=False),
        sa.Column("expected", sa.String(length=250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_finding_packet_id_packet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_code", "finding", ["code", "packet_id"], unique=False)
    op.create_index("ix_finding_packet_id", "finding", ["packet_id", "position"], unique=False)
    op.create_table(
        "record",
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("outcome", sa.String(length=16), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_record_packet_id_packet")),
        sa.PrimaryKeyConstraint("packet_id", "position", name=op.f("pk_record")),
    )
    op.create_index(
        "ix_record_outcome",
        "record",
        ["packet_id", "outcome", "position"],
        unique=False,
        postgresql_where=sa.text("outcome NOT IN ('', 'found')"),
        sqlite_where=sa.text("outcome NOT IN ('', 'found')"),
    )
    op.create_index("ix_record_person_id", "record", ["person_id"], unique=False)
    op.create_index("ix_record_status", "record", ["packet_id", "status"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_record_status", table_name="record")
    op.drop_index("ix_record_person_id", table_name="record")
    op.drop_index(
        "ix_record_outcome",
        table_name="record",
        postgresql_where=sa.text("outcome NOT IN ('', 'found')"),
        sqlite_where=sa.text("outcome NOT IN ('', 'found')"),
    )
    op.drop_table("record")
    op.drop_index("ix_finding_packet_id", table_name="finding")
    op.drop_index("ix_finding_code", table_name="finding")
    op.drop_table("finding")
    op.drop_table("content")
    op.drop_index("ix_change_person_id", table_name="change")
    op.drop_index("ix_change_packet_id", table_name="change")
    op.drop_index("ix_change_organisation_code", table_name="change")
    op.drop_table("change")
    op.drop_index("ix_packet_organisation_id", table_name="packet")
    op.drop_table("packet")
    op.drop_table("exchange_object")
    op.drop_table("packet_key")
