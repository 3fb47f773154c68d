"""Checks of a package of orders as a whole: its errors stand in the protocol under number -1 (contract, 2.3, 6.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from registry.core.checks.alphabet import is_digits
from registry.core.checks.dates import parse_date
from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.exchange.dialects.dcx.shapes import PacketOperation
from registry.exchange.dialects.reading import child_text, find
from registry.exchange.stages.admit import hash_of

WHOLE_PACKAGE = "-1"
QUIET = "dcx_quiet_hours"


class PackageRefused(Permanent):
    """A package whose own errors are told before its sender is let in."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0].code, findings[0].text, place=findings[0].place)
        self.findings = tuple(findings)


def package_findings(
    package: etree._Element, operation: PacketOperation, records: Sequence[etree._Element]
) -> list[Finding]:
    """Return what is wrong with a package as a whole; any of it rejects all its records."""
    if not (operation.numbered or operation.package_first):
        return []
    return [*_header(package), *_numbers(operation, records)]


def _header(package: etree._Element) -> Iterator[Finding]:
    header = find(package, "p10_packinf")
    if header is not None and parse_date(child_text(header, "p10_pakagedate")[:10]) is None:
        yield finding(F.PACKET_DATE_ABSENT)


def _numbers(operation: PacketOperation, records: Sequence[etree._Element]) -> Iterator[Finding]:
    if not records:
        yield finding(F.PACKET_EMPTY)
    if not operation.numbered:
        return
    numbers = [child_text(record, operation.numbered) for record in records]
    wrong = [number for number in numbers if not is_digits(number) or int(number) <= 0]
    repeated = [number for number, count in Counter(numbers).items() if count > 1 and number not in wrong]
    if repeated:
        yield finding(F.NUMBER_REPEATED, ", ".join(repeated[:20]), value=repeated[0])
    if wrong:
        yield finding(F.NUMBER_WRONG, value=wrong[0])


def content_hash(package: etree._Element, header: etree._Element) -> str:
    """The hash by which a package sent again is known; the moment in its header is of the sending, not of the content.

    A program that forms the header anew for each try is answered with what it was answered first (contract, clause 8).
    """
    moment = find(header, "p10_pakagedate")
    if moment is None:
        return hash_of(etree.tostring(package, method="c14n"))
    told, moment.text = moment.text, None
    found = hash_of(etree.tostring(package, method="c14n"))
    moment.text = told
    return found


def check_quiet_hours(options: Mapping[str, Any], now: datetime) -> None:
    """Refuse packages between the two hours of the setting (`9-20`); an empty setting takes them at any time."""
    first, _, last = str(options[QUIET]).partition("-")
    if not (is_digits(first.strip()) and is_digits(last.strip())):
        return
    start, end = int(first), int(last)
    within = start <= now.hour < end if start < end else now.hour >= start or now.hour < end
    if within:
        text = f"Пакет отклонён: приём пакетов разрешён с {end}:00 до {start}:00"
        raise Permanent(F.QUIET_HOURS, text, value=f"{now:%H:%M}")
