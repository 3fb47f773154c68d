"""A whole population: streamed, the same for one seed, written as the people CSV with the truth beside it."""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from registry.insured.generator.dice import Dice
from registry.insured.generator.history import Histories
from registry.insured.generator.lines import LineTruth, PersonLine, Told

AS_OF = date(2026, 11, 1)
REPORT_EVERY = 1000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Population:
    """`size` invented people of a fund as the registry knew them on the day `as_of`."""

    size: int
    seed: int
    fund_code: str = "63"
    as_of: date = AS_OF

    def histories(self) -> Iterator[list[Told]]:
        """The lines of each person with the truth about them, one person after another, in constant memory."""
        histories = Histories(self.seed, Dice(self.seed), self.fund_code, self.as_of)
        people = (human for family in histories.families for human in family)
        return map(histories.tell, islice(people, self.size))


def generate_people(n: int, seed: int, fund_code: str = "63") -> Iterator[PersonLine]:
    """The lines of `n` invented people, a person's lines together and oldest first."""
    for told in Population(n, seed, fund_code).histories():
        for line, _ in told:
            yield line


def read_people_csv(path: Path) -> Iterator[PersonLine]:
    """The lines of a file that `write_population` wrote, one at a time."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows, None)
        yield from map(PersonLine._make, rows)


def write_people_csv(path: Path, n: int, seed: int, truth: Path | None = None, progress: Progress | None = None) -> int:
    """Writes `n` people of the default fund; see `write_population`."""
    return write_population(Population(n, seed), path, truth, progress)


def write_population(
    population: Population, path: Path, truth: Path | None = None, progress: Progress | None = None
) -> int:
    """Writes the people CSV and, when asked, who is who in it; returns the number of lines after the header.

    `progress` is told the number of people written so far, every thousand and at the end.
    """
    count = 0
    with ExitStack() as files:
        people = files.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        people.write(_row(PersonLine._fields))
        known = files.enter_context(truth.open("w", encoding="utf-8", newline="\n")) if truth is not None else None
        if known is not None:
            known.write(_row(LineTruth._fields))
        for number, told in enumerate(population.histories(), start=1):
            people.writelines([_row(line) for line, _ in told])
            if known is not None:
                known.writelines([_row(fact) for _, fact in told])
            count += len(told)
            if progress is not None and (number % REPORT_EVERY == 0 or number == population.size):
                progress(number)
    return count


def _row(values: tuple[str, ...]) -> str:
    # Invented values hold neither quotes nor semicolons nor line ends: quoting them would only cost time.
    return ";".join(values) + "\n"
