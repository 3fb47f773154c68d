"""What is known of a person looked for, as any channel brings it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any


@dataclass(slots=True)
class SearchRequest:
    """Everything a record may say about a person (registry model, clause 9.1) and the date it asks about.

    ``sole_identifier`` is set by contracts that by their form ask with one identifier: they may search by ЕНП,
    policy or the fund's own number alone, and everything given must agree. With ``newborn`` (NOVOR) everything else is
    of the representative of the child asked about; ``representatives`` are those told beside the data of the person.
    """

    on: date
    until: date | None = None
    surname: str = ""
    first_name: str = ""
    patronymic: str = ""
    birth_date: date | None = None
    sex: int | None = None
    birth_place: str = ""
    snils: str = ""
    enp: str = ""
    document_type: int | None = None
    document_series: str = ""
    document_number: str = ""
    policy_type: str = ""
    policy_series: str = ""
    policy_number: str = ""
    bdz_id: str = ""
    oip: str = ""
    newborn: str = ""
    representatives: Sequence[Any] = ()
    sole_identifier: bool = False


_PERSON_FIELDS = tuple(
    field.name for field in fields(SearchRequest) if field.name not in {"on", "until", "sole_identifier"}
)


def request_of(record: Any, on: date, until: date | None = None, sole: bool = False) -> SearchRequest:
    """The request a record makes; properties its kind does not have, and absent ones, stay empty."""
    told = record.__dict__
    values = {name: told[name] for name in _PERSON_FIELDS if told.get(name) is not None}
    return SearchRequest(on=on, until=until, sole_identifier=sole, **values)
