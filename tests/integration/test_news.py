"""Changes of a period: every one once and complete, told to whom they concern, by file, message and query."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.findings import FindingCode
from registry.core.outcomes import Operation
from registry.core.queries import LAST_PAGE, Asked
from registry.exchange.access import caller_of_sender
from registry.exchange.content import ANSWER, RAW, stored_bytes
from registry.exchange.operations.outgoing.tell_news import message_body
from registry.exchange.operations.register import register_channel, register_organisation
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import OutgoingPacket
from registry.insured.kinds.news import PersonNews
from registry.insured.news.operations.collect_news import collect_news
from registry.insured.news.queries.pages import NewsFilter, NewsLine, news_page
from registry.insured.news.queries.period import ChangesAsked, changes_of_period
from registry.insured.news.tables import News, NewsDay
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.queries import Sight
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion
from registry.insured.twins import Actor, join_people
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.bootstrap import Hub
from server.scheduled.news import look_for_news, tell_news
from server.seeding import seed
from server.worker.loop import WorkLoop
from tests.channels.soap_hub import CLOCK, load_invented_people
from tests.channels.soap_hub import Hub as Loaded
from tests.fixtures.hubs import bare_hub

EVERYONE = Sight("fund", everyone=True)
WEEK = timedelta(days=7)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(CLOCK.now())


@pytest.fixture
def hub(engine: Engine, sessions: sessionmaker[Session], tmp_path: Path, clock: FixedClock) -> Hub:
    made = bare_hub(engine, sessions, tmp_path, clock)
    made = replace(made, context=replace(made.context, catalog=collect()))
    with made.sessions.begin() as session:
        seed(session, made.context)
    load_invented_people(Loaded(None, sessions, made.context), tmp_path)
    with made.sessions.begin() as session:
        for code in sorted(set(session.scalars(select(Attachment.clinic_code)))):
            register_organisation(session, kind="clinic", name=f"МО {code}", codes={"mcod": code})
        for code in sorted(set(session.scalars(select(Insurance.insurer_code)))):
            register_organisation(session, kind="insurer", name=f"СМО {code}", codes={"smocod": code})
    return made


def attached(hub: Hub, count: int = 1, sex: int = 0) -> list[tuple[int, str, str]]:
    """Ids of people with their clinic and insurer."""
    with hub.sessions() as session:
        rows = session.execute(
            select(Person.id, Attachment.clinic_code, Insurance.insurer_code)
            .join(Attachment, Attachment.person_id == Person.id)
            .join(Insurance, Insurance.person_id == Person.id)
            .join(PersonVersion, PersonVersion.person_id == Person.id)
            .where(
                Attachment.valid_to == OPEN_DATE,
                Attachment.area_type == 1,
                Attachment.retracted_at == OPEN_MOMENT,
                Insurance.valid_to == OPEN_DATE,
                Insurance.retracted_at == OPEN_MOMENT,
                Person.status == 1,
                *([PersonVersion.sex == sex] if sex else []),
                PersonVersion.valid_to == OPEN_DATE,
            )
            .order_by(Person.id)
        ).all()
    return [(row[0], row[1], row[2]) for row in rows[:count]]


def rename(hub: Hub, person_id: int, surname: str) -> None:
    with hub.sessions.begin() as session:
        change = FactChange(person_id, {"surname": surname}, since=date(2026, 11, 1))
        change_facts(session, [change], Told(hub.context.clock.now(), "СМО"))


def lines(hub: Hub, sight: Sight = EVERYONE, **wanted: Any) -> list[NewsLine]:
    with hub.sessions() as session:
        return news_page(session, sight, NewsFilter(**wanted))


def test_what_was_loaded_is_no_news(hub: Hub) -> None:
    look_for_news(hub)
    assert lines(hub) == []


def test_a_change_is_numbered_once_with_what_was_before(hub: Hub) -> None:
    [(person_id, clinic, insurer)] = attached(hub)
    rename(hub, person_id, "ОБРАЗЦОВА")
    look_for_news(hub)
    look_for_news(hub)
    [line] = [one for one in lines(hub) if not one.news.gone]
    assert (line.news.person_id, line.news.aspect, line.news.source) == (person_id, "person_version", "СМО")
    assert (line.news.clinic_code, line.news.insurer_code) == (clinic, insurer)
    assert {one.column: one.new for one in line.differences}["surname"] == "ОБРАЗЦОВА"


def test_a_clinic_and_an_insurer_are_told_their_own_only(hub: Hub) -> None:
    [(person_id, clinic, insurer)] = attached(hub)
    rename(hub, person_id, "ОБРАЗЦОВА")
    look_for_news(hub)
    assert len(lines(hub, Sight("clinic", codes=frozenset((clinic,))))) == 1
    assert len(lines(hub, Sight("insurer", codes=frozenset((insurer,))))) == 1
    assert lines(hub, Sight("clinic", codes=frozenset(("999999",)))) == []
    assert lines(hub, Sight("clinic")) == []


def ask(
    hub: Hub, sight: Sight, since: datetime, until: datetime, page: int = 2
) -> tuple[list[int], FindingCode | None]:
    """The numbers of all changes of a period, page by page."""
    found, after = [], None
    while True:
        with hub.sessions() as session:
            told = changes_of_period(
                Asked(
                    session,
                    ChangesAsked(since=since, until=until, after=after),
                    sight.kind,
                    sight.codes,
                    hub.context.clock.today(),
                    hub.context.clock.now(),
                    page,
                    hub.context.options(session),
                )
            )
        found += [one.values["change_id"] for one in told.rows]
        if told.next_id == LAST_PAGE:
            return found, told.refusal
        after = told.next_id


def test_consecutive_periods_return_every_change_once(hub: Hub, clock: FixedClock) -> None:
    start = clock.now()
    for number, (person_id, *_) in enumerate(attached(hub, 9)):
        rename(hub, person_id, f"ФАМИЛИЯ{'АБВГДЕЖЗИ'[number]}")
        clock.move(timedelta(minutes=7))
        look_for_news(hub)
    clock.move(timedelta(hours=1))
    look_for_news(hub)
    moments = [start + timedelta(minutes=10 * step) for step in range(8)]
    parts = [ask(hub, EVERYONE, *pair)[0] for pair in pairwise(moments)]
    whole = ask(hub, EVERYONE, start, clock.now())[0]
    assert [one for part in parts for one in part] == whole
    assert len(whole) == len(set(whole)) >= 9


def test_a_period_longer_than_a_month_is_refused(hub: Hub, clock: FixedClock) -> None:
    look_for_news(hub)
    assert ask(hub, EVERYONE, clock.now() - timedelta(days=32), clock.now())[1] is FindingCode.PERIOD_TOO_LONG
    assert ask(hub, EVERYONE, clock.now() - timedelta(days=31), clock.now())[1] is None


def outgoing(hub: Hub, code: str) -> list[tuple[OutgoingPacket, bytes]]:
    with hub.sessions() as session:
        receiver = organisation_id_of_code(session, code)
        rows = session.scalars(select(OutgoingPacket).where(OutgoingPacket.organisation_id == receiver)).all()
        return [(one, stored_bytes(session, one.id, RAW)) for one in rows]


def test_the_file_of_a_day_is_made_once_and_missed_days_are_made_up_for(hub: Hub, clock: FixedClock) -> None:
    [(person_id, clinic, insurer)] = attached(hub)
    rename(hub, person_id, "ПЕРВАЯ")
    look_for_news(hub)
    clock.move(timedelta(days=1))
    rename(hub, person_id, "ВТОРАЯ")
    look_for_news(hub)
    clock.move(timedelta(days=2))
    tell_news(hub)
    tell_news(hub)
    for code in (clinic, insurer):
        packets = outgoing(hub, code)
        assert [one.name for one, _ in packets] == [f"D2{code}20261120.csv", f"D2{code}20261121.csv"]
        text = packets[1][1].decode("cp1251")
        assert text.startswith('"1";"PERSCHANGE";"Insert"')
        assert '"ВТОРАЯ"' in text
    with hub.sessions() as session:
        assert [str(day) for day in session.scalars(select(NewsDay.day).order_by(NewsDay.day))] == [
            "2026-11-20",
            "2026-11-21",
            "2026-11-22",
        ]


def test_an_insurer_that_lost_a_person_hears_so_and_no_more(hub: Hub, clock: FixedClock) -> None:
    [(person_id, _clinic, insurer)] = attached(hub)
    with hub.sessions.begin() as session:
        register_organisation(session, kind="insurer", name="Другая", codes={"smocod": "63999"})
        held = select(Insurance).where(Insurance.person_id == person_id, Insurance.valid_to == OPEN_DATE)
        row = session.scalars(held).one()
        row.retracted_at = clock.now()
        values = {"person_id": person_id, "policy_id": row.policy_id, "recorded_at": clock.now(), "event": "П03"}
        session.add(Insurance(**values, insurer_code=insurer, valid_from=row.valid_from, valid_to=date(2026, 11, 19)))
        session.add(Insurance(**values, insurer_code="63999", valid_from=date(2026, 11, 20)))
    look_for_news(hub)
    clock.move(timedelta(days=1))
    tell_news(hub)
    new, old = outgoing(hub, "63999")[0][1].decode("cp1251"), outgoing(hub, insurer)[0][1].decode("cp1251")
    assert new.startswith('"1";"POLIS";"Update"')
    assert '"63999"' in new
    assert old.startswith('"1";"POLIS"')
    assert '"63999"' not in old


def test_an_installation_that_takes_messages_gets_one_each(hub: Hub, clock: FixedClock) -> None:
    [(person_id, clinic, _insurer)] = attached(hub)
    with hub.sessions.begin() as session:
        set_option(session, "outgoing_kinds.generic", ["POLIS", "PERSCHANGE", "DOUBLES"], clock.now())
        receiver = organisation_id_of_code(session, clinic)
        assert receiver is not None
        register_channel(session, code="ch1", organisation_id=receiver, dialect="generic", user_id="mis", senders=())
        change = FactChange(person_id, {"surname": "НОВАЯ", "enp": ""}, since=date(2026, 11, 1))
        change_facts(session, [replace(change, values={"surname": "НОВАЯ"})], Told(clock.now(), "СМО"))
        session.add(
            News(
                run_id=1,
                seen_at=clock.now(),
                aspect="policy",
                row_id=0,
                gone=False,
                person_id=person_id,
                recorded_at=clock.now(),
            )
        )
    hub.context.remembered.forget()
    look_for_news(hub)
    clock.move(timedelta(days=1))
    tell_news(hub)
    told = {one.name: etree.fromstring(body) for one, body in outgoing(hub, clinic)}
    assert set(told) == {"POLIS", "PERSCHANGE"}
    assert told["PERSCHANGE"].findtext("BODY/BDZID") == told["POLIS"].findtext("HEADER/BDZID")
    data = [one.tag for one in told["POLIS"].iterfind("BODY/POLIS_DATA/*")]
    assert data[:2] == ["ENP", "NEWPERSDATA"]
    assert told["POLIS"].findtext("BODY/PERSON/FAM") == "НОВАЯ"
    assert told["POLIS"].findtext("BODY/POLIS_DATA/POLISBEGDT", "").endswith("T00:00:00")


ANNULLED_POLICY = PersonNews(
    message="POLIS",
    operation=Operation.DELETE,
    bdz_id="500123",
    enp="9955820840000019",
    policy_id=7,
    insurer="63001",
    policy_type="П",
    policy_number="9955820840000019",
    policy_from=date(2022, 6, 1),
    edited_at=datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
    close_reason=23,
    closed_on=date(2026, 11, 19),
    record_close_reason=23,
    surname="ОБРАЗЦОВ",
    first_name="ПЕТР",
    birth_date=date(1971, 4, 9),
    sex=1,
    document_type=14,
    document_series="36 04",
    document_number="123456",
    clinic="999901",
    attached_on=date(2022, 6, 1),
)
END = ["POLISEDITDT", "POLISCLOSECAUSE", "BDZID_END", "BDZID_CLOSECAUSE"]


@pytest.mark.parametrize(
    ("dialect", "blocks", "born", "attached"),
    [
        ("generic", ["PERSON", "POLIS_DATA", "ATTACH"], "1971-04-09", "2022-06-01"),
        ("ufa", ["PERSON", "POLIS_DATA", "ATTACH"], "1971-04-09", "2022-06-01"),
        ("karelia", ["PERSON", "POLIS_DATA", "ATTACH"], "1971-04-09T00:00:00", "2022-06-01T00:00:00"),
        ("perm", [], None, None),
    ],
)
def test_a_closed_record_is_told_in_the_form_of_every_region(
    hub: Hub, dialect: str, blocks: list[str], born: str | None, attached: str | None
) -> None:
    body = message_body(ANNULLED_POLICY, dialect, hub.context)
    assert body is not None
    told = etree.fromstring(body).find("BODY")
    assert told is not None
    data = told.find("POLIS_DATA")
    parts = told if data is None else data
    assert [one.tag for one in parts][-4:] == END
    assert (parts.findtext("BDZID_END"), parts.findtext("BDZID_CLOSECAUSE")) == ("2026-11-19T00:00:00", "23")
    assert [one.tag for one in told if len(one)] == blocks
    assert (told.findtext("PERSON/DR"), told.findtext("ATTACH/ATTACHDT")) == (born, attached)


def request(hub: Hub, code: str, rows: str) -> str:
    """The answer to a request by file."""
    path = hub.settings.data_dir / f"SI2{code}20261120.csv"
    path.write_text(rows, encoding="cp1251")
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, code)
        reply = receive(session, Incoming("file", "files", path=path, file_name=path.name, caller=caller), hub.context)
    WorkLoop(hub).work(threading.Event())
    with hub.sessions() as session:
        assert reply.packet_id is not None
        return stored_bytes(session, reply.packet_id, ANSWER).decode("cp1251")


def test_a_file_asks_for_the_changes_of_a_period(hub: Hub, clock: FixedClock) -> None:
    [(person_id, clinic, _insurer)] = attached(hub)
    rename(hub, person_id, "ОБРАЗЦОВА")
    look_for_news(hub)
    clock.move(timedelta(minutes=5))
    look_for_news(hub)
    assert '"ОБРАЗЦОВА"' in request(hub, clinic, '"20261101";"20261120"')


@pytest.mark.parametrize(
    ("rows", "code"), [('"20261001";"20261120"', "955"), ('"20261120";"20261119"', "246"), ('"20261120";', "245")]
)
def test_a_wrong_period_is_told_by_its_code(hub: Hub, rows: str, code: str) -> None:
    [(_person_id, clinic, _insurer)] = attached(hub)
    assert request(hub, clinic, rows).startswith(f'"0";"{code}";')


def test_a_joined_record_is_told_by_the_number_of_its_survivor(hub: Hub, clock: FixedClock) -> None:
    women = attached(hub, 40, sex=2)
    (main, *_), (second, clinic, _insurer) = women[:2]
    with hub.sessions.begin() as session:
        actor = Actor(
            by="operator",
            now=clock.now(),
            today=clock.today(),
            fund_okato="36000",
            comment="одно лицо",
            confirmed=True,
        )
        join_people(session, main, second, actor)
        numbers = dict(session.execute(select(Person.id, Person.bdz_id)).all())
    look_for_news(hub)
    clock.move(timedelta(days=1))
    tell_news(hub)
    text = outgoing(hub, clinic)[0][1].decode("cp1251")
    assert f'"DOUBLES";"Insert";"{numbers[main]}";"{numbers[second]}"' in text


def test_two_collectors_number_a_change_once(hub: Hub) -> None:
    [(person_id, *_)] = attached(hub)
    rename(hub, person_id, "ОБРАЗЦОВА")
    with hub.sessions.begin() as session:
        assert collect_news(session, hub.context.clock.now(), WEEK) > 0
    with hub.sessions.begin() as session:
        assert collect_news(session, hub.context.clock.now(), WEEK) == 0
