"""Requests of which it is known whom they are about: what weights are learnt from and measured on."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from registry.core.checks.dates import parse_date
from registry.insured.matching.requests import SearchRequest

TRUTH = "person_key"
_TEXTS = {
    "surname": "surname",
    "first_name": "first_name",
    "patronymic": "patronymic",
    "birth_place": "birth_place",
    "snils": "snils",
    "enp": "enp",
    "policy_type": "policy_type",
    "policy_series": "policy_series",
    "policy_number": "policy_number",
    "document_series": "doc_series",
    "document_number": "doc_number",
}
COLUMNS = (TRUTH, *_TEXTS.values(), "birth_date", "sex", "doc_type")


class Labelled(NamedTuple):
    """A request with the fund's number of the person it is about; empty for a stranger to the registry."""

    request: SearchRequest
    person_key: str


def request_of_columns(given: Mapping[str, str], on: date) -> SearchRequest:
    """The request that a row under the column names of the people file makes."""
    values: dict[str, Any] = {name: given.get(column) or "" for name, column in _TEXTS.items()}
    kind, sex = given.get("doc_type") or "", given.get("sex") or ""
    return SearchRequest(
        on=on,
        birth_date=parse_date(given.get("birth_date") or ""),
        sex=int(sex) if sex.isdigit() else None,
        document_type=int(kind) if kind.isdigit() else None,
        **values,
    )


def read_labelled(path: Path, on: date) -> Iterator[Labelled]:
    """The rows of a labelled file: the columns of the people file, semicolons between them, UTF-8."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        missing = {"surname", "birth_date"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"нет колонок {', '.join(sorted(missing))}")
        for row in rows:
            yield Labelled(request_of_columns(row, on), row.get(TRUTH) or "")


def write_labelled(path: Path, rows: Iterable[tuple[Mapping[str, str], str]]) -> int:
    """Write requests with their truth; returns their number."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", extrasaction="ignore", restval="")
        writer.writeheader()
        for given, key in rows:
            writer.writerow({**given, TRUTH: key})
            count += 1
    return count
