"""The declarative base and the column types that both databases understand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, LargeBinary, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

OPEN_DATE = date(9999, 12, 31)
OPEN_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)
EDGES = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC and always aware; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, so that no local time is ever stored by mistake.

        A question may be about the first or the last day there is: what UTC cannot tell becomes the nearest it can.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            value = EDGES[value.year > 1]
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB, "postgresql")

Identifier = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
Reference = Annotated[int, mapped_column(BigId)]


class Base(DeclarativeBase):
    """Every table of the hub; one metadata, one migration history."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment, dict[str, Any]: Document, bytes: LargeBinary}
