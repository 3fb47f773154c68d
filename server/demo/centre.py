"""The central segment of the demonstration and of tests: it answers files .uprmes as it is told to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from lxml import etree

from registry.central.batch import ENCODING, check_sum
from registry.central.spellings.segments import CENTRE, ISO, TERRITORY
from registry.central.words import APPLICATION, NAMESPACE, QUESTION_ROOT, ROOT
from registry.exchange.codecs.xml import parse_document, serialize


@dataclass(frozen=True)
class Judgement:
    """What the central segment says of one message: its verdict, errors, and for a question whom it knows."""

    verdict: str
    errors: tuple[tuple[str, str, str], ...] = ()
    known: tuple[dict[str, Any], ...] = field(default=())


Element: TypeAlias = etree._Element  # noqa: SLF001 - the name lxml itself gives its elements
Judge = Callable[[Element], Judgement | None]


def messages_of(body: bytes) -> list[etree._Element]:
    """The messages of a file."""
    return [child for child in parse_document(body) if local(child) not in {"BHS", "BTS"}]


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: etree._Element, path: str) -> str:
    """The text at a path of local names, empty when there is none."""
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return str(element.findtext(steps) or "")


def answers(body: bytes, judge: Judge, now: datetime) -> bytes:
    """The file that answers a file: one answer for every message the judge says something of."""
    request = parse_document(body)
    told = []
    for message in messages_of(body):
        judgement = judge(message)
        if judgement is not None:
            told.append(_answer(message, judgement, now))
    return _batch(told, text_of(request, "BHS/BHS.11"), now)


def whole(body: bytes, judgement: Judgement, now: datetime) -> bytes:
    """The file that answers a batch as a whole."""
    guid = text_of(parse_document(body), "BHS/BHS.11")
    return _batch([_told("ACK", guid, judgement, now)], guid, now)


def _answer(message: etree._Element, judgement: Judgement, now: datetime) -> etree._Element:
    final = judgement.verdict.startswith("A")
    root = "RSP_ZK1" if local(message) == QUESTION_ROOT and final else "ACK"
    return _told(root, text_of(message, "MSH/MSH.10"), judgement, now)


def _told(root: str, refers_to: str, judgement: Judgement, now: datetime) -> etree._Element:
    element = etree.Element(_named(root))
    kind = ("RSP", "ZK1", "RSP_ZK1") if root == "RSP_ZK1" else ("ACK", "", "ACK")
    _fill(element, {"MSH": dict(_header(kind, now))})
    _fill(element, {"MSA": {"MSA.1": judgement.verdict, "MSA.2": refers_to}})
    for code, severity, text in judgement.errors:
        _fill(element, {"ERR": {"ERR.3": {"CWE.1": code, "CWE.2": text}, "ERR.4": severity}})
    for one in judgement.known:
        child = etree.SubElement(element, _named("RSP_ZK1.QUERY_RESPONSE"))
        for segment in ("PID", "IN1", "QRI"):
            for each in one.get(segment, ()):
                _fill(child, {segment: each})
    return element


def _header(kind: tuple[str, str, str], now: datetime) -> Iterator[tuple[str, Any]]:
    party = {"HD.1": CENTRE, "HD.2": TERRITORY, "HD.3": ISO}
    yield from (("MSH.1", "|"), ("MSH.2", "^~\\&"), ("MSH.3", {"HD.1": APPLICATION}), ("MSH.4", party))
    yield from (("MSH.5", {"HD.1": "СРЗ"}), ("MSH.6", party), ("MSH.7", now.replace(microsecond=0).isoformat()))
    yield "MSH.9", {name: text for name, text in zip(("MSG.1", "MSG.2", "MSG.3"), kind, strict=True) if text}
    yield from (("MSH.10", str(uuid.uuid4())), ("MSH.11", {"PT.1": "P"}), ("MSH.12", {"VID.1": "2.6"}))


def answers_of(told: Sequence[Element], answered: str, now: datetime) -> bytes:
    """The file of these answers, whatever they say, to the batch with this number."""
    return _batch(list(told), answered, now)


def _batch(told: list[etree._Element], answered: str, now: datetime) -> bytes:
    root = etree.Element(_named(ROOT))
    party = {"HD.1": CENTRE, "HD.2": TERRITORY, "HD.3": ISO}
    head = {
        "BHS.1": "|",
        "BHS.2": "^~\\&",
        "BHS.3": {"HD.1": APPLICATION},
        "BHS.4": party,
        "BHS.5": {"HD.1": "СРЗ"},
        "BHS.6": party,
        "BHS.7": now.replace(microsecond=0).isoformat(),
        "BHS.9": "P",
        "BHS.11": str(uuid.uuid4()),
        "BHS.12": answered,
    }
    _fill(root, {"BHS": head})
    root.extend(told)
    _fill(root, {"BTS": {"BTS.1": str(len(told)), "BTS.3": check_sum(told)}})
    return serialize(root, ENCODING)


def _fill(parent: etree._Element, told: dict[str, Any]) -> None:
    for name, value in told.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            child = etree.SubElement(parent, _named(name))
            if isinstance(one, dict):
                _fill(child, one)
            else:
                child.text = str(one)


def _named(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
