"""Files of changes from insurers (OPLIST) and what answers them: REPLIST, or FLK_P for a file that did not pass.

Files of one insurer and point of issue are processed by their numbers: after a gap the later file waits for the one
that is missing, and goes on with a warning when it does not come in time (files.md 6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO

from lxml import etree
from sqlalchemy.orm import Session, object_session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, PacketStatus, RecordStatus
from registry.core.spellings import Reading, Spelling, local_name
from registry.exchange.codecs.flk_protocol import comment, flk_protocol
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.codecs.xml import iterate_elements, serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope
from registry.exchange.dialects.files_codes import FLK_CODES, NOT_PROCESSED
from registry.exchange.dialects.reading import items_of
from registry.exchange.queries.files import numbered_files
from registry.exchange.stages.link import wake_held
from registry.exchange.tables import Packet

KIND, ROOT, RECORD = "insured_change", "OPLIST", "OP"
HEADER = ("FILENAME", "SMOCOD", "PRZCOD", "NRECORDS")
ENCODING, XML_TYPE, VERSION = "windows-1251", "text/xml; charset=windows-1251", "2.0"
NAME = re.compile(
    r"I(?P<smo>\d{5})_(?P<prz>[0-9A-Z]{1,10})_(?P<mm>\d\d)(?P<yy>\d\d)(?P<n>\d+)", re.IGNORECASE | re.ASCII
)
ELEMENT = re.compile(r"[A-Z_]+", re.ASCII)
LONGEST_COMMENT = 1_000
UNFINISHED = frozenset((PacketStatus.RECEIVED, PacketStatus.IN_WORK, PacketStatus.HELD, PacketStatus.PARKED))
Place = tuple[int, int, int]


def items(envelope: Envelope, session: Session, packet: Packet, stream: BinaryIO, part: tuple[int, int]) -> list[Item]:
    """Read every statement; a file whose header does not agree with its name or its content is refused."""
    assert envelope.context is not None  # noqa: S101 - set by reopen
    spelling = envelope.context.catalog.spelling("files", ROOT)
    assert spelling is not None  # noqa: S101 - the catalogue has it
    envelope.spelling = spelling
    most = int(envelope.context.options(session)["insured_change_rows"])
    warnings: list[FileWarning] = []
    header: dict[str, str] = {}
    readings = list(_readings(stream, spelling, header, warnings, most))
    _check_header(header, str(envelope.properties["member"]), len(readings))
    for reading in readings:
        reading.values["insurer"] = header["SMOCOD"]
        reading.values.setdefault("point", header.get("PRZCOD"))
    found = items_of(readings)
    envelope.findings.extend(finding(one.code, one.text) for one in warnings)
    _wait_for_turn(session, envelope, packet, found)
    return found


def _readings(
    stream: BinaryIO, spelling: Spelling, header: dict[str, str], warnings: list[FileWarning], most: int
) -> Iterator[Reading]:
    count = 0
    for element in iterate_elements(stream, [f"{{*}}{one}" for one in (*HEADER, RECORD)], warnings=warnings):
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        if local_name(parent) != ROOT:
            raise Permanent(F.FILE_CONTENT_MISMATCH, "Содержимое не соответствует имени", expected=ROOT)
        name = local_name(element)
        if name != RECORD:
            header[name] = (element.text or "").strip()
            continue
        count += 1
        if count > most:
            raise Permanent(F.TOO_MANY_ROWS, "Слишком много записей в файле", expected=f"до {most}")
        yield from spelling.read(element)


def _check_header(header: Mapping[str, str], member: str, count: int) -> None:
    """The header names the file and its sender as the file's name does, and counts the records (clause 10)."""
    stem = member.rpartition(".")[0]
    told = NAME.fullmatch(stem)
    if told is None or not header.get("SMOCOD"):
        raise Permanent(F.STRUCTURE_WRONG, "Нет заголовка файла изменений", place=ROOT, expected="SMOCOD, PRZCOD")
    named = header.get("FILENAME", "").rpartition(".")[0] or header.get("FILENAME", "")
    for place, value, expected in (
        ("SMOCOD", header["SMOCOD"], told["smo"]),
        ("PRZCOD", header.get("PRZCOD") or told["prz"], told["prz"]),
        ("FILENAME", named or stem, stem),
    ):
        if value.upper() != expected.upper():
            raise Permanent(
                F.FILE_CONTENT_MISMATCH, f"{place} не соответствует имени файла", place=place, value=value[:100]
            )
    if not count:
        raise Permanent(F.FILE_EMPTY, "Файл не содержит записей", place=RECORD)
    number = header.get("NRECORDS", "")
    if number and number != str(count):
        raise Permanent(
            F.RECORD_COUNT_DIFFERS,
            "Число записей не равно NRECORDS",
            place="NRECORDS",
            value=number,
            expected=str(count),
        )


def _wait_for_turn(session: Session, envelope: Envelope, packet: Packet, found: list[Item]) -> None:
    """Hold the statements while an earlier file of the same insurer and point is missing or unfinished."""
    own = NAME.fullmatch(packet.sender_packet_id)
    if own is None:
        return
    beginning = f"I{own['smo']}_{own['prz']}_".upper()
    others = numbered_files(session, packet.organisation_id, KIND, beginning)
    others.pop(packet.sender_packet_id, None)
    missing, late = turn_of(
        place_of(own), {place: status for stem, status in others.items() if (place := _place(stem))}
    )
    if late:
        envelope.findings.append(finding(F.FILE_OUT_OF_ORDER, "файл с большим номером уже обработан"))
    if missing is None:
        return
    stem = f"{beginning}{missing[1]:02d}{missing[0]:02d}{missing[2]}"
    deadline = packet.properties.get("hold_until")
    now = envelope.context.clock.now().isoformat() if envelope.context else ""
    if deadline and now >= str(deadline):
        envelope.findings.append(finding(F.FILE_OUT_OF_ORDER, f"не дождались файла {stem}"))
        return
    for item in found:
        item.held_for = f"file:{stem}"


