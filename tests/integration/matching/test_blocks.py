"""What blocks of candidates are read from gives the same in both databases and in memory (registry model, 9.4)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, literal, select, text

from registry.insured.tables.blocks import beginning_of, heard, last_six, month_and_day, sound_of, year

SURNAMES = (
    "САХАРОВА",
    "СОХОРОВА",
    "ВАСИЛЬЕВ",
    "ВАССИЛЬЕВ",
    "ЩЕРБАК",
    "ЖЮЛЬ-ВЕРН",
    "Д'АРТ",
    "ЛИ",
    "",
    "ОЕЮБВГДЖЗЩЙЬЪЫЭЯ",
)


@pytest.mark.parametrize("surname", SURNAMES)
def test_a_surname_sounds_in_the_database_as_it_does_in_memory(engine: Engine, surname: str) -> None:
    with engine.connect() as connection:
        told = connection.execute(select(sound_of(literal(surname)), beginning_of(literal(surname)))).one()
    assert tuple(told) == (heard(surname), surname[:4])


def test_surnames_written_by_ear_sound_alike_and_others_do_not() -> None:
    assert heard("САХАРОВА") == heard("СОХОРОВА") == heard("САХОРОФФА")
    assert heard("ВАСИЛЬЕВ") == heard("ВАССИЛИЕВ")
    assert heard("ПЕТРОВ") != heard("ПАВЛОВ")


def test_parts_of_a_date_and_the_end_of_a_number_are_read_alike(engine: Engine) -> None:
    born, other_year, other_day = date(1984, 3, 5), date(1985, 3, 5), date(1984, 3, 6)

    def same(part: object, one: date, other: date) -> bool:
        with engine.connect() as connection:
            return bool(connection.scalar(select(part(literal(one)) == part(literal(other)))))  # type: ignore[operator]

    assert same(year, born, other_day)
    assert not same(year, born, other_year)
    assert same(month_and_day, born, other_year)
    assert not same(month_and_day, born, other_day)
    with engine.connect() as connection:
        told = connection.execute(select(last_six(literal("11223344595")), last_six(literal("12")))).one()
    assert tuple(told) == ("344595", "12")


def test_every_block_has_its_index(engine: Engine) -> None:
    listed = {
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    }
    with engine.connect() as connection:
        found = set(connection.execute(text(listed[engine.dialect.name])).scalars())
    assert {
        "ix_person_version_sound",
        "ix_person_version_beginning",
        "ix_snils_last_six",
        "ix_identity_document_last_six",
    } <= found
