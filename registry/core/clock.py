"""The only source of the present moment: code that needs it is given a clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the moment and the day in the time zone of the fund."""

    def now(self) -> datetime:
        """The present moment, always with a time zone."""

    def today(self) -> date:
        """The present calendar date in that time zone."""


class SystemClock:
    """The clock of the machine, read in the time zone of the fund."""

    def __init__(self, tz: tzinfo | str) -> None:
        self._tz = ZoneInfo(tz) if isinstance(tz, str) else tz

    def now(self) -> datetime:
        """The present moment in the zone of the fund."""
        return datetime.now(self._tz)

    def today(self) -> date:
        """The present date in the zone of the fund, whatever the zone of the machine."""
        return self.now().date()


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    moment: datetime

    def __post_init__(self) -> None:
        """A moment without a zone would mean a different day on every machine, so it is refused."""
        if self.moment.tzinfo is None:
            raise ValueError("A fixed clock needs a moment with a time zone.")

    def now(self) -> datetime:
        """The moment the clock was set to."""
        return self.moment

    def today(self) -> date:
        """The date of that moment in its own zone."""
        return self.moment.date()

    def move(self, step: timedelta) -> None:
        """Moves the clock by a step, back for a negative one."""
        self.moment += step
