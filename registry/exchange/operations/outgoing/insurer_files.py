"""Files to insurers about what others did to their people: STOPLIST and CONFLICTLIST at once, RECLIST once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.core.fields import Record
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.tables import InsurerFile, Organisation, OrganisationCode
from registry.insured.queries.insurer_rows import (
    Since,
    changed_by_others,
    disputed,
    ended_by_others,
    waiting_of_others,
)
from registry.store.locks import advisory_lock

ENCODING, VERSION = "windows-1251", "2.0"
FIRST = datetime(1993, 1, 1, tzinfo=UTC)
NO_POINT = "000"
Grouped = dict[str, list[Record]]


@dataclass(frozen=True)
class Sort:
    """One sort of file: its letter, its root, the kind it is journalled as, and whether it goes once a day."""

    letter: str
    root: str
    kind: str
    title: str
    gather: Callable[[Session, Since], Grouped]
    daily: bool = False


def _stops(session: Session, asked: Since) -> Grouped:
    found: Grouped = defaultdict(list)
    for point, notice in ended_by_others(session, asked):
        found[point or NO_POINT].append(notice)
    return found


def _changes(session: Session, asked: Since) -> Grouped:
    return {NO_POINT: [*changed_by_others(session, asked), *waiting_of_others(session, asked)]}


def _disputes(session: Session, asked: Since) -> Grouped:
    return {NO_POINT: list(disputed(session, asked))}


SORTS = (
    Sort("s", "STOPLIST", "insured_stop", "Прекращение страхования", _stops),
    Sort("c", "CONFLICTLIST", "insured_dispute", "Спорные записи", _disputes),
    Sort("k", "RECLIST", "insured_changed_row", "Изменения сведений о застрахованных", _changes, daily=True),
)


def send_insurer_files(session: Session, context: HubContext) -> int:
    """Put what insurers were not told yet on its way to them; returns the number of files.

    Each sort remembers until which moment it has told, so that no act is told twice and none is left out; the last
    minutes are left to packets that are being written.
    """
    advisory_lock(session, "insurer_files")
    return sum(
        _send(session, context, organisation_id, code, sort)
        for organisation_id, code in _insurers(session, context.clock.today())
        for sort in SORTS
    )


def _insurers(session: Session, today: date) -> list[tuple[int, str]]:
    query = (
        select(Organisation.id, OrganisationCode.code)
        .join(OrganisationCode, OrganisationCode.organisation_id == Organisation.id)
        .where(
            Organisation.kind == "insurer",
            OrganisationCode.scheme == "smocod",
            OrganisationCode.valid_from <= today,
            OrganisationCode.valid_to >= today,
        )
        .order_by(OrganisationCode.code)
    )
    return [(row.id, row.code) for row in session.execute(query)]


def _send(session: Session, context: HubContext, organisation_id: int, code: str, sort: Sort) -> int:
    lag = timedelta(minutes=float(context.options(session)["insurer_files_lag"]))
    now, today = context.clock.now() - lag, context.clock.today()
    told = session.scalar(
        select(func.max(InsurerFile.until)).where(InsurerFile.insurer_code == code, InsurerFile.letter == sort.letter)
    )
    if sort.daily and told is not None and told.astimezone(context.timezone).date() >= today:
        return 0
    asked = Since(code, told or FIRST, now, today)
    grouped = {point: records for point, records in sort.gather(session, asked).items() if records}
    month = today.replace(day=1)
    for point, records in grouped.items():
        number = 1 + (
            session.scalar(
                select(func.max(InsurerFile.number)).where(
                    InsurerFile.insurer_code == code,
                    InsurerFile.letter == sort.letter,
                    InsurerFile.point == point,
                    InsurerFile.month == month,
                )
            )
            or 0
        )
        name = f"{sort.letter}{code}_{point}_{month:%m%y}{number}.xml"
        root = etree.Element(sort.root)
        for tag, text in _header(sort, asked, name, point, len(records)):
            etree.SubElement(root, tag).text = text
        root.extend(_written(context, sort, records))
        what = Outgoing(
            receiver=organisation_id,
            kind=sort.kind,
            packet_id=name.rpartition(".")[0],
            body=serialize(root, ENCODING),
            file_name=name,
            title=sort.title,
            records=len(records),
            as_of=today,
        )
        packet_id = send_out(session, what, context)
        session.add(_row(code, sort, point, month, number, now, packet_id))
        session.flush()
    if not grouped and (sort.daily or told is None):
        session.add(_row(code, sort, "", month, 0, now, None))
    return len(grouped)


def _row(  # noqa: PLR0913, PLR0917 - the columns of one row
    code: str, sort: Sort, point: str, month: date, number: int, until: datetime, packet_id: int | None
) -> InsurerFile:
    return InsurerFile(
        insurer_code=code,
        letter=sort.letter,
        point=point,
        month=month,
        number=number,
        until=until,
        packet_id=packet_id,
    )


def _header(sort: Sort, asked: Since, name: str, point: str, count: int) -> Iterator[tuple[str, str]]:
    """RECLIST tells its version and period, the others their point of issue; days are those of the region."""
    own = (("FILENAME", name), ("SMOCOD", asked.insurer))
    if sort.daily:
        after = asked.after.astimezone(asked.until.tzinfo)
        yield from (("VERS", VERSION), *own)
        yield from (("START_DATE", after.date().isoformat()), ("END_DATE", asked.until.date().isoformat()))
    else:
        yield from (*own, ("PRZCOD", point))
    yield "NRECORDS", str(count)


def _written(context: HubContext, sort: Sort, records: Sequence[Record]) -> Iterator[etree._Element]:
    spelling = context.catalog.spelling("files", sort.root)
    assert spelling is not None  # noqa: S101 - the catalogue has it
    yield from spelling.write(records)
