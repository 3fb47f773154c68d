"""Editions of books in the database: switched in one transaction, taken back, kept for checks that have begun."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.checks.books import Books, Verdict
from registry.core.clock import FixedClock
from registry.core.errors import Permanent
from registry.exchange.catalogue import Catalog
from registry.exchange.context import HubContext
from registry.exchange.operations.load_books import Loaded, Loading, load_books, put_into_use, ship_books, take_back
from registry.exchange.tables import JournalEntry
from registry.reference.descriptions import packaged
from registry.reference.operations import describe_books
from registry.reference.queries import book_states, row, versions_of
from registry.reference.tables import BookVersion

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOADING = Loading(by="fund", channel="web")
Sessions = sessionmaker[Session]


@pytest.fixture
def context(sessions: Sessions) -> HubContext:
    zone = ZoneInfo("Europe/Samara")
    catalog = Catalog(kinds={}, spellings={}, dialects={}, layouts=(), forms={}, subscribers={})
    with sessions.begin() as session:
        describe_books(session, packaged())
    return HubContext(catalog, FixedClock(NOW), "63", zone)


def edition(number: str, day: str, *rows: str) -> bytes:
    return "\n".join((f"# V021;{number};{day}", "IDSPEC;SPECNAME;DATEBEG;DATEEND", *rows)).encode()


FIRST = edition("4.8", "01.02.2024", "1;Терапия;01.01.2020;", "2;Хирургия;01.01.2020;", "3;Узкая;01.01.2020;")
SECOND = edition(
    "4.9", "11.09.2025", "1;Терапия;01.01.2020;", "2;Хирургия;01.01.2020;31.12.2025", "4;Новая;01.10.2025;"
)


def loaded(sessions: Sessions, context: HubContext, content: bytes, loading: Loading = LOADING) -> Loaded:
    with sessions.begin() as session:
        (one,) = load_books(session, content, "V021.csv", loading, context)
        session.expunge_all()
    return one


def used(sessions: Sessions, context: HubContext, content: bytes, loading: Loading = LOADING) -> int:
    one = loaded(sessions, context, content, loading)
    assert one.version is not None, one.refusal
    with sessions.begin() as session:
        put_into_use(session, session.get_one(BookVersion, one.version.id), LOADING, context)
    context.remembered.forget()
    return one.version.id


def books(sessions: Sessions, context: HubContext, held: dict[str, int] | None = None) -> Books:
    with sessions() as session:
        return context.books(session, ("V021",), held)


def verdicts(found: Books, on: date) -> str:
    letters = {Verdict.VALID: "v", Verdict.ABSENT: "-", Verdict.CLOSED: "c"}
    return "".join(letters[found["V021"].verdict(key, on)] for key in (1, 2, 3, 4))


def test_a_received_edition_counts_only_after_it_was_put_into_use(sessions: Sessions, context: HubContext) -> None:
    one = loaded(sessions, context, FIRST)
    assert one.version is not None
    assert books(sessions, context).missing == {"V021"}
    with sessions.begin() as session:
        put_into_use(session, session.get_one(BookVersion, one.version.id), LOADING, context)
    context.remembered.forget()
    assert verdicts(books(sessions, context), date(2024, 5, 1)) == "vvv-"


def test_a_vanished_row_ends_on_the_eve_of_the_new_edition(sessions: Sessions, context: HubContext) -> None:
    used(sessions, context, FIRST)
    used(sessions, context, SECOND)
    found = books(sessions, context)
    assert verdicts(found, date(2025, 9, 10)) == "vvvc"
    assert verdicts(found, date(2025, 9, 11)) == "vvcc"
    assert verdicts(found, date(2026, 1, 1)) == "vccv"


def test_a_check_goes_on_with_the_edition_it_began_with(sessions: Sessions, context: HubContext) -> None:
    used(sessions, context, FIRST)
    begun = books(sessions, context)
    used(sessions, context, SECOND)
    assert verdicts(begun, date(2026, 1, 1)) == "vvv-"
    held = {"V021": begun["V021"].revision}
    assert verdicts(books(sessions, context, held), date(2026, 1, 1)) == "vvv-"
    assert verdicts(books(sessions, context), date(2026, 1, 1)) == "vccv"


def test_an_edition_taken_back_leaves_the_book_as_it_was(sessions: Sessions, context: HubContext) -> None:
    first = used(sessions, context, FIRST)
    second = used(sessions, context, SECOND)
    begun = books(sessions, context)
    with sessions.begin() as session:
        with pytest.raises(Permanent, match="последней"):
            take_back(session, session.get_one(BookVersion, first), LOADING, context)
        take_back(session, session.get_one(BookVersion, second), LOADING, context)
    context.remembered.forget()
    assert verdicts(books(sessions, context), date(2026, 1, 1)) == "vvv-"
    held = {"V021": begun["V021"].revision}
    assert verdicts(books(sessions, context, held), date(2026, 1, 1)) == "vccv"
    with sessions() as session:
        assert [one.state for one in versions_of(session, "V021")] == ["withdrawn", "current"]
    assert loaded(sessions, context, SECOND).version is not None


def test_memory_is_read_again_only_when_the_book_has_changed(sessions: Sessions, context: HubContext) -> None:
    used(sessions, context, FIRST)
    statements: list[str] = []
    with sessions() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told: statements.append(told[2]))
        first = context.books(session, ("V021", "M001"))
        read = len(statements)
        assert context.books(session, ("V021",))["V021"] is first["V021"]
        assert len(statements) == read
        context.remembered.forget()
        assert context.books(session, ("V021",))["V021"] is first["V021"]
        assert len(statements) == read + 1


def test_the_same_bytes_are_loaded_already_and_the_journal_tells_of_every_file(
    sessions: Sessions, context: HubContext
) -> None:
    used(sessions, context, FIRST)
    again = loaded(sessions, context, FIRST)
    assert again.is_known
    broken = loaded(sessions, context, b"# V021;5.0;01.01.2026\nNAME\nx\n")
    assert broken.refusal is not None
    assert "колонок ключа" in broken.refusal.text
    with sessions() as session:
        told = session.execute(select(JournalEntry.operation, JournalEntry.status, JournalEntry.login)).all()
    assert [tuple(one) for one in told] == [
        ("reference_load", "accepted", "fund"),
        ("reference_switch", "accepted", "fund"),
        ("reference_load", "accepted", "fund"),
        ("reference_load", "refused", "fund"),
    ]


def test_another_content_of_the_same_edition_must_be_confirmed(sessions: Sessions, context: HubContext) -> None:
    used(sessions, context, FIRST)
    other = loaded(sessions, context, edition("4.8", "01.02.2024", *FIRST.decode().splitlines()[2:], "9;Ещё;;"))
    assert other.doubts == ["версия 4.8 уже загружена с другим содержанием"]


def test_shipped_books_give_way_to_the_first_real_edition(sessions: Sessions, context: HubContext) -> None:
    with sessions.begin() as session:
        assert ship_books(session, context) > 10
        assert ship_books(session, context) == 0
    real = "# V029;1.0;26.09.2018\nIDMET;N_MET;DATEBEG\n1;Лаборатория;01.09.2018\n".encode()
    with sessions.begin() as session:
        (one,) = load_books(session, real, "V029.csv", LOADING, context)
        assert one.version is not None
        put_into_use(session, one.version, LOADING, context)
    context.remembered.forget()
    with sessions() as session:
        found = context.books(session, ("V029",))["V029"]
        assert (found.sample, found.verdict(2, date(2026, 1, 1)), found.verdict(1, date(2018, 1, 1))) == (
            False,
            Verdict.ABSENT,
            Verdict.CLOSED,
        )
        assert row(session, "V029", "01", date(2020, 1, 1)) is not None
        assert row(session, "V029", "01", date(2017, 1, 1)) is None
        states = {one.book.code: one.state for one in book_states(session)}
    assert (states["V029"], states["V006"], states["V021"]) == ("current", "sample", "absent")
    refused = loaded(sessions, context, FIRST, Loading(by="fund", sample=True))
    assert refused.version is not None
    assert refused.version.sample


def test_an_edition_that_waited_too_long_does_not_go_over_a_newer_one(sessions: Sessions, context: HubContext) -> None:
    older = loaded(sessions, context, FIRST)
    used(sessions, context, SECOND)
    assert older.version is not None
    with sessions.begin() as session, pytest.raises(Permanent, match=r"Загружена версия 4\.9"):
        put_into_use(session, session.get_one(BookVersion, older.version.id), LOADING, context)
