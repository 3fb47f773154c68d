"""Whether one human being could have had both cases: nobody is in two hospitals in the same hour (clause 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Case:
    """A stay in a clinic as far as it is sure: unknown times are taken so that the stay is shortest."""

    clinic_code: str
    admitted_on: date
    admitted_time: str = ""
    discharged_on: date | None = None
    discharged_time: str = ""

    @property
    def since(self) -> datetime:
        """When the patient was surely there: the hour of admission, else the end of that day."""
        at = _time(self.admitted_time)
        day = datetime.combine(self.admitted_on, at or time())
        return day.replace(minute=0, second=0) if at is not None else day + timedelta(days=1)

    @property
    def until(self) -> datetime:
        """Until when: the discharge, else its morning; of an open stay an hour is sure."""
        at = _time(self.discharged_time)
        if self.discharged_on is None:
            return self.since + HOUR
        end = datetime.combine(self.discharged_on, at or time())
        first_hour = self.since + HOUR if _time(self.admitted_time) is not None else self.since
        return max(end, first_hour)


def impossible_pairs(ours: Iterable[Case], theirs: Iterable[Case]) -> Iterator[tuple[Case, Case]]:
    """Pairs of cases in different clinics that share an hour."""
    others = list(theirs)
    for one in ours:
        for other in others:
            if one.clinic_code != other.clinic_code and one.since < other.until and other.since < one.until:
                yield one, other


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()[:8]) if text else None
    except ValueError:
        return None
