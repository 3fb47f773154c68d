from __future__ import annotations

import pytest

from registry.exchange.codecs.code_pages import ONE_BYTE_PAGES, other_page
from registry.insured.generator.population import generate_people

NAMES = sorted({f"{line.surname} {line.first_name} {line.patronymic}" for line in generate_people(300, 11)})
PAGES = (*ONE_BYTE_PAGES, "utf-8")


@pytest.mark.parametrize("said", ONE_BYTE_PAGES)
@pytest.mark.parametrize("change", [str, str.upper])
def test_names_in_another_page_are_known_for_it_and_those_in_the_own_page_never_are(
    said: str, change: type[str]
) -> None:
    for name in NAMES:
        told = {page: other_page(change(name).encode(page), said) for page in PAGES}
        assert told == {page: "" if page == said else page for page in PAGES}


@pytest.mark.parametrize(
    "raw", [b"", b"IVANOV", b"\xb0\xb1", "Əлия «Қызы»".encode("cp1251", "ignore"), b"\x98\x98\x98\x98\xc8"]
)
def test_bytes_that_are_no_text_of_any_page_are_said_to_be_of_none(raw: bytes) -> None:
    assert other_page(raw, "cp1251") == ""


@pytest.mark.parametrize("said", ONE_BYTE_PAGES)
def test_small_letters_alone_may_be_of_either_page_and_are_believed_to_be_of_the_own(said: str) -> None:
    assert {other_page(name.lower().encode(said), said) for name in NAMES} == {""}
    assert other_page("анна".encode("cp1251"), "cp866") == ""
