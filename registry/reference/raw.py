"""A book as its file tells it, before anybody knows what the columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBook:
    """What one file holds: rows of named texts, and what its head or its name tells about the book.

    A repeated element is a list, a nested one has its path as name (`TYPE_MD/TYPE_D`). ``type`` is the type of `zglv`,
    ``oid`` that of Минздрав, ``code`` the code of the file's name.
    """

    rows: Sequence[dict[str, Any]]
    columns: Sequence[str]
    type: str = ""
    oid: str = ""
    code: str = ""
    edition: str = ""
    edition_date: date | None = None
    warnings: Sequence[str] = field(default_factory=tuple)
