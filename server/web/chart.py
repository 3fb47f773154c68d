"""The one chart of all screens: figures described once, drawn by ECharts and told as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Figure = int | float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars: a value for every category, None where there is none."""

    name: str
    values: Sequence[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as `ui.chart` draws it; a pyramid has two series, the first to the left.

    ``marks`` are vertical lines of a chart of lines: a category and what stands there.
    """

    title: str
    kind: Literal["bars", "columns", "pyramid", "lines"]
    categories: Sequence[str]
    series: Sequence[Series]
    x: str = ""
    y: str = ""
    marks: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        """Refuse a series that does not fit the categories: a shifted chart is worse than none."""
        for one in self.series:
            if len(one.values) != len(self.categories):
                raise ValueError(f"«{one.name}» has {len(one.values)} values for {len(self.categories)} categories")

    @property
    def told(self) -> dict[str, Any]:
        """What the script in the browser reads."""
        return {
            "kind": self.kind,
            "categories": list(self.categories),
            "series": [{"name": one.name, "values": list(one.values)} for one in self.series],
            "x": self.x,
            "y": self.y,
            "marks": [{"at": at, "name": name} for at, name in self.marks],
        }

    @property
    def rows(self) -> list[tuple[str, list[Figure]]]:
        """The same as rows of a table."""
        return [(name, [one.values[place] for one in self.series]) for place, name in enumerate(self.categories)]
