"""Joined records in lists, totals, sights and guards: the survivor counts once, and is seen by whom the second was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.queries import Asked
from registry.exchange.options import DEFAULTS
from registry.exchange.stages.apply import _propose_twins
from registry.insured.keys import ensure_key_secret, refresh_keys
from registry.insured.kinds.query_parameters import QueryParameters
from registry.insured.matching import SearchRequest, identify
from registry.insured.matching.queries import load_candidates, people
from registry.insured.operations.attachment_rows import attachments_of
from registry.insured.queries.attached_totals import attached_totals
from registry.insured.queries.attachment_lists import attached_now
from registry.insured.queries.insurer_rows import Since, ended_by_others
from registry.insured.queries.people import Sight, person_is_visible
from registry.insured.tables import Attachment, Insurance, Person, PersonLead, PersonLink, PersonVersion, Snils
from registry.insured.twins import Actor, Reason, Refused, join_people, separate_people
from registry.store.base import OPEN_DATE
from registry.support.hospital.tables import Stay
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
TODAY = NOW.date()
ACTOR = Actor(by="operator", now=NOW, today=TODAY, fund_okato="36000", comment="одно лицо", confirmed=True)
OURS, THEIRS = "630001", "630007"


def both_attached(session: Session) -> tuple[int, int]:
    """Two living people of one sex, attached to one clinic each and nobody else to those."""
    living = (
        select(PersonVersion.person_id)
        .join(Person, Person.id == PersonVersion.person_id)
        .join(Attachment, Attachment.person_id == Person.id)
        .where(
            PersonVersion.sex == 2,
            PersonVersion.valid_to == OPEN_DATE,
            Person.died_on.is_(None),
            Attachment.valid_to == OPEN_DATE,
            Attachment.area_type == 1,
        )
    )
    main, second, *_ = session.scalars(living.distinct().order_by(PersonVersion.person_id))
    session.execute(update(Attachment).where(Attachment.clinic_code.in_([OURS, THEIRS])).values(clinic_code="630099"))
    for person_id, clinic in ((main, OURS), (second, THEIRS)):
        mine = update(Attachment).where(Attachment.person_id == person_id)
        session.execute(mine.values(clinic_code=clinic))
        session.execute(
            update(Insurance).where(Insurance.person_id == person_id).values(insurer_code=f"0{clinic[-4:]}")
        )
    return main, second


def asked(session: Session, kind: str, *codes: str, **given: Any) -> Asked:
    return Asked(session, QueryParameters(**given), kind, frozenset(codes), TODAY, NOW, 500, DEFAULTS)


def test_an_attachment_of_the_second_counts_only_while_the_survivor_has_none(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        assert len(attached_now(asked(session, "clinic", THEIRS)).rows) == 1
        done = join_people(session, main, second, ACTOR)
        assert len(attached_now(asked(session, "clinic", OURS)).rows) == 1
        assert attached_now(asked(session, "clinic", THEIRS)).rows == []
        totals = attached_totals(asked(session, "clinic", THEIRS, OURS, on=TODAY)).rows
        assert [(row.clinic, row.people) for row in totals] == [(OURS, 1)]  # type: ignore[attr-defined]
        session.execute(update(Attachment).where(Attachment.person_id == main).values(valid_to=date(2026, 1, 1)))
        [told] = attached_now(asked(session, "clinic", THEIRS)).rows
        assert told.enp == session.get_one(Person, main).enp  # type: ignore[attr-defined]
        separate_people(session, done.link.id, ACTOR)
        [told] = attached_now(asked(session, "clinic", THEIRS)).rows
        assert told.enp == session.get_one(Person, second).enp  # type: ignore[attr-defined]


def test_a_join_counts_from_the_moment_it_was_learnt(
    sessions: sessionmaker[Session], load_doubled: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_doubled(40, 0.0)
    hour = timedelta(hours=1)
    with sessions.begin() as session:
        main, second = both_attached(session)
        done = join_people(session, main, second, ACTOR)
        moments = (NOW - hour, NOW)
        assert [load_candidates(session, [second], at)[second].id for at in moments] == [second, main]
        assert not load_candidates(session, [second], NOW - hour)[second].is_annulled
        separate_people(session, done.link.id, replace(ACTOR, now=NOW + 2 * hour))
        later = (NOW - hour, NOW + hour, NOW + 3 * hour)
        monkeypatch.setattr(people, "MANY", 0)  # a file is about more people than a question
        assert [load_candidates(session, [second], at)[second].id for at in later] == [second, main, second]
        leads = session.scalars(select(PersonLead)).all()
        assert [(one.person_id, one.survivor_id, one.recorded_at, one.retracted_at) for one in leads] == [
            (second, main, NOW, NOW + 2 * hour)
        ]


def test_whoever_had_the_second_sees_the_survivor(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        sights = (Sight("clinic", codes=frozenset({THEIRS})), Sight("insurer", codes=frozenset({f"0{THEIRS[-4:]}"})))
        assert [person_is_visible(session, sight, main, TODAY) for sight in sights] == [False, False]
        join_people(session, main, second, ACTOR)
        assert [person_is_visible(session, sight, main, TODAY) for sight in sights] == [True, True]


def test_two_stays_in_one_hour_in_different_clinics_forbid_a_join(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    guards = collect().guards
    with sessions.begin() as session:
        main, second = both_attached(session)
        for person_id, clinic, time in ((main, OURS, "10:10:00"), (second, THEIRS, "10:50:00")):
            session.add(
                Stay(
                    clinic_code=clinic,
                    key=clinic,
                    form="1",
                    hospitalised_on=TODAY,
                    card_number="1",
                    person_id=person_id,
                    told={"hospitalised_time": time},
                    recorded_at=NOW,
                    changed_at=NOW,
                )
            )
        session.flush()
        with pytest.raises(Refused, match=r"Случаи в один час в разных МО: МО 630001, 10\.11\.2026 10:10"):
            join_people(session, main, second, ACTOR, guards)
        session.execute(update(Stay).where(Stay.person_id == second).values(clinic_code=OURS))
        join_people(session, main, second, ACTOR, guards)


def test_several_candidates_of_one_name_come_to_the_worklist(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        names = ("surname", "first_name", "patronymic", "surname_key", "first_name_key", "patronymic_key", "birth_date")
        known = session.scalars(select(PersonVersion).where(PersonVersion.person_id == main)).first()
        assert known is not None
        same = {name: getattr(known, name) for name in names}
        session.execute(update(PersonVersion).where(PersonVersion.person_id == second).values(**same))
        session.execute(delete(Snils).where(Snils.person_id == second))
        secret = ensure_key_secret(session)
        refresh_keys(session, [main, second], secret)
        request = SearchRequest(
            on=TODAY,
            surname=known.surname,
            first_name=known.first_name,
            patronymic=known.patronymic,
            birth_date=known.birth_date,
            sex=known.sex,
        )
        [found] = identify(session, [request], recorded_at=NOW, fund_okato="36000", secret=secret)
        assert sorted(found.alike) == sorted((main, second))
        assert "alike" not in found.evidence()
        batch: Any = SimpleNamespace(items=[SimpleNamespace(identification=found)], now=NOW)
        _propose_twins(session, batch)
        _propose_twins(session, batch)
        link = session.scalars(select(PersonLink)).one()
        assert (link.first_id, link.second_id, link.reasons) == (*sorted((main, second)), Reason.SEVERAL)


def test_an_attachment_of_the_second_is_history_of_the_survivor(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        join_people(session, main, second, ACTOR)
        assert {row.person_id for row in attachments_of(session, [main])[main]} == {main}
        session.execute(delete(Attachment).where(Attachment.person_id == main))
        assert {row.person_id for row in attachments_of(session, [main])[main]} == {second}


def test_the_insurer_of_the_second_is_told_by_the_next_file(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        done = join_people(session, main, second, ACTOR)
        [code] = done.changes[0].facts["insurers"]
        asked = Since(code, NOW - timedelta(days=1), NOW + timedelta(days=1), TODAY)
        [(_, notice)] = ended_by_others(session, asked)
        told = session.get_one(Person, second).enp
        assert (notice.reason, notice.enp) == (23, told)
        separate_people(session, done.link.id, ACTOR)
        assert ended_by_others(session, asked) == []
