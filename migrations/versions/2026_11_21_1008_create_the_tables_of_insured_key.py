"""Create the tables of insured key.

Revision 0006, after 0005, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "person_key",
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "hash", "person_id", name=op.f("pk_person_key")),
    )
    op.create_index("ix_person_key_person_id", "person_key", ["person_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    op.drop_index("ix_person_key_person_id", table_name="person_key")
    op.drop_table("person_key")
