"""Create the table of calls of the federal register.

Revision 0040, after 0039, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "central_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("charset", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["central_message.id"], name=op.f("fk_central_call_message_id_central_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_central_call")),
    )
    with op.batch_alter_table("central_call", schema=None) as batch_op:
        batch_op.create_index("ix_central_call_message_id", ["message_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("central_call", schema=None) as batch_op:
        batch_op.drop_index("ix_central_call_message_id")

    op.drop_table("central_call")
