"""The changes of a day to everybody they concern: a file into the tray, or messages to an installation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.core.kinds import MessageKind
from registry.core.layouts import Layout
from registry.exchange.codecs.delimited import write_rows
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.layouts import read_layout
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out, sent_packet
from registry.exchange.queries.upkeep.channels import accepting_channel
from registry.exchange.queries.visibility import visibility_of
from registry.exchange.tables import Organisation
from registry.insured.kinds.news import DAILY_NEWS, DOUBLES_NEWS, PERSON_NEWS, POLICY_NEWS, PersonNews
from registry.insured.news.queries.told import Touched, as_left, present_codes, told_in_portions, touched_people
from registry.insured.news.tables import News, NewsDay, NewsRun
from registry.insured.news.watched import DOUBLES, PERSCHANGE, POLIS

LAYOUT = "daily_news"
FETCHED, SEARCHED = 2_000, 100
KINDS: dict[str, MessageKind] = {POLIS: POLICY_NEWS, PERSCHANGE: PERSON_NEWS, DOUBLES: DOUBLES_NEWS}
OF_PERSON_BLOCK = ("surname", "first_name", "patronymic", "birth_date", "sex", "snils", "residence", "registration")


@dataclass(frozen=True, slots=True)
class Receiver:
    """An organisation with the codes of its people."""

    id: int
    code: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DayNews:
    """What is told of a day: what changed by person, people by the code of whose they are, and of whose they were.

    Numbers and words only: the records of people are read for each receiver, a portion at a time.
    """

    day: date
    touched: dict[int, Touched]
    own: dict[str, set[int]]
    left: dict[str, set[int]]


def days_to_tell(session: Session, today: date, zone: ZoneInfo, most: int) -> list[date]:
    """The days that ended and were not told yet, the oldest first; at most ``most`` days back."""
    first_look = session.scalar(select(func.min(NewsRun.made_at)))
    if first_look is None:
        return []
    since = max(first_look.astimezone(zone).date(), today - timedelta(days=most))
    told = set(session.scalars(select(NewsDay.day).where(NewsDay.day >= since)))
    days = [since + timedelta(days=number) for number in range((today - since).days)]
    return [day for day in days if day not in told]


def news_of_day(session: Session, day: date, zone: ZoneInfo) -> DayNews:
    """Everything that became known on a day of the fund."""
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    query = select(News).where(News.seen_at >= start, News.seen_at < end).order_by(News.id)
    concerned: dict[str, set[int]] = defaultdict(set)
    touched = touched_people(_noting(session.scalars(query.execution_options(yield_per=FETCHED)), concerned))
    own = present_codes(session, sorted(touched))
    left = {code: people - own.get(code, set()) for code, people in concerned.items()}
    return DayNews(day, touched, own, left)


def _noting(news: Iterable[News], concerned: dict[str, set[int]]) -> Iterator[News]:
    """Hand the changes on and note whose people they were about."""
    for one in news:
        for code in filter(None, (one.insurer_code, one.clinic_code)):
            concerned[code].add(one.person_id)
        yield one


def receivers(session: Session) -> list[Receiver]:
    """Clinics and insurers that take part, each with the codes of its departments."""
    chosen = select(Organisation).where(
        Organisation.active, Organisation.parent_id.is_(None), Organisation.kind.in_(("clinic", "insurer"))
    )
    found = []
    for one in session.scalars(chosen.order_by(Organisation.id)):
        codes = visibility_of(session, one.id, one.kind, "clerk").codes
        if codes:
            found.append(Receiver(one.id, min(codes), codes))
    return found


def tell_day(session: Session, receiver: Receiver, news: DayNews, context: HubContext) -> int:
    """Send a receiver the changes of a day and return how many packets went; a second time nothing goes.

    An installation that takes the messages gets one each, anybody else one file of all.
    """
    sent = 0

    def in_file() -> Iterator[PersonNews]:
        nonlocal sent
        for one in _of_receiver(session, receiver, news):
            body = _message(session, receiver, one, context)
            if body is None:
                yield one
            else:
                sent += _send_message(session, receiver, news.day, one, body, context)

    filed = _send_file(session, receiver, news.day, in_file(), context)
    return sent + filed


def close_day(session: Session, day: date, packets: int, records: int, now: datetime) -> None:
    """Remember that everybody was told of a day."""
    session.merge(NewsDay(day=day, made_at=now, packets=packets, records=records))


def _of_receiver(session: Session, receiver: Receiver, news: DayNews) -> Iterator[PersonNews]:
    own = {person_id for code in receiver.codes for person_id in news.own.get(code, ())}
    left = {person_id for code in receiver.codes for person_id in news.left.get(code, ())} - own
    for _, records in told_in_portions(session, news.touched, sorted(own)):
        yield from records
    for _, records in told_in_portions(session, news.touched, sorted(left)):
        yield from (as_left(one) for one in records if one.message != PERSCHANGE)


def _send_file(session: Session, receiver: Receiver, day: date, told: Iterable[PersonNews], context: HubContext) -> int:
    """Write the file row by row beside memory and send it; without a row, or a second time, nothing goes."""
    packet_id = f"daily:{receiver.code}:{day.isoformat()}"
    if sent_packet(session, receiver.id, packet_id) is not None:
        told = filter(lambda _one: False, told)  # messages that did not go yet still go
    layout = read_layout(session, context.catalog, DAILY_NEWS, LAYOUT, context.clock.today())
    searched: dict[str, None] = {}
    with TemporaryDirectory(prefix="hub-news-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("wb") as stream:
            count = write_rows(stream, _rows(told, layout, searched, context))
        if not count:
            return 0
        what = Outgoing(
            receiver=receiver.id,
            kind=DAILY_NEWS.name,
            title=DAILY_NEWS.title,
            packet_id=packet_id,
            body=path,
            file_name=f"D2{receiver.code}{day:%Y%m%d}.csv",
            records=count,
            as_of=day,
            searched=" ".join(searched),
        )
        send_out(session, what, context)
    return 1


def _rows(
    told: Iterable[PersonNews], layout: Layout, searched: dict[str, None], context: HubContext
) -> Iterator[list[str | None]]:
    """The rows of a file; the first numbers are kept for those who will look for it."""
    for number, one in enumerate(told, 1):
        if one.enp and len(searched) < SEARCHED:
            searched.setdefault(one.enp)
        yield layout.write_values(_localised(one, number, context))


def _message(session: Session, receiver: Receiver, one: PersonNews, context: HubContext) -> bytes | None:
    """The message for the receiver's installation; ``None`` where none takes it or it would not fit its schema."""
    channel = accepting_channel(session, receiver.id, one.message or "", context.options(session))
    return message_body(one, channel.dialect, context) if channel is not None else None


