"""Invented packets of every status, written straight into the tables: screens are tested apart from the pipeline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.findings import FindingCode, Level
from registry.exchange.tables import (
    Content,
    FindingRow,
    Job,
    JournalEntry,
    Organisation,
    OrganisationCode,
    OutboxMessage,
    Packet,
    RecordRow,
)
from registry.insured.tables import Person, PersonVersion

RAW = """<?xml version="1.0" encoding="windows-1251"?>
<ZL_LIST>
  <ZGLV><VERSION>3.1</VERSION><DATA>2026-11-21</DATA></ZGLV>
  <PERS><N_ZAP>1</N_ZAP><FAM>ЛЕДНЁВА</FAM><IM>АННА</IM><DR>1991-02-30</DR><ENP>6312345678901234</ENP></PERS>
</ZL_LIST>
"""
STATUSES = (
    "accepted",
    "accepted_warn",
    "partly_rejected",
    "rejected",
    "held",
    "repeated",
    "refused",
    "parked",
    "in_work",
    "received",
)
EVIDENCE = {
    "outcome": "found_diff",
    "trust": "В",
    "stage": 2,
    "stage_title": "по прежним данным",
    "matched": ["H03 (ФИО, дата рождения, СНИЛС; прежнее значение до 11.06.2021)", "K1 (ЕНП)"],
    "differs": [
        "фамилия: указано «ЛЕДНЁВА», в регистре «САХАРОВА» (с 12.06.2021) — прежнее значение",
        "СНИЛС: указано «112-233-445 95», в регистре «087-654-303 00» — отличается",
    ],
    "unused": ["документ «123» не соответствует маске документа 14"],
    "insured": "действует: СМО 63001, полис Ц, с 01.02.2023",
    "attached": "МО 630001, по личному заявлению, с 14.03.2024",
}


@dataclass(frozen=True)
class Made:
    """One invented packet: whose it is and how it ended."""

    organisation: Organisation
    code: str
    status: str
    at: datetime
    records: int = 12
    file_name: str = ""
    login: str = "clinic630001"


def organisation_of(session: Session, code: str) -> Organisation:
    found = session.scalars(
        select(Organisation)
        .join(OrganisationCode, OrganisationCode.organisation_id == Organisation.id)
        .where(OrganisationCode.code == code, OrganisationCode.scheme.in_(("mcod", "smocod")))
    )
    return found.one()


def add_packet(session: Session, made: Made) -> int:
    """A packet with its journal line, bytes, records, findings and deliveries; its number."""
    rejected = {"rejected": made.records, "partly_rejected": made.records // 4}.get(made.status, 0)
    warned = made.records // 3 if made.status in {"accepted_warn", "partly_rejected"} else 0
    finished = made.status not in {"in_work", "received"}
    known = made.status != "refused"
    line = JournalEntry(
        at=made.at,
        channel="web" if made.file_name.endswith("dbf") else "soap",
        dialect="files" if made.file_name else "dcx",
        operation="" if made.file_name else "SendAttachment",
        kind="attachment" if made.file_name.endswith("xml") or not made.file_name else "identification",
        organisation_id=made.organisation.id,
        sender_code=made.code,
        login=made.login,
        sender_packet_id=f"4F0C9E62-7B1D-4E59-9C3B-{made.at:%y%m%d%H%M%S}",
        file_name=made.file_name,
        status=made.status,
        code="" if known else FindingCode.FILE_NAME_UNKNOWN,
        text="" if known else "Имя файла не подходит ни под одну маску",
        records=made.records if known else 0,
        accepted=(made.records - rejected) if finished and known else 0,
        warned=warned,
        rejected=rejected,
        size=len(RAW),
        duration_ms=1840 if finished else None,
        address="10.0.0.7",
        search_text="ЛЕДНЕВА АННА 6312345678901234 11223344595",
    )
    session.add(line)
    session.flush()
    if known:
        _add_contents(session, made, line, finished)
    return line.id


def _add_contents(session: Session, made: Made, line: JournalEntry, finished: bool) -> None:
    session.add(
        Packet(
            id=line.id,
            dialect=line.dialect,
            channel=line.channel,
            kind=line.kind,
            operation=line.operation,
            organisation_id=made.organisation.id,
            sender_packet_id=line.sender_packet_id,
            file_name=made.file_name,
            body_hash=sha256(RAW.encode()).hexdigest(),
            size=len(RAW),
            as_of=made.at.date(),
            received_at=made.at,
            started_at=made.at + timedelta(seconds=0.4) if made.status != "received" else None,
            finished_at=made.at + timedelta(seconds=1.84) if finished else None,
            status=made.status,
            attempt=1,
            done=made.records if finished else made.records // 2,
            answer_name=f"OTVET_{made.file_name}" if made.file_name else "",
            properties={},
        )
    )
    session.flush()
    session.add(Content(packet_id=line.id, part="raw", piece=0, data=RAW.encode("cp1251")))
    if finished:
        answer = "<?xml version='1.0' encoding='utf-8'?><answer>Принято</answer>".encode()
        session.add(Content(packet_id=line.id, part="answer", piece=0, data=answer))
    _add_records(session, made, line)
    session.add(
        Job(name="packet", packet_id=line.id, status="done", attempts=1, available_at=made.at, created_at=made.at)
    )
    if made.status in {"accepted", "partly_rejected"}:
        session.add(
            OutboxMessage(
                packet_id=line.id,
                queue="tfoms.ch1.in.answer",
                kind="ANSWER",
                message_id=str(uuid5(NAMESPACE_OID, str(line.id))),
                properties={},
                body=b"<a/>",
                status="published",
                attempts=1,
                available_at=made.at,
                created_at=made.at,
                published_at=made.at + timedelta(seconds=2),
            )
        )


def _add_records(session: Session, made: Made, line: JournalEntry) -> None:
    people = list(session.scalars(select(Person).order_by(Person.id).limit(made.records)))
    for position in range(1, (made.records if made.status != "received" else 0) + 1):
        status = "rejected" if position <= line.rejected else "accepted_warn" if position % 3 == 0 else "accepted"
        person = people[(position - 1) % len(people)] if people else None
        session.add(
            RecordRow(
                packet_id=line.id,
                position=position,
                number=str(1000 + position),
                operation="insert",
                status=status,
                person_id=person.id if person and status != "rejected" else None,
                fields=_fields(session, person),
                evidence=EVIDENCE if status != "rejected" else {"outcome": "not_found", "notes": ["искали по H03, K1"]},
            )
        )
        for code, level, field, value, expected in _findings(status):
            session.add(
                FindingRow(
                    packet_id=line.id,
                    position=position,
                    code=code,
                    level=level,
                    field=field,
                    place=f"ZL_LIST/PERS[{position}]/{field.upper()}",
                    value=value,
                    expected=expected,
                    text=f"Значение «{value}» не подходит",
                )
            )


def _fields(session: Session, person: Person | None) -> dict[str, Any]:
    version = person and session.scalar(select(PersonVersion).where(PersonVersion.person_id == person.id))
    if not person or not version:
        return {"surname": "ЛЕДНЁВА", "first_name": "АННА", "birth_date": "1991-02-12"}
    return {
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic,
        "birth_date": version.birth_date.isoformat(),
        "enp": person.enp,
        "sex": version.sex,
        "attached_on": date(2026, 11, 2).isoformat(),
        "method": "application",
    }


def _findings(status: str) -> list[tuple[FindingCode, Level, str, str, str]]:
    if status == "rejected":
        return [
            (FindingCode.PERSON_NOT_FOUND, Level.ERROR, "surname", "ЛЕДНЁВА", ""),
            (FindingCode.BIRTH_DATE_WRONG, Level.ERROR, "birth_date", "1991-02-30", "существующая дата"),
        ]
    if status == "accepted_warn":
        return [(FindingCode.FOUND_WITH_DIFFERENCES, Level.WARNING, "surname", "ЛЕДНЁВА", "САХАРОВА")]
    return []
