"""An attachment taken back by its sender: the row goes, and what it had ended holds again, its ФАП too (rule 1)."""

from __future__ import annotations

from registry.insured.rules.attachment import decide_withdrawal
from tests.unit.insured.attachment.states import HERE, THERE, attached, day

MOVED = "2026-11-02"
BEFORE = "2026-11-01"


def test_the_clinic_left_holds_again() -> None:
    before, target = attached(THERE, until=BEFORE), attached(HERE, MOVED, id=8)
    decision = decide_withdrawal([before, target], 8)
    assert decision.retracted == [target, before]
    assert decision.opened is not None
    assert (decision.opened.clinic_code, decision.opened.is_open, decision.opened.end_reason) == (THERE, True, None)


def test_the_fap_that_went_with_the_clinic_left_holds_again() -> None:
    before, target = attached(THERE, until=BEFORE), attached(HERE, MOVED, id=8)
    fap = attached(THERE, until=BEFORE, id=9, area_type=5)
    decision = decide_withdrawal([before, target, fap], 8)
    assert fap in decision.retracted
    assert [(row.clinic_code, row.area_type, row.is_open) for row in decision.beside] == [(THERE, 5, True)]


def test_the_fap_of_the_clinic_taken_back_goes_with_it() -> None:
    before, target = attached(THERE, until=BEFORE), attached(HERE, MOVED, id=8)
    fap = attached(HERE, "2026-11-05", id=9, area_type=5)
    decision = decide_withdrawal([before, target, fap], 8)
    assert decision.retracted == [target, before, fap]
    assert decision.beside == []


def test_a_fap_ended_for_another_reason_or_day_stays_ended() -> None:
    before, target = attached(THERE, until=BEFORE), attached(HERE, MOVED, id=8)
    earlier = attached(THERE, until="2026-05-01", id=9, area_type=5)
    closed = attached(THERE, until=BEFORE, id=10, area_type=5, end_reason=5)
    decision = decide_withdrawal([before, target, earlier, closed], 8)
    assert decision.retracted == [target, before]


def test_an_attachment_that_has_ended_since_brings_nothing_back() -> None:
    before, target = attached(THERE, until=BEFORE), attached(HERE, MOVED, "2026-11-20", id=8, end_reason=4)
    decision = decide_withdrawal([before, target], 8)
    assert (decision.retracted, decision.opened) == ([target], None)
    assert day(MOVED) == target.valid_from
    assert decide_withdrawal([before], 8).retracted == []
