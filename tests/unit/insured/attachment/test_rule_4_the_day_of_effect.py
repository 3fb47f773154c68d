"""Rule 4: an application takes effect on its day, or with the next month where the region counts by months."""

from registry.insured.kinds.methods import Method
from registry.insured.rules.attachment import AttachmentPolicy
from tests.unit.insured.attachment.states import HERE, THERE, after, asks, attached, codes, decide

MONTHLY = AttachmentPolicy(next_month=True)


def test_the_attachment_begins_with_the_next_month() -> None:
    history = [attached(THERE)]
    decision = decide(history, asks(on="2026-11-02"), MONTHLY)
    assert after(history, decision) == [(HERE, 1, "2026-12-01", ""), (THERE, 1, "2024-02-01", "2026-11-30")]
    assert decision.opened
    assert decision.opened.applied_on.isoformat() == "2026-11-02"


def test_december_leads_into_january() -> None:
    decision = decide([], asks(on="2026-12-31"), MONTHLY)
    assert decision.opened
    assert decision.opened.valid_from.isoformat() == "2027-01-01"


def test_what_is_made_without_an_application_begins_on_its_day() -> None:
    decision = decide([], asks(method=Method.TERRITORIAL), MONTHLY)
    assert decision.opened
    assert decision.opened.valid_from.isoformat() == "2026-11-02"


def test_a_second_choice_before_the_first_took_effect_is_refused_too() -> None:
    waiting = [attached(THERE, "2026-12-01", applied_on=asks(on="2026-11-01").attached_on)]
    assert codes(decide(waiting, asks(on="2026-11-20"), MONTHLY)) == [("TWICE_IN_A_YEAR", "attached_on")]


def test_of_two_applications_that_begin_together_the_later_holds_and_the_other_never_counted() -> None:
    waiting = [attached(THERE, "2026-12-01", applied_on=asks(on="2026-11-01").attached_on)]
    decision = decide(waiting, asks(on="2026-11-20", method=Method.APPLICATION_MOVED), MONTHLY)
    assert after(waiting, decision) == [(HERE, 1, "2026-12-01", "")]
    assert decision.closed == []
