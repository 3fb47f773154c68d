"""Create the table of former forms.

Revision 0039, after 0038, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "former_form",
        sa.Column("sort", sa.String(length=8), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("former", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("sort", "form", "former", name=op.f("pk_former_form")),
    )


def downgrade() -> None:
    """Takes the same back."""
    op.drop_table("former_form")
