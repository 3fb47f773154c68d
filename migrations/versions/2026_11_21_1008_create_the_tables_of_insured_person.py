"""Create the tables of insured person.

Revision 0005, after 0004, 2026-11-21.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# What the blocks of a search are read from: a surname as it sounds and as it begins, the ends of numbers.
WRITTEN, HEARD, TWICE = "ОЯЕЭЫЮБВГДЖЩЗЙЬЪ-", "ААИИИУПФКТШШС", "АИКЛМНПРСТФШ"


def _sound(is_postgresql: bool) -> str:
    if not is_postgresql:
        return f"said_once(translated(surname_key, '{WRITTEN}', '{HEARD}'), '{TWICE}')"
    sound = f"translate(surname_key, '{WRITTEN}', '{HEARD}')"
    for letter in TWICE:
        sound = f"replace({sound}, '{letter * 2}', '{letter}')"
    return sound


def _blocks(is_postgresql: bool) -> list[tuple[str, str, list[str]]]:
    year, day = "substr(birth_date, 1, 4)", "substr(birth_date, 6, 5)"
    if is_postgresql:
        year = "(CAST(date_part('year', birth_date) AS smallint))"
        day = "(CAST(date_part('month', birth_date) * 100 + date_part('day', birth_date) AS smallint))"
    ending = '"right"({}, 6)' if is_postgresql else "substr({}, -6)"
    return [
        ("ix_identity_document_last_six", "identity_document", [ending.format("number_key")]),
        ("ix_person_version_beginning", "person_version", ["substr(surname_key, 1, 4)", day]),
        ("ix_person_version_sound", "person_version", [_sound(is_postgresql), year]),
        ("ix_snils_last_six", "snils", [ending.format("number")]),
    ]


def upgrade() -> None:
    """Goes forward."""
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bdz_id", sa.String(length=36), nullable=False),
        sa.Column("enp", sa.String(length=16), nullable=False),
        sa.Column("oip", sa.String(length=36), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("death_source", sa.String(length=16), nullable=False),
        sa.Column("merged_into", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["person.id"], name=op.f("fk_person_merged_into_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("bdz_id", name=op.f("uq_person_bdz_id")),
        sa.UniqueConstraint("oip", name=op.f("uq_person_oip")),
    )
    op.create_index("ix_person_enp", "person", ["enp"], unique=False)
    op.create_index("ix_person_merged_into", "person", ["merged_into"], unique=False)
    op.create_table(
        "identity_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("number_key", sa.String(length=50), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.String(length=250), nullable=False),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_document_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_document")),
    )
    op.create_index("ix_identity_document_number_key", "identity_document", ["number_key"], unique=False)
    op.create_index("ix_identity_document_person_id", "identity_document", ["person_id"], unique=False)
    op.create_table(
        "person_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("surname", sa.String(length=60), nullable=False),
        sa.Column("first_name", sa.String(length=60), nullable=False),
        sa.Column("patronymic", sa.String(length=60), nullable=False),
        sa.Column("surname_key", sa.String(length=60), nullable=False),
        sa.Column("first_name_key", sa.String(length=60), nullable=False),
        sa.Column("patronymic_key", sa.String(length=60), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("birth_precision", sa.SmallInteger(), nullable=False),
        sa.Column("sex", sa.SmallInteger(), nullable=False),
        sa.Column("birth_place", sa.String(length=250), nullable=False),
        sa.Column("birth_place_key", sa.String(length=250), nullable=False),
        sa.Column("citizenship", sa.String(length=3), nullable=False),
        sa.Column("stateless", sa.Boolean(), nullable=False),
        sa.Column("category", sa.SmallInteger(), nullable=True),
        sa.Column("employment", sa.SmallInteger(), nullable=True),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_version_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_version")),
    )
    op.create_index(
        "ix_person_version_birth_date",
        "person_version",
        ["birth_date", "surname_key", "first_name_key", "patronymic_key"],
        unique=False,
        postgresql_include=["person_id", "sex"],
    )
    op.create_index(
        "ix_person_version_names",
        "person_version",
        ["surname_key", "first_name_key", "patronymic_key", "birth_date"],
        unique=False,
    )
    op.create_index("ix_person_version_person_id", "person_version", ["person_id"], unique=False)
    op.create_table(
        "snils",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=11), nullable=False),
        sa.Column("confirmation", sa.SmallInteger(), nullable=True),
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
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_snils_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snils")),
    )
    op.create_index("ix_snils_number", "snils", ["number"], unique=False)
    op.create_index("ix_snils_person_id", "snils", ["person_id"], unique=False)
    for name, table, parts in _blocks(op.get_bind().dialect.name == "postgresql"):
        op.create_index(name, table, [sa.text(part) for part in parts], unique=False)


def downgrade() -> None:
    """Takes the same back."""
    for name, table, _ in _blocks(False):
        op.drop_index(name, table_name=table)
    op.drop_index("ix_snils_person_id", table_name="snils")
    op.drop_index("ix_snils_number", table_name="snils")
    op.drop_table("snils")
    op.drop_index("ix_person_version_person_id", table_name="person_version")
    op.drop_index("ix_person_version_names", table_name="person_version")
    op.drop_index("ix_person_version_birth_date", table_name="person_version")
    op.drop_table("person_version")
    op.drop_index("ix_identity_document_person_id", table_name="identity_document")
    op.drop_index("ix_identity_document_number_key", table_name="identity_document")
    op.drop_table("identity_document")
    op.drop_index("ix_person_merged_into", table_name="person")
    op.drop_index("ix_person_enp", table_name="person")
    op.drop_table("person")
