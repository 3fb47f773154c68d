"""Scenarios: which call gets which answer. Every mistake of a file is told in a line of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.catalogue import Catalog

CHANNELS = ("soap", "amqp", "file", "web", "rest")
SAID = ("code", "finding", "fault", "body")
STEP_FIELDS = ("match", "answer", "delay_ms", "times", "drop", "duplicate")
MATCH_FIELDS = ("channel", "kind", "operation", "where")
LONGEST_DELAY_MS = 600_000
MOST_DUPLICATES = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario: the calls it is for, what they are answered, and what happens to the answer."""

    number: int
    channel: str = ""
    kind: str = ""
    operation: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    finding: str = ""
    fault: str = ""
    body: str = ""
    delay_ms: int = 0
    times: int = 0
    drop: bool = False
    duplicate: int = 0


class ScenarioWrong(Permanent):
    """A scenario that cannot be used; the text has a line for every mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("SCENARIO_WRONG", "Сценарий не принят:\n" + "\n".join(f"  {one}" for one in problems))
        self.problems = tuple(problems)


def read_scenario(source: Path | str, catalog: Catalog) -> list[Step]:
    """The steps of a file or a text."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        place = f"строка {mark.line + 1}, столбец {mark.column + 1}" if mark else "файл"
        raise ScenarioWrong([f"{place}: не является правильным YAML"]) from None
    return steps_of(given, catalog)


def steps_of(given: Any, catalog: Catalog) -> list[Step]:
    """The steps of parsed YAML, checked against what this hub knows."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise ScenarioWrong(["сценарий: нужен список шагов"])
    reader = _Reader(catalog)
    steps = [reader.step(number, one) for number, one in enumerate(given, 1)]
    if reader.problems:
        raise ScenarioWrong(reader.problems)
    return steps


class _Reader:
    def __init__(self, catalog: Catalog) -> None:
        self.problems: list[str] = []
        self._catalog = catalog
        self._fields = {name for kind in catalog.kinds.values() for name in kind.record.fields}
        dialects = catalog.dialects.values()
        self._operations = {name for _, name in catalog.spellings}.union(*(one.operations for one in dialects))
        self._numbers = {str(code) for one in dialects for code in one.codes.values() if code is not None}
        self._of_packets = {str(code) for one in dialects for code in one.refusals} - self._numbers

    def step(self, number: int, given: Any) -> Step:
        place = f"шаг {number}"
        if not self._object(given, STEP_FIELDS, place):
            return Step(number)
        match, answer = given.get("match") or {}, given.get("answer") or {}
        told: dict[str, Any] = {"number": number}
        if self._object(match, MATCH_FIELDS, f"{place}, match"):
            told |= self._match(match, f"{place}, match")
        if self._object(answer, SAID, f"{place}, answer"):
            told |= self._answer(answer, f"{place}, answer")
        if told.get("code") in self._of_packets and (told.get("kind") or told.get("where")):
            self._wrong(f"{place}, match", "kind, where", "только channel и operation: код ответа всему пакету")
        for name, most in (("delay_ms", LONGEST_DELAY_MS), ("times", 1_000_000), ("duplicate", MOST_DUPLICATES)):
            told[name] = self._whole(given.get(name, 0), most, f"{place}, {name}")
        told["drop"] = given.get("drop", False)
        if not isinstance(told["drop"], bool):
            self._wrong(f"{place}, drop", told["drop"], "true или false")
            told["drop"] = False
        if not (answer or told["delay_ms"] or told["drop"] or told["duplicate"]):
            self.problems.append(f"{place}: ничего не делает — нужно answer, delay_ms, drop или duplicate")
        if told["duplicate"] and told.get("channel", "amqp") not in ("", "amqp"):
            self._wrong(
                f"{place}, duplicate", told["duplicate"], "повторять можно только ответы очереди (channel: amqp)"
            )
        return Step(**told)

    def _match(self, match: Mapping[str, Any], place: str) -> dict[str, Any]:
        told = {name: str(match.get(name) or "") for name in ("channel", "kind", "operation")}
        for name, known in (
            ("channel", CHANNELS),
            ("kind", tuple(self._catalog.kinds)),
            ("operation", tuple(sorted(self._operations))),
        ):
            if told[name] and told[name] not in known:
                self._wrong(f"{place}.{name}", told[name], "одно из: " + ", ".join(known))
        where = match.get("where") or {}
        if not isinstance(where, dict):
            self._wrong(f"{place}.where", where, "поля с их значениями")
            where = {}
        for name in where:
            if str(name) not in self._fields:
                self._wrong(f"{place}.where", name, "поле вида сведений, см. /formats")
        return told | {"where": {str(name): _text(value) for name, value in where.items()}}

    def _answer(self, answer: Mapping[str, Any], place: str) -> dict[str, Any]:
        told = {name: str(answer[name]) for name in SAID if answer.get(name) is not None}
        if len(told) > 1:
            self.problems.append(f"{place}: нужно одно из {', '.join(SAID)}, дано {', '.join(told)}")
        if "finding" in told and told["finding"] not in FindingCode.__members__:
            self._wrong(f"{place}.finding", told["finding"], "код замечания, см. /formats/findings")
        if "code" in told and told["code"] not in self._numbers | self._of_packets:
            self._wrong(f"{place}.code", told["code"], "код, который есть хотя бы в одном контракте")
        return told

    def _object(self, given: Any, known: tuple[str, ...], place: str) -> bool:
        if not isinstance(given, dict):
            self._wrong(place, given, f"поля {', '.join(known)}")
            return False
        for name in given:
            if name not in known:
                self._wrong(place, name, f"поля {', '.join(known)}")
        return True

    def _whole(self, value: Any, most: int, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self._wrong(place, value, f"целое число от 0 до {most}")
            return 0
        return value

    def _wrong(self, place: str, value: Any, expected: str) -> None:
        self.problems.append(f"{place}: дано «{str(value)[:60]}», нужно {expected}")


def _text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value).strip().casefold()
