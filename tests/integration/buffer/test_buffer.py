"""The buffer on both databases: what waits, who decides, what is written, what is taken back."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.findings import FindingCode as F
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.buffer.operations.change_rules import drop_rule, set_rule
from registry.insured.buffer.operations.decide import Decided, Decision, decide
from registry.insured.buffer.queries.rules import rules_on
from registry.insured.buffer.rules import Condition, Rule
from registry.insured.buffer.tables import BufferedChange, BufferStep
from registry.insured.buffer.workflow import BufferEvent as E
from registry.insured.buffer.workflow import BufferState as S
from registry.insured.tables import Contact, Person, PersonHistory, PersonVersion, Snils
from registry.store.base import OPEN_MOMENT

Sessions = sessionmaker[Session]
LEARNT = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY, SINCE = NOW.date(), date(2026, 11, 1)
CLINIC = Proposer("clinic", frozenset({"630001"}), organisation_id=3, packet_id=41, source="МО")


WHEN = Circumstances(NOW, TODAY)


def person(session: Session, number: int, surname: str = "ИВАНОВА") -> int:
    one = Person(bdz_id=str(number), enp=f"63000000000000{number:02d}", recorded_at=LEARNT)
    session.add(one)
    session.flush()
    session.add(
        PersonVersion(
            person_id=one.id,
            surname=surname,
            first_name="АННА",
            birth_date=date(1980, 5, 12),
            sex=2,
            valid_from=date(1980, 5, 12),
            recorded_at=LEARNT,
            source="СМО",
        )
    )
    session.flush()
    return one.id


def propose(session: Session, person_id: int, proposer: Proposer = CLINIC, number: str = "1", **values: object) -> int:
    told = propose_changes(session, [Proposal(person_id, values, SINCE, number)], proposer, WHEN)
    assert told[0].buffer_id is not None
    return told[0].buffer_id


def move(session: Session, ids: Sequence[int], event: E, login: str = "anna", **others: object) -> Decided:
    return decide(session, ids, Decision(event, login, **others), WHEN)  # type: ignore[arg-type]


def surname_of(session: Session, person_id: int) -> str:
    return session.scalars(
        select(PersonVersion.surname)
        .where(PersonVersion.person_id == person_id, PersonVersion.retracted_at == OPEN_MOMENT)
        .order_by(PersonVersion.valid_from.desc(), PersonVersion.id.desc())
        .limit(1)
    ).one()


def test_what_touches_identity_waits_and_the_rest_is_written(clean_session: Session) -> None:
    one = person(clean_session, 1)
    values = {"surname": "ПЕТРОВА", "birth_place": "г. Самара"}
    told = propose_changes(clean_session, [Proposal(one, values, SINCE, "7")], CLINIC, WHEN)[0]
    assert (told.applied, told.waiting) == ({"birth_place": "г. Самара"}, {"surname": "ПЕТРОВА"})
    assert [(each.code, each.field, each.level.value) for each in told.findings] == [
        (F.CHANGE_IN_BUFFER, "surname", "warning")
    ]
    assert [change.name for change in told.changes] == ["person_changed", "change_buffered"]
    row = clean_session.get_one(BufferedChange, told.buffer_id)
    assert row.proposed == {"surname": "ПЕТРОВА"}
    assert (row.known["surname"]["value"], row.known["surname"]["source"]) == ("ИВАНОВА", "СМО")
    assert surname_of(clean_session, one) == "ИВАНОВА"


def test_a_packet_processed_again_buffers_nothing_twice(clean_session: Session) -> None:
    one = person(clean_session, 1)
    first = propose(clean_session, one, surname="ПЕТРОВА")
    assert propose(clean_session, one, surname="ПЕТРОВА") == first
    assert len(clean_session.scalars(select(BufferedChange)).all()) == 1
    move(clean_session, [first], E.REJECT, reason="нет свидетельства")
    assert propose(clean_session, one, surname="ПЕТРОВА") == first
    assert clean_session.get_one(BufferedChange, first).status == S.REJECTED


def test_two_proposals_of_one_record_are_one_row(clean_session: Session) -> None:
    one = person(clean_session, 1)
    both = [Proposal(one, {"surname": "ПЕТРОВА"}, SINCE, "1"), Proposal(one, {"sex": 1}, SINCE, "1")]
    told = propose_changes(clean_session, both, CLINIC, WHEN)
    assert told[0].buffer_id == told[1].buffer_id
    assert clean_session.scalars(select(BufferedChange)).one().proposed == {"surname": "ПЕТРОВА", "sex": 1}


def test_a_joined_record_speaks_of_its_survivor(clean_session: Session) -> None:
    main, second = person(clean_session, 1), person(clean_session, 2)
    clean_session.get_one(Person, second).merged_into = main
    clean_session.flush()
    row = clean_session.get_one(BufferedChange, propose(clean_session, second, surname="ПЕТРОВА"))
    assert row.person_id == main


def test_accepting_writes_and_undoing_writes_back(clean_session: Session) -> None:
    one = person(clean_session, 1)
    row_id = propose(clean_session, one, surname="ПЕТРОВА")
    decided = move(clean_session, [row_id], E.ACCEPT)
    assert (decided.moved, surname_of(clean_session, one)) == ([row_id], "ПЕТРОВА")
    assert decided.changes[-1].facts["status"] == "accepted"
    assert move(clean_session, [row_id], E.UNDO).moved == [row_id]
    row = clean_session.get_one(BufferedChange, row_id)
    assert (surname_of(clean_session, one), row.status, row.accepted) == ("ИВАНОВА", S.WAITING, {})
    events = clean_session.scalars(select(BufferStep.event).order_by(BufferStep.id)).all()
    assert events == ["receive", "accept", "undo"]


def test_what_changed_since_is_not_undone(clean_session: Session) -> None:
    one = person(clean_session, 1)
    row_id = propose(clean_session, one, surname="ПЕТРОВА")
    move(clean_session, [row_id], E.ACCEPT)
    propose_changes(clean_session, [Proposal(one, {"surname": "СИДОРОВА"}, SINCE)], Proposer("fund"), WHEN)
    refused = move(clean_session, [row_id], E.UNDO).refused
    assert refused[row_id].endswith("изменились поля: Фамилия.")


def test_what_later_acts_stand_on_is_not_undone(clean_session: Session) -> None:
    one = person(clean_session, 1)
    row_id = propose(clean_session, one, surname="ПЕТРОВА")
    move(clean_session, [row_id], E.ACCEPT)
    later = Proposal(one, {"first_name": "МАРИЯ"}, date(2026, 11, 10))
    propose_changes(clean_session, [later], Proposer("fund", source="фонд"), WHEN)
    refused = move(clean_session, [row_id], E.UNDO).refused
    assert refused == {row_id: "Отменить нельзя: после решения о лице записаны новые сведения."}
    assert surname_of(clean_session, one) == "ПЕТРОВА"


def test_a_filled_gap_is_emptied_again_by_undoing(clean_session: Session) -> None:
    one = person(clean_session, 1)
    doubtful = [Proposal(one, {"snils": "112-233-445 95", "phone": "+7927"}, SINCE, "1", doubt="найден по ФИО")]
    row_id = propose_changes(clean_session, doubtful, CLINIC, WHEN)[0].buffer_id
    assert row_id is not None
    move(clean_session, [row_id], E.ACCEPT)
    numbers = select(Snils.number).where(Snils.person_id == one, Snils.retracted_at == OPEN_MOMENT)
    assert clean_session.scalars(numbers).all() == ["11223344595"]
    assert move(clean_session, [row_id], E.UNDO).moved == [row_id]
    assert clean_session.scalars(numbers).all() == []
    kept = clean_session.scalars(select(Contact).where(Contact.retracted_at == OPEN_MOMENT)).all()
    assert kept == []


def test_accepting_with_a_correction_writes_the_corrected_value(clean_session: Session) -> None:
    one = person(clean_session, 1)
    row_id = propose(clean_session, one, surname="ПЕТРОВАА", sex=1)
    move(clean_session, [row_id], E.CORRECT, values={"surname": "ПЕТРОВА"})
    row = clean_session.get_one(BufferedChange, row_id)
    assert (row.status, row.accepted) == (S.CORRECTED, {"surname": "ПЕТРОВА", "sex": 1})
    assert surname_of(clean_session, one) == "ПЕТРОВА"


def test_a_refusal_without_a_reason_moves_nothing(clean_session: Session) -> None:
    row_id = propose(clean_session, person(clean_session, 1), surname="ПЕТРОВА")
    assert move(clean_session, [row_id], E.REJECT).refused[row_id].startswith("Укажите причину")
    assert move(clean_session, [row_id], E.REJECT, reason="нет подтверждения").moved == [row_id]


def test_a_newer_accepted_change_makes_the_older_stale(clean_session: Session) -> None:
    one = person(clean_session, 1)
    older = propose(clean_session, one, surname="ПЕТРОВА")
    newer = propose(clean_session, one, number="2", surname="СИДОРОВА")
    other = propose(clean_session, one, number="3", sex=1)
    move(clean_session, [newer], E.ACCEPT)
    clean_session.expire_all()
    assert clean_session.get_one(BufferedChange, older).stale
    assert not clean_session.get_one(BufferedChange, other).stale
    assert "подтвердите" in move(clean_session, [older], E.ACCEPT).refused[older]
    assert move(clean_session, [older], E.ACCEPT, despite=True).moved == [older]


def test_two_contradicting_proposals_are_not_accepted_in_one_stroke(clean_session: Session) -> None:
    one = person(clean_session, 1)
    ids = [propose(clean_session, one, number=str(place), surname=name) for place, name in enumerate(("А", "Б"))]
    others = propose(clean_session, person(clean_session, 2), surname="ПЕТРОВА")
    decided = move(clean_session, [*ids, others], E.ACCEPT)
    assert (decided.moved, set(decided.refused)) == ([others], set(ids))


def test_two_people_decide_where_it_is_demanded(clean_session: Session) -> None:
    one = person(clean_session, 1)
    row_id = propose(clean_session, one, surname="ПЕТРОВА")
    assert move(clean_session, [row_id], E.ACCEPT, two_persons=True).moved == [row_id]
    row = clean_session.get_one(BufferedChange, row_id)
    assert (row.status, row.first_login, surname_of(clean_session, one)) == (S.SECONDED, "anna", "ИВАНОВА")
    assert "другой сотрудник" in move(clean_session, [row_id], E.ACCEPT, two_persons=True).refused[row_id]
    assert move(clean_session, [row_id], E.ACCEPT, login="boris", two_persons=True).moved == [row_id]
    assert surname_of(clean_session, one) == "ПЕТРОВА"


def test_of_two_operators_at_once_exactly_one_decides(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one = person(session, 1)
        row_id = propose(session, one, surname="ПЕТРОВА")
    told: list[Decided] = []
    together = threading.Barrier(2)

    def act(login: str, event: E) -> None:
        with sessions.begin() as session:
            session.get(BufferedChange, row_id)  # both have looked at it before
            together.wait(timeout=10)
            told.append(move(session, [row_id], event, login=login, reason="сверено"))

    threads = [threading.Thread(target=act, args=pair) for pair in (("anna", E.ACCEPT), ("boris", E.REJECT))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(len(each.moved) for each in told) == [0, 1]
    loser = next(each for each in told if not each.moved)
    assert "Действие недоступно: состояние" in loser.refused[row_id]
    with sessions() as session:
        assert len(session.scalars(select(BufferStep)).all()) == 2


def test_contacts_apply_at_once_and_the_former_ones_stay(clean_session: Session) -> None:
    one = person(clean_session, 1)
    for day, number in ((10, "+79270000001"), (20, "+79270000002"), (15, "+79270000003")):
        proposal = Proposal(one, {"phone": number}, date(2026, 10, day))
        told = propose_changes(clean_session, [proposal], CLINIC, WHEN)[0]
        assert [change.name for change in told.changes] == ["contact_changed"]
    rows = clean_session.execute(
        select(Contact.value, Contact.valid_from, Contact.valid_to)
        .where(Contact.retracted_at == OPEN_MOMENT)
        .order_by(Contact.valid_from)
    ).all()
    ends = [(row.value[-1], row.valid_from.day, row.valid_to.day) for row in rows]
    assert ends == [("1", 10, 14), ("3", 15, 19), ("2", 20, 31)]
    assert clean_session.get_one(Person, one).phone == "+79270000002"


def test_every_change_of_contacts_leaves_a_row_of_history(clean_session: Session) -> None:
    one = person(clean_session, 1)
    for day, values in ((10, {"phone": "1", "email": "a@b.ru"}), (20, {"phone": "2"}), (21, {"phone": "2"})):
        propose_changes(clean_session, [Proposal(one, values, date(2026, 10, day), f"r{day}")], CLINIC, WHEN)
    acts = clean_session.scalars(select(PersonHistory).order_by(PersonHistory.id)).all()
    assert [(row.act, row.aspects, row.on.day, row.record_number) for row in acts] == [
        ("contacts", "contact", 10, "r10"),
        ("contacts", "contact", 20, "r20"),
    ]
    rows = clean_session.scalars(select(Contact).order_by(Contact.id)).all()
    assert {row.history_id for row in rows} == {row.id for row in acts}
    assert [row.retracted_by for row in rows if row.retracted_at < OPEN_MOMENT] == [acts[1].id]


def test_an_empty_contact_takes_the_known_one_away(clean_session: Session) -> None:
    one = person(clean_session, 1)
    for day, value in ((10, "a@b.ru"), (20, "")):
        told = [Proposal(one, {"email": value}, date(2026, 10, day))]
        propose_changes(clean_session, told, CLINIC, WHEN)
    row = clean_session.scalars(select(Contact).where(Contact.retracted_at == OPEN_MOMENT)).one()
    assert (row.value, row.valid_to) == ("a@b.ru", date(2026, 10, 19))


def test_rules_are_dated_and_what_ships_comes_back(clean_session: Session) -> None:
    tomorrow = date(2026, 11, 21)
    rule = Rule("clinic", "identity", Condition.NEVER)
    row = set_rule(clean_session, rule, since=tomorrow, login="admin", now=NOW)
    assert rule not in rules_on(clean_session, TODAY)
    assert rule in rules_on(clean_session, tomorrow)
    drop_rule(clean_session, row.id, since=date(2026, 12, 1))
    assert rule in rules_on(clean_session, date(2026, 11, 30))
    assert Rule("clinic", "identity", Condition.ALWAYS) in rules_on(clean_session, date(2026, 12, 1))


@pytest.mark.parametrize("count", [1_200])
def test_thousands_of_proposals_go_in_a_handful_of_statements(clean_session: Session, count: int) -> None:
    people = [Person(bdz_id=str(number), enp="", recorded_at=LEARNT) for number in range(count)]
    clean_session.add_all(people)
    clean_session.flush()
    proposals = [Proposal(one.id, {"surname": "ПЕТРОВА"}, SINCE, str(one.id)) for one in people]
    told = propose_changes(clean_session, proposals, CLINIC, WHEN)
    assert len({each.buffer_id for each in told}) == count
    decided = move(clean_session, [each.buffer_id for each in told if each.buffer_id], E.REJECT, reason="не то")
    assert len(decided.moved) == count
