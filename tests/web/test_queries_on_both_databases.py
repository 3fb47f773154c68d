"""What the screens ask the database, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from registry.exchange import queries
from registry.exchange.operations.register import register_organisation
from registry.exchange.queries import JournalFilter, Visibility
from registry.insured.queries import PersonSearch, Sight, card, find_people, person_is_visible, state_on, timeline
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion, Policy, Snils
from tests.web.packets import STATUSES, Made, add_packet

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
EVERYBODY = Sight("fund", everyone=True)


@pytest.fixture
def filled(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Two clinics with ten packets each, and three people."""
    with sessions.begin() as session:
        for code in ("630001", "630002"):
            clinic = register_organisation(session, kind="clinic", name=f"Поликлиника {code}", codes={"mcod": code})
            for number, status in enumerate(STATUSES):
                at = NOW - timedelta(days=9 - number)
                add_packet(session, Made(clinic, code, status, at, file_name=f"F{code}_{number}.dbf", login=code))
        for number, (surname, former) in enumerate((("ИВАНОВА", "ПЕТРОВА"), ("ИВАНОВ-БЕЛЫЙ", ""), ("СИДОРОВ", "")), 1):
            _add_person(session, number, surname, former)
    return sessions


def _add_person(session: Session, number: int, surname: str, former: str) -> None:
    dated = {"recorded_at": NOW, "valid_from": date(1990, 1, 1)}
    person = Person(bdz_id=str(number), enp=f"631234567890000{number}", recorded_at=NOW)
    session.add(person)
    session.flush()
    facts = {
        "person_id": person.id,
        "first_name": "АННА",
        "first_name_key": "АННА",
        "sex": 2,
        "birth_date": date(1990, 1, 1),
    }
    married = date(2020, 6, 1)
    if former:
        old = dated | {"valid_to": married - timedelta(days=1)}
        session.add(PersonVersion(**facts, surname=former, surname_key=former, **old))
    since = dated | {"valid_from": married if former else date(1990, 1, 1)}
    session.add(PersonVersion(**facts, surname=surname, surname_key=surname, **since))
    session.add(Snils(person_id=person.id, number=f"1122334459{number}", **dated))
    policy = Policy(person_id=person.id, type="Ц", enp=person.enp, number=person.enp, number_key=person.enp, **dated)
    session.add(policy)
    session.flush()
    session.add(Insurance(person_id=person.id, policy_id=policy.id, insurer_code="63001", **dated))
    clinic = "630001" if number < 3 else "630002"
    session.add(Attachment(person_id=person.id, clinic_code=clinic, applied_on=date(2021, 1, 1), **dated))


