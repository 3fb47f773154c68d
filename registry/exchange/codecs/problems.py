"""What a codec could not read in a row, or tolerated in a file, told as data."""

from __future__ import annotations

from dataclasses import dataclass

from registry.core.findings import FindingCode


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing of one row that could not be read as its format demands; the other rows are not touched by it.

    ``column`` is the wire name or the number of the column, empty when the row as a whole is meant.
    """

    column: str
    value: str
    expected: str
    code: FindingCode = FindingCode.VALUE_MALFORMED
    text: str = ""


@dataclass(frozen=True, slots=True)
class FileWarning:
    """One departure from the form of a file that did not prevent its reading."""

    code: FindingCode
    text: str
    place: str = ""
