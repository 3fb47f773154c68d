"""Create the tables of reference books.

Revision 0037, after 0036, 2026-11-29.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "book",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("key_fields", sa.String(length=120), nullable=False),
        sa.Column("name_field", sa.String(length=60), nullable=False),
        sa.Column("from_fields", sa.String(length=60), nullable=False),
        sa.Column("to_fields", sa.String(length=60), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("listed_edition", sa.String(length=30), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_book")),
    )
    op.create_table(
        "book_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("book", sa.String(length=20), nullable=False),
        sa.Column("edition", sa.String(length=30), nullable=False),
        sa.Column("edition_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("historical", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("file_name", sa.String(length=250), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(length=60), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_by", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["book"], ["book.code"], name=op.f("fk_book_version_book_book")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_version")),
    )
    with op.batch_alter_table("book_version", schema=None) as batch_op:
        batch_op.create_index("ix_book_version_book", ["book", "id"], unique=False)

    op.create_table(
        "book_file",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["book_version.id"], name=op.f("fk_book_file_version_id_book_version")),
        sa.PrimaryKeyConstraint("version_id", "piece", name=op.f("pk_book_file")),
    )
    op.create_table(
        "book_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("book", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("extra", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("search", sa.String(length=300), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_from", sa.Integer(), nullable=False),
        sa.Column("revision_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["book"], ["book.code"], name=op.f("fk_book_row_book_book")),
        sa.ForeignKeyConstraint(["version_id"], ["book_version.id"], name=op.f("fk_book_row_version_id_book_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_row")),
    )
    with op.batch_alter_table("book_row", schema=None) as batch_op:
        batch_op.create_index("ix_book_row_book", ["book", "key", "valid_from"], unique=False)
        batch_op.create_index("ix_book_row_version_id", ["version_id"], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    with op.batch_alter_table("book_row", schema=None) as batch_op:
        batch_op.drop_index("ix_book_row_version_id")
        batch_op.drop_index("ix_book_row_book")

    op.drop_table("book_row")
    op.drop_table("book_file")
    with op.batch_alter_table("book_version", schema=None) as batch_op:
        batch_op.drop_index("ix_book_version_book")

    op.drop_table("book_version")
    op.drop_table("book")
