"""Joining records of one person: exactly undone, safe under others, refused when it must be."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.core.errors import Retryable
from registry.insured.keys import ensure_key_secret
from registry.insured.matching import Identification, IdentificationOutcome, SearchRequest, identify
from registry.insured.queries import card, state_on
from registry.insured.tables import (
    Insurance,
    Person,
    PersonEnp,
    PersonHistory,
    PersonLinkStep,
    PersonStatus,
    PersonVersion,
    Snils,
)
from registry.insured.twins import (
    Actor,
    Refused,
    Split,
    join_people,
    separate_people,
    split_person,
    undo_split,
)
from registry.insured.twins.operations.row_copies import statements_of
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
DAY = date(2026, 10, 5)
ACTOR = Actor(by="operator", now=NOW, today=TODAY, fund_okato="36000", comment="по заявлению", confirmed=True)
HASTY = replace(ACTOR, comment="", confirmed=False)
O = IdentificationOutcome  # noqa: E741 - one letter keeps the assertions readable


def requests_about(session: Session, person_id: int) -> list[SearchRequest]:
    """Every way clinics may ask about a record."""
    found = card(session, person_id)
    assert found is not None
    state = state_on(found, TODAY)
    version = state.version
    assert version is not None
    names: dict[str, Any] = {
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic,
        "birth_date": version.birth_date,
        "sex": version.sex,
        "on": DAY,
    }
    asked = [SearchRequest(**names), SearchRequest(**names, enp=found.person.enp)]
    if state.snils:
        asked.append(SearchRequest(**names, snils=state.snils.number))
    if state.document:
        row = state.document
        asked.append(SearchRequest(**names, document_series=row.series, document_number=row.number))
    asked.append(SearchRequest(on=DAY, bdz_id=found.person.bdz_id, sole_identifier=True))
    return asked


def answers(session: Session, requests: Sequence[SearchRequest]) -> list[Identification]:
    secret = ensure_key_secret(session)
    return identify(session, requests, recorded_at=NOW + timedelta(days=9), fund_okato="36000", secret=secret)


def known(session: Session, person_id: int) -> list[Any]:
    """What the card says of a record now: the person and every row that counts, without the numbers of rows.

    The histories of statuses and main ЕНПs are left out: they grow with every act, whatever holds in the end.
    """
    session.expire_all()
    found = card(session, person_id)
    assert found is not None
    person = {c.key: getattr(found.person, c.key) for c in Person.__table__.columns}
    skipped = {"id", "recorded_at", "policy_id", "event", "history_id", "retracted_by"}
    rows = [
        (type(row).__name__, *((c.key, getattr(row, c.key)) for c in row.__table__.columns if c.key not in skipped))
        for row in found.rows
        if row.retracted_at == OPEN_MOMENT and not isinstance(row, PersonStatus | PersonEnp)
    ]
    return [person, *sorted(rows, key=repr)]


def test_a_join_undone_restores_every_answer_and_both_cards(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    pairs = load_doubled(60, 0.5)
    dice = random.Random(5)
    with sessions.begin() as session:
        for second, first in dice.sample(sorted(pairs.items()), 12):
            main, other = (first, second) if dice.random() < 0.5 else (second, first)
            asked = [*requests_about(session, main), *requests_about(session, other)]
            before = answers(session, asked), known(session, main), known(session, other)
            done = join_people(session, main, other, ACTOR)
            joined = answers(session, asked)
            assert {one.person_id for one in joined if one.person_id} <= {main}
            assert all(one.outcome is not O.SEVERAL for one in joined)
            assert any("Запись объединена" in one.notes for one in joined)
            separate_people(session, done.link.id, ACTOR)
            assert (answers(session, asked), known(session, main), known(session, other)) == before


def test_the_second_is_annulled_and_found_as_the_main_by_its_own_numbers(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    second, first = min(load_doubled(20, 0.5).items())
    with sessions.begin() as session:
        done = join_people(session, first, second, ACTOR)
        people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_([first, second])))}
        assert (people[second].status, people[second].merged_into, people[first].status) == (2, first, 1)
        [found] = answers(session, [SearchRequest(on=DAY, enp=people[second].enp, sole_identifier=True)])
        assert (found.person_id, found.enp, found.outcome) == (first, people[first].enp, O.FOUND_DIFF)
        [change] = done.changes
        assert (change.name, change.person_id, change.facts["second_id"]) == ("people_joined", first, second)
        assert change.facts["insurers"]
        assert (change.facts["event"], change.facts["reason"]) == ("П10", "П023")
        acts = session.execute(select(PersonHistory.person_id, PersonHistory.event, PersonHistory.operator)).all()
        assert {tuple(row) for row in acts} == {(first, "П10", "operator"), (second, "П10", "operator")}


def test_a_chain_always_leads_to_the_last_survivor_and_is_taken_apart_in_any_order(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(30, 0.0)
    with sessions.begin() as session:
        a, b, c = alike(session, 3)
        first, second = join_people(session, b, a, ACTOR), join_people(session, c, b, ACTOR)
        assert leads(session, a, b, c) == (c, c, None)
        separate_people(session, first.link.id, ACTOR)
        assert leads(session, a, b, c) == (None, c, None)
        join_people(session, c, a, ACTOR)
        separate_people(session, second.link.id, ACTOR)
        assert leads(session, a, b, c) == (c, None, None)


def test_the_middle_of_a_chain_takes_its_own_records_along(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(30, 0.0)
    with sessions.begin() as session:
        a, b, c = alike(session, 3)
        join_people(session, b, a, ACTOR)
        upper = join_people(session, c, b, ACTOR)
        separate_people(session, upper.link.id, ACTOR)
        assert leads(session, a, b, c) == (b, None, None)


def alike(session: Session, count: int) -> list[int]:
    """People of one sex."""
    query = select(PersonVersion.person_id).where(PersonVersion.sex == 1, PersonVersion.valid_to == OPEN_DATE)
    return list(session.scalars(query.order_by(PersonVersion.person_id).limit(count)))


def leads(session: Session, *ids: int) -> tuple[int | None, ...]:
    found = {row[0]: row[1] for row in session.execute(select(Person.id, Person.merged_into))}
    return tuple(found[one] for one in ids)


def test_what_must_not_be_joined_is_refused_in_words(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(30, 0.0)
    with sessions.begin() as session:
        a, b, c = alike(session, 3)
        with pytest.raises(Refused, match="саму с собой"):
            join_people(session, a, a, ACTOR)
        with pytest.raises(Refused, match="нет"):
            join_people(session, a, 999_999, ACTOR)
        woman = session.scalars(select(PersonVersion.person_id).where(PersonVersion.sex == 2)).first()
        assert woman is not None
        with pytest.raises(Refused, match="и пол, и дата рождения"):
            join_people(session, a, woman, ACTOR)
        done = join_people(session, a, b, ACTOR)
        for main, second in ((a, b), (c, b), (b, c)):
            with pytest.raises(Refused, match="уже"):
                join_people(session, main, second, ACTOR)
        separate_people(session, done.link.id, ACTOR)
        with pytest.raises(Refused, match="не объединены"):
            separate_people(session, done.link.id, ACTOR)
        with pytest.raises(Refused, match="разные случаи"):
            join_people(session, a, b, ACTOR, [lambda _session, _ours, _theirs: ["разные случаи"]])


def test_two_living_people_with_different_snils_are_joined_only_with_a_reason(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(30, 0.0)
    with sessions.begin() as session:
        a, b, *_ = (
            one
            for one in alike(session, 20)
            if session.scalar(select(Snils.id).where(Snils.person_id == one))
            and session.get_one(Person, one).died_on is None
        )
        for hasty in (HASTY, replace(HASTY, comment="верю"), replace(HASTY, confirmed=True)):
            with pytest.raises(Refused, match="СНИЛС"):
                join_people(session, a, b, hasty)
        join_people(session, a, b, ACTOR)
        step = session.scalars(select(PersonLinkStep).where(PersonLinkStep.operation == "joined")).one()
        assert (step.comment, step.details["confirmed"], step.by) == ("по заявлению", ["snils"], "operator")


def test_insurance_of_the_second_counts_only_where_the_main_has_none(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    second, first = min(load_doubled(20, 0.5).items())
    with sessions.begin() as session:
        session.execute(
            update(Insurance)
            .where(Insurance.person_id == first)
            .values(insurer_code="63001", valid_from=date(2020, 1, 1))
        )
        session.execute(
            update(Insurance)
            .where(Insurance.person_id == second)
            .values(insurer_code="63002", valid_from=date(2018, 1, 1))
        )
        asked = [
            replace(request, on=day)
            for day in (date(2019, 5, 5), DAY)
            for request in requests_about(session, first)[1:2]
        ]
        join_people(session, first, second, ACTOR)
        assert [one.insurance.insurer_code for one in answers(session, asked) if one.insurance] == ["63002", "63001"]


def test_statements_of_another_person_leave_for_a_new_record_and_come_back_exactly(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        counted = select(PersonVersion.person_id).group_by(PersonVersion.person_id).having(func.count() > 1)
        person_id = session.scalars(counted.order_by(PersonVersion.person_id)).first()
        assert person_id is not None
        asked, before = requests_about(session, person_id), known(session, person_id)
        told = answers(session, asked)
        statements = statements_of(session, person_id)
        newest = max((one for one in statements if one.noun == "version"), key=lambda one: one.valid_from)
        chosen = [newest.name, *(one.name for one in statements if one.noun in {"policy", "attachment"})]
        done = split_person(session, Split(person_id=person_id, statements=tuple(chosen)), ACTOR)
        new_id = done.changes[0].facts["second_id"]
        theirs, ours = statements_of(session, new_id), statements_of(session, person_id)
        assert sorted(one.noun for one in theirs) == sorted(name.split(":")[0] for name in chosen)
        assert [one.is_open for one in ours if one.noun == "version"][-1]
        assert answers(session, asked) != told
        undo_split(session, done.link.id, replace(ACTOR, now=NOW + timedelta(hours=1)))
        assert known(session, person_id) == before
        assert [replace_joined(one) for one in answers(session, asked)] == [replace_joined(one) for one in told]
        assert leads(session, new_id) == (person_id,)


def replace_joined(found: Identification) -> Any:
    return (found.outcome, found.person_id, found.enp, found.insurance, found.attachment, found.person)


def test_a_separation_that_leaves_somebody_without_a_name_is_refused(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(10, 0.0)
    with sessions.begin() as session:
        [person_id] = alike(session, 1)
        names = [one.name for one in statements_of(session, person_id)]
        for chosen, words in (
            ((), "Отметьте"),
            (tuple(names), "должна остаться"),
            (tuple(name for name in names if not name.startswith("version")), "Новой записи"),
            (("version:987654",), "обновите"),
        ):
            with pytest.raises(Refused, match=words):
                split_person(session, Split(person_id=person_id, statements=chosen), ACTOR)


def test_joins_at_the_same_time_make_no_circle(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(30, 0.0)
    with sessions() as session:
        people = alike(session, 4)
    wanted = [(people[0], people[1]), (people[1], people[0]), (people[2], people[1]), (people[1], people[2])] * 2
    together, outcomes = Barrier(len(wanted)), []

    def join(main: int, second: int) -> None:
        together.wait()
        for _ in range(20):
            try:
                with sessions.begin() as session:
                    join_people(session, main, second, ACTOR)
            except Retryable:
                continue
            except Refused as refused:
                outcomes.append(refused.code)
            else:
                outcomes.append("joined")
            return

    threads = [Thread(target=join, args=pair) for pair in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(wanted)
    with sessions() as session:
        ends = dict(zip(people, leads(session, *people), strict=True))
    assert all(end is None or ends[end] is None for end in ends.values())
    assert 1 <= outcomes.count("joined") <= 2
    assert ends[people[1]] is not None or people[1] in ends.values()


def test_whatever_is_joined_and_separated_in_any_order_nobody_is_lost(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(30, 0.0)
    dice = random.Random(11)
    with sessions.begin() as session:
        people = alike(session, 6)
        before = [known(session, one) for one in people]
        joined: list[int] = []
        refused_as: set[str] = set()
        for _ in range(40):
            if joined and dice.random() < 0.4:
                separate_people(session, joined.pop(dice.randrange(len(joined))), ACTOR)
            else:
                main, second = dice.sample(people, 2)
                try:
                    joined.append(join_people(session, main, second, ACTOR).link.id)
                except Refused as refused:
                    refused_as.add(refused.code)
            ends = dict(zip(people, leads(session, *people), strict=True))
            statuses = {one.id: one.status for one in session.scalars(select(Person).where(Person.id.in_(people)))}
            assert all(end is None or ends[end] is None for end in ends.values())
            assert all((statuses[one] == 2) == (end is not None) for one, end in ends.items())
            assert sum(end is not None for end in ends.values()) == len(joined)
        for link_id in dice.sample(joined, len(joined)):
            separate_people(session, link_id, ACTOR)
        assert [known(session, one) for one in people] == before
        assert refused_as <= {"JOIN_REFUSED", "PAIR_SETTLED"}