def _send_message(
    session: Session, receiver: Receiver, day: date, one: PersonNews, body: bytes, context: HubContext
) -> int:
    message = one.message or ""
    packet_id = f"daily:{receiver.code}:{day.isoformat()}:{message}:{one.joined_bdz_id or one.bdz_id}"
    if sent_packet(session, receiver.id, packet_id) is not None:
        return 0
    kind = KINDS[message]
    what = Outgoing(
        receiver=receiver.id,
        kind=kind.name,
        title=kind.title,
        packet_id=packet_id,
        body=body,
        file_name="",
        message_type=message,
        records=1,
        as_of=day,
        searched=one.enp or "",
    )
    send_out(session, what, context)
    return 1


def message_body(one: PersonNews, dialect: str, context: HubContext) -> bytes | None:
    """The message in the words of a dialect; ``None`` when it lacks what the schema of the МИС demands."""
    message = one.message or ""
    spelling = context.catalog.spelling(dialect, message) or context.catalog.spelling("generic", message)
    if spelling is None:
        return None
    [element] = spelling.write([_without_half_a_person(_localised(one, 1, context))])
    lacking = [found for reading in spelling.read(element) for found in reading.findings]
    return None if lacking else serialize(element)


def _without_half_a_person(one: PersonNews) -> PersonNews:
    """PERSON is optional as a whole; its document is not (clause 10.1)."""
    if one.document_type and one.document_number and one.surname and one.first_name:
        return one
    return PersonNews(**{name: value for name, value in one.values.items() if name not in OF_PERSON_BLOCK})


def _localised(one: PersonNews, number: int, context: HubContext) -> PersonNews:
    moments = {
        name: value.astimezone(context.timezone)
        for name in ("edited_at", "known_at")
        if (value := one.values.get(name)) is not None
    }
    return PersonNews(**{**one.values, **moments, "number": str(number)})