def turn_of(own: Place, others: Mapping[Place, str]) -> tuple[Place | None, bool]:
    """Which file this one waits for, if any, and whether a later one was processed before it.

    Whose files were never seen begins anywhere; numbers begin anew each month.
    """
    done = {
        place for place, status in others.items() if PacketStatus(status) not in UNFINISHED | {PacketStatus.REFUSED}
    }
    late = any(place > own for place in done)
    unfinished = [place for place, status in others.items() if place < own and PacketStatus(status) in UNFINISHED]
    if unfinished:
        return max(unfinished), late
    year, month, number = own
    before = (year, month, number - 1)
    if not others or number <= 1 or late or before in done:
        return None, late
    return before, late


def place_of(name: re.Match[str]) -> Place:
    """Year, month and number of a file's name, which order files."""
    return int(name["yy"]), int(name["mm"]), int(name["n"])


def _place(stem: str) -> Place | None:
    found = NAME.fullmatch(stem)
    return place_of(found) if found else None


def answer(dialect: Dialect, batch: Batch) -> Answer:
    """Write REPLIST: a REP for every OP, and let the file that waited for this one go on."""
    assert batch.envelope.context is not None  # noqa: S101 - set by reopen
    spelling = batch.envelope.context.catalog.spelling("files", "REPLIST")
    assert spelling is not None  # noqa: S101 - the catalogue has it
    told = [_told(item) for item in batch.items]
    root = _root("REPLIST", batch.packet, str(batch.packet.properties["answer_name"]))
    etree.SubElement(root, "NRECORDS").text = str(len(told))
    etree.SubElement(root, "NERR").text = str(sum(1 for one in told if one["verdict"] != "AA"))
    for one in told:  # each by itself: records that share a number are answered each
        root.extend(spelling.write([spelling.kind.record(**_present(one))]))
    session = object_session(batch.packet)
    if session is not None:
        wake_held(session, batch, {f"file:{batch.packet.sender_packet_id}"})
    name = str(batch.packet.properties["answer_name"])
    return Answer("OK", body=serialize(root, ENCODING), file_name=name, media_type=XML_TYPE)


def answer_refused(packet: Packet, refusal: Permanent, stream: BinaryIO, context: HubContext) -> Answer:
    """Write FLK_P: the file did not pass as a whole."""
    name = f"f{str(packet.properties['answer_name'])[1:]}"
    steps = [ROOT, *filter(ELEMENT.fullmatch, refusal.place.split("/"))]
    header = {"VERS": VERSION, "FNAME": name, "FNAME_I": str(packet.properties["member"])}
    wrong = {
        "OSHIB": str(FLK_CODES.get(F(refusal.code), NOT_PROCESSED)),
        "IM_POL": steps[-1],
        "BAS_EL": steps[-2] if len(steps) > 1 else ROOT,
        "N_REC": None,
        "COMMENT": comment(refusal.text, refusal.expected),
    }
    return Answer(refusal.code, body=flk_protocol(header, [wrong]), file_name=name, media_type=XML_TYPE)


def _root(name: str, packet: Packet, file_name: str) -> etree._Element:
    own = NAME.fullmatch(packet.sender_packet_id)
    root = etree.Element(name)
    smo, point = (own["smo"], own["prz"]) if own else ("", "")
    for tag, text in (("VERS", VERSION), ("FILENAME", file_name), ("SMOCOD", smo), ("PRZCOD", point)):
        etree.SubElement(root, tag).text = text
    return root


def _told(item: Item) -> dict[str, Any]:
    """What REP says of a statement: its outcome, why, and what the registry now holds."""
    verdict = {RecordStatus.REJECTED: "AR", RecordStatus.ACCEPTED_WITH_WARNINGS: "AE"}.get(item.status, "AA")
    held: Mapping[str, Any] = item.answer.get("insurance") or {} if verdict != "AR" else {}
    words = [_words(one) for one in item.findings]
    return {
        "number": item.record.number or str(item.position),
        "history_id": item.answer.get("history_id"),
        "verdict": verdict,
        "comment": "; ".join(dict.fromkeys(words))[:LONGEST_COMMENT],
        "insurance_okato": held.get("okato"),
        "enp": held.get("enp"),
        "insurer_ogrn": held.get("insurer_ogrn"),
        "policy_type": held.get("policy_type"),
        "policy_number": held.get("policy_number"),
        "policy_series": held.get("policy_series"),
        "policy_from": _day(held.get("policy_from")),
        "policy_to": _day(held.get("policy_to")),
        "erp": held.get("erp"),
        "point": held.get("point"),
    }


def _words(one: Finding) -> str:
    """A finding as an insurer reads it: the element it is about, then the text."""
    if one.code is F.CHANGE_IN_BUFFER:
        return f"передано на согласование: {one.text}"
    element = one.place.rpartition("/")[2]
    return f"{element}: {one.text}" if element else one.text


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
