"""Rule 3: an application outranks what was made without one; without one only a free person is attached."""

import pytest

from registry.insured.kinds.methods import BY_APPLICATION, WITHOUT_APPLICATION, Method
from tests.unit.insured.attachment.states import HERE, THERE, after, asks, attached, codes, decide


@pytest.mark.parametrize("method", sorted(BY_APPLICATION))
@pytest.mark.parametrize("present", sorted(WITHOUT_APPLICATION))
def test_an_application_ends_any_other_attachment_at_once(method: Method, present: Method) -> None:
    history = [attached(THERE, "2026-09-01", method=present.value)]
    decision = decide(history, asks(method=method))
    assert after(history, decision) == [(HERE, 1, "2026-11-02", ""), (THERE, 1, "2026-09-01", "2026-11-01")]


@pytest.mark.parametrize("method", sorted(WITHOUT_APPLICATION))
@pytest.mark.parametrize("present", [Method.APPLICATION, Method.TERRITORIAL, Method.CONDITIONAL])
def test_without_an_application_nobody_is_taken_from_another_clinic(method: Method, present: Method) -> None:
    decision = decide([attached(THERE, method=present.value)], asks(method=method))
    assert codes(decision) == [("ATTACHED_ELSEWHERE", "method")]


@pytest.mark.parametrize("method", sorted(WITHOUT_APPLICATION))
def test_without_an_application_a_free_person_is_attached(method: Method) -> None:
    decision = decide([attached(THERE, "2024-02-01", "2026-05-01", end_reason=4)], asks(method=method))
    assert decision.opened
    assert decision.opened.method == method.value


def test_an_application_to_the_own_clinic_takes_the_place_of_its_territorial_attachment() -> None:
    history = [attached(HERE, "2026-09-01", method="territorial")]
    decision = decide(history, asks())
    assert codes(decision) == []
    assert decision.opened
    assert (decision.opened.method, decision.opened.valid_from.isoformat()) == (
        "application",
        "2026-11-02",
    )
    assert [row.end_reason for row in decision.closed] == [None]


def test_an_application_that_comes_late_takes_the_place_of_a_younger_territorial_attachment() -> None:
    history = [attached(ELSE, "2024-02-01", "2026-11-09"), attached(THERE, "2026-11-10", method="territorial", id=8)]
    decision = decide(history, asks(on="2026-11-02"))
    assert after(history, decision) == [(HERE, 1, "2026-11-02", ""), (ELSE, 1, "2024-02-01", "2026-11-01")]


ELSE = "630003"
