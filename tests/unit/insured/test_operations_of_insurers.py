"""TIP_OP (clause 7.3) and the reasons of R001 (7.1): each means one step, one event and one reason."""

import pytest

from registry.insured.kinds.insured_change import InsuredChange
from registry.insured.rules.insured_changes import EVENTS, Standing, Step, Terms, decide_change, reason_told, step_of
from tests.unit.insured.attachment.states import day

OURS, THEIRS = "63001", "63002"
REASONS = {
    "П010": (Step.ISSUE, "П01"),
    "П021": (Step.END, "П02"),
    "П022": (Step.END, "П02"),
    "П023": (Step.ANNUL, "П14"),
    "П024": (Step.ANNUL, "П14"),
    "П025": (Step.END, "П02"),
    "П031": (Step.MOVE, "П03"),
    "П032": (Step.MOVE, "П03"),
    "П033": (Step.MOVE, "П03"),
    "П034": (Step.MOVE, "П03"),
    "П035": (Step.MOVE, "П03"),
    "П036": (Step.MOVE, "П03"),
    "П040": (Step.EDIT, "П04"),
    "П060": (Step.POLICY, "П06"),
    "П061": (Step.REISSUE, "П06"),
    "П062": (Step.REISSUE, "П06"),
    "П063": (Step.REISSUE, "П06"),
}


def said(action: str, **told: object) -> InsuredChange:
    return InsuredChange(action=action, insurer=OURS, changed_on=day("2026-10-12"), **told)


@pytest.mark.parametrize("code", REASONS)
@pytest.mark.parametrize("letter", ["П", "P", "п"])
def test_a_reason_stands_for_its_operation(code: str, letter: str) -> None:
    record = said(letter + code[1:])
    step = step_of(record)
    assert (step, reason_told(record)) == (REASONS[code][0], code)
    assert step is not None
    assert EVENTS[step] == REASONS[code][1]
    verdict = decide_change(record, step, Standing(insurer=THEIRS), day("2026-10-12"), Terms())
    assert (verdict.event, verdict.reason) == (REASONS[code][1], code)


@pytest.mark.parametrize(
    ("action", "told", "same_policy", "reason"),
    [
        ("1", {}, False, "П010"),
        ("2", {}, False, "П024"),
        ("4", {}, False, "П040"),
        ("6", {}, False, "П060"),
        *(("7", {"choice_reason": way}, True, f"П03{way - 1}") for way in (2, 3, 4)),
        *(("7", {"choice_reason": way}, False, f"П03{way + 2}") for way in (2, 3, 4)),
        ("8", {"issue_reason": 2}, False, "П061"),
        ("8", {"issue_reason": 4}, False, "П062"),
        ("8", {"issue_reason": 5}, False, "П062"),
        ("8", {"issue_reason": 6}, False, "П063"),
    ],
)
def test_a_number_is_written_by_its_reason(action: str, told: dict[str, int], same_policy: bool, reason: str) -> None:
    record = said(action, **told)
    step = step_of(record)
    assert step is not None
    verdict = decide_change(record, step, Standing(insurer=OURS, same_policy=same_policy), day("2026-10-12"), Terms())
    assert verdict.reason == reason


@pytest.mark.parametrize("action", ["", "3", "5", "9", "П011", "П20", "end", "07"])
def test_any_other_operation_is_unknown(action: str) -> None:
    assert step_of(said(action)) is None
