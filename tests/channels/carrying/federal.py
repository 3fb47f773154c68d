"""The federal register of golden cases: it is asked about strangers, and knows those a case names."""

from __future__ import annotations

from datetime import date

from registry.central.federal import Reply
from registry.central.operations.question_federal import settle, take_question
from server.mock.federal import TOKEN, Insured, answer
from tests.channels.carriers import Place
from tests.channels.golden_cases import Case


def answer_questions(place: Place, case: Case) -> None:
    """Let every question that waits be asked and answered."""
    people = known_people(case)
    asked = 0
    while (question := take_question(place.session, place.context)) is not None:
        assert settle(place.session, question, Reply(*answer(question.body, TOKEN, people)), place.context)
        asked += 1
    assert asked


def known_people(case: Case) -> list[Insured]:
    """Those the register knows, under the numbers of the case."""
    found = []
    for name, told in case.federal.items():
        block = case.people[name].block
        died = told.get("died_on")
        names = {one: told.get(one, block[one]) for one in ("surname", "first_name", "patronymic")}
        found.append(
            Insured(
                block["enp"],
                **names,
                birth_date=block["birth_date"],
                status=told.get("status", "ДПП"),
                okato=told.get("okato", "45000"),
                died_on=date.fromisoformat(died) if died else None,
                other_numbers=frozenset((block["snils"], block["document_number"])),
            )
        )
    return found
