"""What a card keeps, what makes two attempts equal, which facts it causes, and that its life has no holes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.core.findings import FindingCode as F
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.matching.outcomes import Difference, DifferenceLevel, PersonFacts
from registry.support.card_workflow import TRANSITIONS, Action, State, action_of
from registry.support.kinds.preventive_exam import Diagnosis, PreventiveExam
from registry.support.kinds.service import Service
from registry.support.rules.cards import changes_of, columns_of, content_of, hash_of
from registry.support.rules.exam_checks import group_of
from registry.support.rules.person import judge_patient

OUTCOME = IdentificationOutcome


def exam(**values: Any) -> PreventiveExam:
    given: dict[str, Any] = {
        "service": Service.DISPENSARIZATION,
        "message_id": "a",
        "action": 1,
        "phase": 2,
        "clinic": "630001",
        "event_id": "C-1",
        "policy_number": "6348530840860054",
        "exam_kind": "ДВ4",
        "stage": 1,
        "opened_on": date(2026, 3, 2),
        "closed_on": date(2026, 3, 11),
        "mkb": "I10",
        "health_group": "2",
        "result": 317,
        "diagnoses": [Diagnosis(mkb="I10", kind=1, first=False)],
    }
    return PreventiveExam(**{name: value for name, value in (given | values).items() if value is not None})


def test_attempts_are_equal_but_for_their_message_and_action() -> None:
    first = hash_of(content_of(exam()))
    assert hash_of(content_of(exam(message_id="b", action=2))) == first
    assert hash_of(content_of(exam(comment="другое"))) != first
    assert hash_of(content_of(exam(diagnoses=[Diagnosis(mkb="I11", kind=1, first=False)]))) != first


def test_every_state_answers_every_attempt() -> None:
    assert set(TRANSITIONS) == set(State)
    for state, row in TRANSITIONS.items():
        assert set(row) == set(Action), state
        for step in row.values():
            assert (step.to is None) != (step.refusal is None)
            assert step.to is not State.NONE


def test_operations_without_phases_use_the_columns_of_the_opening() -> None:
    assert [action_of(action, None) for action in (1, 2, 3)] == [
        Action.ADD_OPEN,
        Action.CHANGE_OPEN,
        Action.DELETE_OPEN,
    ]


def test_a_card_is_found_by_kind_stage_and_year() -> None:
    columns = columns_of(exam())
    assert (columns["exam_kind"], columns["stage"], columns["year"], columns["mkb_group"]) == ("ДВ4", 1, 2026, "I10")


@pytest.mark.parametrize(
    ("values", "action", "steps"),
    [
        ({}, Action.ADD_OPEN, [102]),
        ({}, Action.ADD_CLOSE, [103]),
        ({"second_stage": True}, Action.ADD_CLOSE, [103, 104]),
        ({"refused": True}, Action.ADD_CLOSE, [101]),
        ({"stage": 2, "exam_kind": "ДВ2"}, Action.ADD_OPEN, [106]),
        ({"stage": 2, "exam_kind": "ДВ2"}, Action.ADD_CLOSE, [107]),
        ({"stage": 2, "exam_kind": "ДВ2", "result": 306}, Action.ADD_CLOSE, [108]),
        ({"stage": 2, "exam_kind": "ДВ2", "result": 305}, Action.ADD_CLOSE, [109]),
        ({"stage": 2, "exam_kind": "ДВ2", "refused": True}, Action.ADD_CLOSE, [105]),
        ({"service": Service.EXAM, "exam_kind": "ОПВ"}, Action.ADD_OPEN, [202]),
        ({"service": Service.EXAM, "exam_kind": "ОПВ", "result": 343}, Action.ADD_CLOSE, [203]),
        ({"service": Service.EXAM, "exam_kind": "ОПВ", "result": 306}, Action.ADD_CLOSE, [204]),
        ({"service": Service.EXAM, "exam_kind": "ОПВ", "result": 305}, Action.ADD_CLOSE, [205]),
        ({"service": Service.EXAM, "exam_kind": "ОПВ", "refused": True}, Action.ADD_CLOSE, [201]),
    ],
)
def test_an_exam_causes_the_steps_other_systems_speak_of(
    values: dict[str, Any], action: Action, steps: list[int]
) -> None:
    (change,) = changes_of(exam(**values), action, 7, {"hub_id": "h"})
    assert change.facts["steps"] == steps
    assert (change.person_id, change.organisation_code) == (7, "630001")


def test_a_deletion_causes_no_step() -> None:
    (change,) = changes_of(exam(), Action.DELETE_OPEN, 7, {})
    assert change.name == "exam_deleted"
    assert "steps" not in change.facts


@pytest.mark.parametrize(
    ("values", "group"),
    [
        ({"health_group": "3a"}, "3а"),
        ({"health_group": "3", "second_stage": True}, "3"),
        ({"health_group": "3"}, ""),
        ({"health_group": "3", "second_stage": True, "stage": 2, "exam_kind": "ДВ2"}, ""),
        ({"health_group": "IV", "exam_kind": "ПН1"}, "4"),
    ],
)
def test_a_group_is_kept_as_the_book_writes_it(values: dict[str, Any], group: str) -> None:
    assert group_of(exam(**values)) == group


def found(
    *differing: str, outcome: IdentificationOutcome = OUTCOME.FOUND, born: date = date(1971, 4, 9)
) -> Identification:
    return Identification(
        outcome,
        person_id=1,
        differences=[Difference(name, "дано", "известно", DifferenceLevel.DIFFERENT) for name in differing],
        person=PersonFacts("ОБРАЗЦОВ", "ПЁТР", "ИЛЬИЧ", born, 1, ""),
    )


@pytest.mark.parametrize(
    ("identification", "told"),
    [
        (found(), []),
        (found("patronymic"), [(F.FOUND_WITH_DIFFERENCES, "patronymic")]),
        (found("surname", "sex"), [(F.IDENTITY_CONFLICT, "policy_number")]),
        (found("policy_number"), [(F.IDENTITY_CONFLICT, "policy_number")]),
        (found("enp"), [(F.PERSON_NOT_FOUND, "enp")]),
        (found("snils"), []),
        (found(outcome=OUTCOME.NOT_FOUND), [(F.PERSON_NOT_FOUND, "policy_number")]),
        (found(outcome=OUTCOME.DEAD), [(F.PERSON_DEAD, "policy_number")]),
        (found(outcome=OUTCOME.NOT_INSURED), [(F.NOT_INSURED, "policy_number")]),
        (found(outcome=OUTCOME.ELSEWHERE), [(F.INSURED_ELSEWHERE, "policy_number")]),
        (found(outcome=OUTCOME.ANNULLED), [(F.PERSON_ANNULLED, "policy_number")]),
        (found(born=date(2008, 12, 31)), []),
        (found(born=date(2009, 1, 1)), [(F.EXAM_UNSUITABLE, "exam_kind")]),
    ],
)
def test_an_identification_means_what_the_contract_says(
    identification: Identification, told: list[tuple[F, str]]
) -> None:
    judged = [(one.code, one.field) for one in judge_patient(exam(), identification, date(2026, 3, 2), {})]
    assert judged == told
