"""One line of the quoted semicolon form, cut into values with everything that departs from the form noted."""

from __future__ import annotations

#: Characters that cannot stand in a value.
CONTROLS = frozenset(chr(code) for code in (*range(32), 127) if code != 9)

_STRAY_QUOTE = "кавычка внутри значения не удвоена"
_UNCLOSED = "кавычка не закрыта"
_CONTROL = "управляющий символ в значении"
_UNQUOTED = "значение без кавычек"
_SPACES = "пробелы вокруг значения"
_EMPTY_QUOTES = "пустые кавычки вместо отсутствующего значения"


class LineParser:
    """Cuts one line into values; departures from the form are kept with the number of their column."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.values: list[str | None] = []
        self.problems: list[tuple[int, str]] = []
        self.tolerated: list[tuple[int, str]] = []

    def parse(self) -> None:
        """All values of the line; the quick way serves a line that holds the form exactly."""
        if self._parse_exact():
            return
        self.values.clear()
        position = 0
        while position <= len(self.line):
            position = self._value(position)
        if not CONTROLS.isdisjoint(self.line):
            self._control_problems()

    def _parse_exact(self) -> bool:
        if not CONTROLS.isdisjoint(self.line):
            return False
        for part in self.line.split(";"):
            if not part:
                self.values.append(None)
                continue
            inner = part[1:-1]
            if len(part) < 3 or part[0] != '"' or part[-1] != '"' or '"' in inner or inner != inner.strip(" "):
                return False
            self.values.append(inner)
        return True

    def _value(self, position: int) -> int:
        """Reads one value from ``position``; the position after its semicolon."""
        start = position
        while self.line.startswith(" ", position):
            position += 1
        if self.line.startswith('"', position):
            if position > start:
                self._tolerate(_SPACES)
            return self._quoted(position + 1)
        end = self._value_end(start)
        self._unquoted(self.line[start:end])
        return end + 1

    def _value_end(self, position: int) -> int:
        end = self.line.find(";", position)
        return len(self.line) if end < 0 else end

    def _unquoted(self, text: str) -> None:
        value = text.strip(" ")
        if value != text:
            self._tolerate(_SPACES)
        if '"' in value:
            self._problem(_STRAY_QUOTE)
        elif value:
            self._tolerate(_UNQUOTED)
        self.values.append(value or None)

    def _quoted(self, position: int) -> int:
        """Reads a value whose opening quote stands before ``position``."""
        parts = []
        while (close := self.line.find('"', position)) >= 0:
            parts.append(self.line[position:close])
            if not self.line.startswith('"', close + 1):
                break
            parts.append('"')
            position = close + 2
        if close < 0:
            self._problem(_UNCLOSED)
            self.values.append("".join(parts) + self.line[position:])
            return len(self.line) + 1
        end = self._value_end(close + 1)
        tail = self.line[close + 1 : end]
        if tail.strip(" "):
            self._problem(_STRAY_QUOTE)
        elif tail:
            self._tolerate(_SPACES)
        self._close("".join(parts))
        return end + 1

    def _close(self, text: str) -> None:
        value = text.strip(" ")
        if value != text:
            self._tolerate(_SPACES)
        elif not value:
            self._tolerate(_EMPTY_QUOTES)
        self.values.append(value or None)

    def _control_problems(self) -> None:
        for column, value in enumerate(self.values, 1):
            if value and not CONTROLS.isdisjoint(value):
                self.problems.append((column, _CONTROL))
        if not self.problems:
            self.problems.append((0, _CONTROL))

    def _problem(self, text: str) -> None:
        self.problems.append((len(self.values) + 1, text))

    def _tolerate(self, text: str) -> None:
        self.tolerated.append((len(self.values) + 1, text))
