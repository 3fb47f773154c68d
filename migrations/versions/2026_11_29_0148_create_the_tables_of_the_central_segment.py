"""Create the tables of the central segment.

Revision 0032, after 0031, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "central_look",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_look")),
    )
    op.create_table(
        "central_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("history_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pair_history_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trigger", sa.String(length=3), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("control_id", sa.String(length=36), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("question", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["history_id"], ["person_history.id"], name=op.f("fk_central_message_history_id_person_history")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_central_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_message")),
        sa.UniqueConstraint("history_id", name=op.f("uq_central_message_history_id")),
    )
    with op.batch_alter_table("central_message", schema=None) as batch_op:
        batch_op.create_index("ix_central_message_fingerprint", ["fingerprint", "id"], unique=False)
        batch_op.create_index("ix_central_message_pair_history_id", ["pair_history_id"], unique=False)
        batch_op.create_index("ix_central_message_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_central_message_state", ["state", "code", "id"], unique=False)
        batch_op.create_index(
            "ix_central_message_to_send",
            ["available_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('waiting', 'resend')"),
            sqlite_where=sa.text("state IN ('waiting', 'resend')"),
        )
        batch_op.create_index(
            "ix_central_message_under_way",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('sent', 'taken')"),
            sqlite_where=sa.text("state IN ('sent', 'taken')"),
        )

    op.create_table(
        "central_asker",
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["central_message.id"], name=op.f("fk_central_asker_message_id_central_message")
        ),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_central_asker_packet_id_packet")),
        sa.PrimaryKeyConstraint("message_id", "packet_id", "position", name=op.f("pk_central_asker")),
    )
    with op.batch_alter_table("central_asker", schema=None) as batch_op:
        batch_op.create_index("ix_central_asker_packet_id", ["packet_id"], unique=False)

    op.create_table(
        "central_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("guid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.String(length=2), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["packet_id"], ["packet.id"], name=op.f("fk_central_file_packet_id_packet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_file")),
        sa.UniqueConstraint("guid", name=op.f("uq_central_file_guid")),
    )
    op.create_table(
        "central_sending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("control_id", sa.String(length=36), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_verdict", sa.String(length=2), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verdict", sa.String(length=2), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("packet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("errors", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["central_file.id"], name=op.f("fk_central_sending_file_id_central_file")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["central_message.id"], name=op.f("fk_central_sending_message_id_central_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_sending")),
        sa.UniqueConstraint("file_id", "message_id", name=op.f("uq_central_sending_file_id_message_id")),
    )
    with op.batch_alter_table("central_sending", schema=None) as batch_op:
        batch_op.create_index("ix_central_sending_control_id", ["control_id"], unique=False)
        batch_op.create_index("ix_central_sending_message_id", ["message_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("central_sending", schema=None) as batch_op:
        batch_op.drop_index("ix_central_sending_message_id")
        batch_op.drop_index("ix_central_sending_control_id")

    op.drop_table("central_sending")
    op.drop_table("central_file")
    with op.batch_alter_table("central_asker", schema=None) as batch_op:
        batch_op.drop_index("ix_central_asker_packet_id")

    op.drop_table("central_asker")
    with op.batch_alter_table("central_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_central_message_under_way",
            postgresql_where=sa.text("state IN ('sent', 'taken')"),
            sqlite_where=sa.text("state IN ('sent', 'taken')"),
        )
        batch_op.drop_index(
            "ix_central_message_to_send",
            postgresql_where=sa.text("state IN ('waiting', 'resend')"),
            sqlite_where=sa.text("state IN ('waiting', 'resend')"),
        )
        batch_op.drop_index("ix_central_message_state")
        batch_op.drop_index("ix_central_message_person_id")
        batch_op.drop_index("ix_central_message_pair_history_id")
        batch_op.drop_index("ix_central_message_fingerprint")

    op.drop_table("central_message")
    op.drop_table("central_look")
