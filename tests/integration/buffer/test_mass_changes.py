"""Mass changes on both databases: seen first, run exactly as seen, taken back exactly; what changed between is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.exchange.context import HubContext
from registry.exchange.operations.changes_of_people.mass_changes import (
    MassRequest,
    advance_mass_change,
    move_mass_change,
    start_mass_change,
)
from registry.exchange.operations.incoming.describe_files import describe_files
from registry.exchange.tables import Job
from registry.insured.mass.operations.work import Told as By
from registry.insured.mass.tables import MassChange, MassChangeLine
from registry.insured.mass.workflow import MassEvent as E
from registry.insured.operations.attachment_rows import attachments_of, replace_rows
from registry.insured.operations.close_attachments import Closing, close_attachments
from registry.insured.tables import Attachment, District, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT

ZONE = ZoneInfo("Europe/Samara")
NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)
LEARNT = datetime(2026, 1, 1, tzinfo=ZONE)
BEGAN, SINCE = date(2024, 2, 1), date(2026, 11, 20)
CLINIC, DOCTOR = "630001", "112-233-445 95"


@pytest.fixture
def context(clean_session: Session) -> HubContext:
    found = HubContext(catalog=collect(), clock=FixedClock(NOW), fund_code="63", timezone=ZONE)
    describe_files(clean_session, found.catalog)
    for code in ("1", "2", "3"):
        clean_session.add(District(clinic_code=CLINIC, code=code))
    clean_session.flush()
    return found


def attach(session: Session, count: int, district: str = "1") -> list[str]:
    """People attached to a district; returns their numbers in the registry."""
    numbers = [f"{district}{number:06d}" for number in range(count)]
    session.execute(insert(Person), [{"bdz_id": one, "enp": "", "recorded_at": LEARNT} for one in numbers])
    ids = dict(session.execute(select(Person.bdz_id, Person.id).where(Person.bdz_id.in_(numbers[:1]))).all())
    first = ids[numbers[0]]
    rows = [
        {
            "person_id": first + place,
            "clinic_code": CLINIC,
            "applied_on": BEGAN,
            "valid_from": BEGAN,
            "recorded_at": LEARNT,
            "district_code": district,
        }
        for place in range(count)
    ]
    session.execute(insert(Attachment), rows)
    return numbers


def prepared(session: Session, context: HubContext, text: str | bytes, since: date = SINCE) -> MassChange:
    content = text if isinstance(text, bytes) else text.encode("cp1251")
    request = MassRequest(title="участки.csv", since=since, login="anna", content=content)
    change = start_mass_change(session, request, context)
    work(session, context, change)
    return change


def work(session: Session, context: HubContext, change: MassChange) -> None:
    while advance_mass_change(session, change.id, context):
        pass
    session.flush()


def move(session: Session, context: HubContext, change: MassChange, event: E) -> None:
    assert move_mass_change(session, change.id, event, "boris", context) == ""
    work(session, context, change)


def lines(session: Session, change: MassChange) -> list[tuple[int, str, str]]:
    query = select(MassChangeLine).where(MassChangeLine.change_id == change.id).order_by(MassChangeLine.line)
    found = session.scalars(query.execution_options(populate_existing=True))
    return [(one.line, one.status, one.note) for one in found]


def districts(session: Session) -> Counter[str]:
    """How many are attached to each district now."""
    rows = session.execute(
        select(Attachment.district_code, func.count().label("number"))
        .where(Attachment.valid_to == OPEN_DATE, Attachment.retracted_at == OPEN_MOMENT)
        .group_by(Attachment.district_code)
    )
    return Counter({one.district_code: one.number for one in rows})


def row(number: str, district: str = "2", doctor: str = "") -> str:
    return f'"";"{number}";"{CLINIC}";"1";"{district}";"{doctor}"'


def test_nothing_is_touched_before_it_is_run_and_then_exactly_what_was_seen(
    clean_session: Session, context: HubContext
) -> None:
    numbers = attach(clean_session, 3)
    change = prepared(clean_session, context, "\r\n".join(row(one, doctor=DOCTOR) for one in numbers))
    assert (change.status, change.total, change.ready, change.wrong) == ("seen", 3, 3, 0)
    line = clean_session.get_one(MassChangeLine, (change.id, 1))
    assert line.before == {"district_code": "1", "doctor_snils": ""}
    assert line.after == {"district_code": "2", "doctor_snils": "11223344595"}
    assert districts(clean_session) == {"1": 3}
    move(clean_session, context, change, E.RUN)
    assert (change.status, change.done, change.left_out) == ("done", 3, 0)
    assert districts(clean_session) == {"2": 3}
    former = clean_session.scalars(
        select(Attachment).where(Attachment.district_code == "1", Attachment.retracted_at == OPEN_MOMENT)
    ).all()
    assert {(one.valid_from, one.valid_to) for one in former} == {(BEGAN, SINCE - timedelta(days=1))}


def test_taking_back_restores_exactly_and_rewrites_no_history(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 2)
    change = prepared(clean_session, context, "\r\n".join(row(one) for one in numbers))
    move(clean_session, context, change, E.RUN)
    move(clean_session, context, change, E.UNDO)
    assert (change.status, change.undone) == ("undone", 2)
    known = clean_session.execute(
        select(Attachment.district_code, Attachment.valid_from, Attachment.valid_to).where(
            Attachment.retracted_at == OPEN_MOMENT
        )
    ).all()
    assert [tuple(one) for one in known] == [("1", BEGAN, OPEN_DATE)] * 2
    assert clean_session.scalar(select(func.count()).select_from(Attachment)) == 8  # nothing was deleted


def test_what_changed_between_is_left_out_and_told(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 3)
    change = prepared(clean_session, context, "\r\n".join(row(one) for one in numbers))
    moved = clean_session.scalars(select(Attachment).order_by(Attachment.id)).first()
    assert moved is not None
    moved.retracted_at = NOW
    move(clean_session, context, change, E.RUN)
    assert (change.done, change.left_out) == (2, 1)
    assert lines(clean_session, change)[0] == (1, "left_out", "Прикрепление изменилось после просмотра.")


def test_rows_changed_since_are_not_taken_back(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 3)
    change = prepared(clean_session, context, "\r\n".join(row(one) for one in numbers))
    move(clean_session, context, change, E.RUN)
    again = prepared(clean_session, context, row(numbers[1], "3"), since=SINCE + timedelta(days=1))
    move(clean_session, context, again, E.RUN)
    move(clean_session, context, change, E.UNDO)
    assert (change.undone, change.status) == (2, "undone")
    assert lines(clean_session, change)[1] == (2, "kept", "После выполнения прикрепление изменилось.")
    assert districts(clean_session) == {"1": 2, "3": 1}


def test_what_somebody_did_by_hand_since_is_not_taken_back(clean_session: Session, context: HubContext) -> None:
    """Who died, who moved to another clinic, whose doctor changed and who changed the district again stay so."""
    numbers = attach(clean_session, 5)
    change = prepared(clean_session, context, "\r\n".join(row(one) for one in numbers))
    move(clean_session, context, change, E.RUN)
    ids = [clean_session.get_one(MassChangeLine, (change.id, line)).person_id or 0 for line in range(1, 6)]
    histories = attachments_of(clean_session, ids)
    told = By(NOW)
    close_attachments(clean_session, [Closing(ids[0], SINCE, 1)], told)
    current = [next(one for one in histories[person_id] if one.is_open) for person_id in ids]
    moved_to = current[1]._replace(id=0, clinic_code="639999", valid_from=SINCE + timedelta(days=3))
    left = current[1]._replace(id=0, valid_to=SINCE + timedelta(days=2), end_reason=2)
    replace_rows(clean_session, [current[1]], [(left, "1"), (moved_to, "1")], told)
    replace_rows(clean_session, [current[2]], [(current[2]._replace(id=0, doctor_snils="11223344595"), "1")], told)
    replace_rows(clean_session, [current[3]], [(current[3]._replace(id=0, district_code="3"), "1")], told)

    def by_hand() -> list[tuple[Any, ...]]:
        query = select(Attachment).where(Attachment.person_id.in_(ids[:4]), Attachment.retracted_at == OPEN_MOMENT)
        rows = clean_session.scalars(query.order_by(Attachment.id))
        return [(one.id, one.clinic_code, one.district_code, one.doctor_snils, one.valid_to) for one in rows]

    before = by_hand()
    move(clean_session, context, change, E.UNDO)
    assert (change.status, change.undone) == ("undone", 1)
    kept = [(line, "kept", "После выполнения прикрепление изменилось.") for line in range(1, 5)]
    assert lines(clean_session, change) == [*kept, (5, "undone", "")]
    assert by_hand() == before


def test_every_wrong_line_says_why(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 4)
    text = "\r\n".join(
        [
            '"ЕНП";"ИД в регистре";"МО";"Вид участка";"Новый участок"',
            row("unknown"),
            row(numbers[0], "77"),
            row(numbers[0], "1"),
            f'"";"{numbers[1]}";"630002";"1";"2"',
            row(numbers[1]),
            row(numbers[1]),
            row(numbers[2]),
            row(numbers[2], "3"),
            row(numbers[3], doctor="112-233-445 00"),
            '"";"";"630001";"1";"2"',
            f'"";"{numbers[3]}";"630001";"первый";"2"',
            f'"";"{numbers[3]}";"630001";"1"',
        ]
    )
    change = prepared(clean_session, context, text)
    told = [(status, note) for _, status, note in lines(clean_session, change)]
    assert told == [
        ("wrong", "Лицо не найдено."),
        ("wrong", "Участка 77 нет у МО."),
        ("same", "Уже так."),
        ("wrong", "Лицо не прикреплено к МО 630002."),
        ("ready", ""),
        ("same", "Повтор строки 5."),
        ("wrong", "Строки 7, 8 противоречат."),
        ("wrong", "Строки 7, 8 противоречат."),
        ("wrong", "СНИЛС врача неверен."),
        ("wrong", "Не указан ни ЕНП, ни ИД в регистре."),
        ("wrong", "Вид участка: Недопустимое значение: Вид участка"),
        ("wrong", "Не указано, что менять."),
    ]
    assert (change.ready, change.wrong, districts(clean_session)) == (1, 9, {"1": 4})


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", "В файле нет ни одной строки"),
        (b"\xff\xfe\x00\x00" * 8, ""),
        ("ЕНП;участок".encode("utf-16"), ""),
        (b'"1";"2\r\n' * 5, ""),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_changes_nothing(
    clean_session: Session, context: HubContext, content: bytes, trouble: str
) -> None:
    attach(clean_session, 1)
    change = prepared(clean_session, context, content)
    assert (change.status, change.ready) == ("seen", 0)
    assert trouble in change.trouble
    assert change.trouble or change.wrong == change.total > 0
    assert "Менять нечего" in move_mass_change(clean_session, change.id, E.RUN, "anna", context)


def test_a_file_in_utf_8_is_read_as_well(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 1)
    text = f'"ЕНП";"ИД в регистре";"МО";"Вид участка";"Новый участок"\r\n{row(numbers[0])}'
    assert prepared(clean_session, context, text.encode("utf-8-sig")).ready == 1


def test_everybody_of_a_district_moves_to_another(clean_session: Session, context: HubContext) -> None:
    attach(clean_session, 3)
    attach(clean_session, 2, "3")
    asked = {"clinic": CLINIC, "area_type": 1, "from_district": "1", "section": {"district_code": "2"}}
    request = MassRequest(title="1 → 2", since=SINCE, login="anna", asked=asked)
    change = start_mass_change(clean_session, request, context)
    work(clean_session, context, change)
    assert (change.total, change.ready) == (3, 3)
    move(clean_session, context, change, E.RUN)
    assert districts(clean_session) == {"2": 3, "3": 2}


def test_it_is_run_once_and_not_after_it_was_dropped(clean_session: Session, context: HubContext) -> None:
    numbers = attach(clean_session, 2)
    change = prepared(clean_session, context, row(numbers[0]))
    assert move_mass_change(clean_session, change.id, E.RUN, "anna", context) == ""
    assert "Выполняется" in move_mass_change(clean_session, change.id, E.RUN, "boris", context)
    work(clean_session, context, change)
    assert change.run_by == "anna"
    dropped = prepared(clean_session, context, row(numbers[1]))
    assert move_mass_change(clean_session, dropped.id, E.DROP, "anna", context) == ""
    assert "Не выполнялась" in move_mass_change(clean_session, dropped.id, E.RUN, "anna", context)
    jobs: Sequence[str] = clean_session.scalars(select(Job.lane)).all()
    assert set(jobs) == {"mass_change"}


def test_ten_thousand_lines_go_through_in_portions(clean_session: Session, context: HubContext) -> None:
    count = 10_000 if clean_session.get_bind().dialect.name == "sqlite" else 6_000
    numbers = attach(clean_session, count)
    change = prepared(clean_session, context, "\r\n".join(row(one) for one in numbers))
    assert change.ready == count
    assert move_mass_change(clean_session, change.id, E.RUN, "anna", context) == ""
    assert advance_mass_change(clean_session, change.id, context)
    assert (change.status, change.done) == ("running", 5_000)  # a worker that dies here goes on from here
    work(clean_session, context, change)
    assert (change.status, change.done, districts(clean_session)) == ("done", count, {"2": count})
    move(clean_session, context, change, E.UNDO)
    assert (change.undone, districts(clean_session)) == (count, {"1": count})
