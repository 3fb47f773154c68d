"""Rule 6: a detachment has a day and a reason; death and leaving the region end every attachment."""

from registry.insured.rules.attachment import decide_closing, decide_detachment
from tests.unit.insured.attachment.states import HERE, THERE, asks, attached, codes, day


def test_a_detachment_without_a_reason_is_for_other_reasons() -> None:
    decision = decide_detachment([attached(HERE)], asks(detached_on=day("2026-11-01")))
    assert [(row.valid_to, row.end_reason) for row in decision.closed] == [(day("2026-11-01"), 9)]
    assert decision.opened is None


def test_the_reason_told_is_kept_beside_the_code_of_the_sender() -> None:
    record = asks(detached_on=day("2026-11-01"), end_reason=3, sender_end_reason="17")
    row = decide_detachment([attached(HERE)], record).closed[0]
    assert (row.end_reason, row.sender_end_reason) == (3, "17")


def test_a_clinic_detaches_only_its_own() -> None:
    decision = decide_detachment([attached(THERE)], asks(detached_on=day("2026-11-01")))
    assert codes(decision) == [("NOTHING_TO_CORRECT", "clinic")]


def test_nobody_is_detached_before_being_attached() -> None:
    decision = decide_detachment([attached(HERE)], asks(detached_on=day("2024-01-31")))
    assert codes(decision) == [("DATE_ORDER", "detached_on")]


def test_death_ends_every_attachment_on_its_day() -> None:
    history = [attached(HERE), attached(HERE, area_type=5, id=8), attached(THERE, area_type=3, id=9)]
    decision = decide_closing(history, day("2026-10-15"), 1)
    assert {(row.area_type, row.valid_to, row.end_reason) for row in decision.closed} == {
        (1, day("2026-10-15"), 1),
        (3, day("2026-10-15"), 1),
        (5, day("2026-10-15"), 1),
    }


def test_an_attachment_made_after_the_death_has_never_counted() -> None:
    history = [attached(HERE, "2024-02-01", "2026-10-31"), attached(THERE, "2026-11-01", id=8)]
    decision = decide_closing(history, day("2026-10-15"), 1)
    assert len(decision.retracted) == 2
    assert [(row.clinic_code, row.valid_to) for row in decision.closed] == [(HERE, day("2026-10-15"))]


def test_what_had_ended_before_stays_as_it_is() -> None:
    assert not decide_closing([attached(HERE, "2024-02-01", "2025-01-01")], day("2026-10-15"), 1).changes_anything
