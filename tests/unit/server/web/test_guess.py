from datetime import date

import pytest

from server.web.guess import guess


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6312345678901234", "enp"),
        ("6312 3456 7890 1234", "enp"),
        ("112-233-445 95", "snils"),
        ("36 15 123456", "document"),
        ("II-АК 123456", "document"),
        ("132", "packet"),
        ("4f0c9e62-7b1d-4e59-9c3b-0a1b2c3d4e5f", "guid"),
        ("630001_21112026_1.dbf", "file"),
        ("630001_21112026_1", "file"),
        ("MO263000720261120", "file"),
        ("AB123456", "document"),
        ("Иванов Иван Иванович", "name"),
        ("Салтыков-Щедрин М.", "name"),
        ("12345-67890-123", "policy"),
        ("что угодно; ещё", "text"),
    ],
)
def test_the_type_of_a_search_is_guessed_from_its_shape(text: str, kind: str) -> None:
    assert guess(text).kind == kind


def test_a_birth_date_beside_a_name_is_taken_out() -> None:
    found = guess("Иванов Иван 02.03.1980")
    assert (found.words, found.birth_date) == (("Иванов", "Иван"), date(1980, 3, 2))


def test_a_day_that_does_not_exist_is_no_birth_date() -> None:
    assert guess("Иванов 31.02.1980").birth_date is None