def test_pages_of_the_journal_join_without_a_gap_or_a_repetition(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        seen: list[int] = []
        after = None
        while page := queries.journal_page(session, Visibility("fund", None), JournalFilter(), after=after, limit=7):
            seen += [line.entry.id for line in page]
            after = page[-1].key
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 20


def test_every_filter_of_the_journal_narrows(filled: sessionmaker[Session]) -> None:
    everything = Visibility("fund", None)

    def count(**wanted: object) -> int:
        return len(queries.journal_page(session, everything, JournalFilter(**wanted), limit=99))  # type: ignore[arg-type]

    with filled() as session:
        assert count(since=NOW - timedelta(days=2)) == 6
        assert count(until=NOW - timedelta(days=2)) == 14
        assert count(since=NOW + timedelta(days=1)) == 0
        assert count(statuses=("rejected", "parked")) == 4
        assert count(login="630002", channel="web") == 10
        assert count(text="ЛЕДНЁВА анна") == 20
        assert count(text="112-233-445 95") == 20
        assert count(text="НИКТО") == 0
        assert count(text="%") == 0


def test_one_organisation_sees_its_own_lines_only(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        ours = queries.organisation_page(session, text="630001")[0].organisation.id
        sees = queries.visibility_of(session, ours, "clinic", "clerk")
        lines = queries.journal_page(session, sees, JournalFilter(), limit=99)
        assert {line.entry.sender_code for line in lines} == {"630001"}
        assert sum(queries.journal_counts(session, sees, NOW - timedelta(days=30)).values()) == 10
        foreign = next(line for line in queries.journal_page(session, Visibility("fund", None), JournalFilter()))
        assert queries.journal_line(session, sees, foreign.entry.id) is None


def test_bytes_findings_and_records_of_a_packet_are_read_by_key(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        line = queries.journal_page(session, Visibility("fund", None), JournalFilter(statuses=("partly_rejected",)))[0]
        packet_id = line.entry.id
        assert queries.content_head(session, packet_id, "raw", 5) == b"<?xml"
        assert queries.content_size(session, packet_id, "raw") == len(
            b"".join(queries.content_pieces(session, packet_id, "raw"))
        )
        first = queries.record_page(session, packet_id, limit=5)
        rest = queries.record_page(session, packet_id, after=first[-1].position, limit=99)
        assert [row.position for row in first + rest] == list(range(1, 13))
        groups = {group.code: group.count for group in queries.finding_groups(session, packet_id)}
        assert sum(groups.values()) == len(queries.finding_page(session, packet_id, limit=99))
        assert queries.neighbours(session, packet_id, 1) == (None, 2)
        assert queries.work_state(session).in_work == 4


def test_people_are_found_by_beginnings_of_names_and_former_names(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        found = find_people(session, EVERYBODY, PersonSearch(surname="Иванов"), today=TODAY)
        assert {line.version.surname for line in found} == {"ИВАНОВА", "ИВАНОВ-БЕЛЫЙ"}
        former = find_people(session, EVERYBODY, PersonSearch(surname="петр", first_name="ан"), today=TODAY)
        assert [(line.version.surname, line.former) for line in former] == [("ИВАНОВА", "ПЕТРОВА АННА")]
        first = find_people(session, EVERYBODY, PersonSearch(surname="Иванов"), today=TODAY, limit=1)
        second = find_people(
            session, EVERYBODY, PersonSearch(surname="Иванов"), today=TODAY, after=first[0].key, limit=1
        )
        assert first[0].person.id != second[0].person.id


@pytest.mark.parametrize(
    "wanted",
    [
        PersonSearch(enp="6312 3456 7890 0001"),
        PersonSearch(snils="112-233-445 91"),
        PersonSearch(policy="6312345678900001"),
        PersonSearch(bdz_id="1"),
        PersonSearch(birth_date=date(1990, 1, 1), surname="Иванова"),
    ],
)
def test_people_are_found_by_any_number(filled: sessionmaker[Session], wanted: PersonSearch) -> None:
    with filled() as session:
        assert [line.person.bdz_id for line in find_people(session, EVERYBODY, wanted, today=TODAY)] == ["1"]


def test_a_clinic_and_an_insurer_find_only_their_own(filled: sessionmaker[Session]) -> None:
    clinic, insurer = Sight("clinic", codes=frozenset({"630002"})), Sight("insurer", codes=frozenset({"63002"}))
    born = PersonSearch(birth_date=date(1990, 1, 1))
    with filled() as session:
        assert [line.version.surname for line in find_people(session, clinic, born, today=TODAY)] == ["СИДОРОВ"]
        assert find_people(session, insurer, born, today=TODAY) == []
        assert find_people(session, Sight("agency"), born, today=TODAY) == []
        other = find_people(session, EVERYBODY, PersonSearch(bdz_id="1"), today=TODAY)[0].person.id
        assert not person_is_visible(session, clinic, other, TODAY)


def test_the_card_tells_the_state_of_any_day(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        person = find_people(session, EVERYBODY, PersonSearch(bdz_id="1"), today=TODAY)[0].person
        found = card(session, person.id)
        assert found is not None
        before, now = state_on(found, date(2019, 1, 1)), state_on(found, TODAY)
        assert (before.version and before.version.surname, now.version and now.version.surname) == (
            "ПЕТРОВА",
            "ИВАНОВА",
        )
        assert now.insurance is not None
        assert state_on(found, date(1980, 1, 1)).insurance is None
        assert timeline(found)[0].on == date(2020, 6, 1)
