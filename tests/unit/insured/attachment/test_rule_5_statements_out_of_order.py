"""Rule 5: a statement older than the newest known changes nothing; a repeated one moves section and doctor only."""

from tests.unit.insured.attachment.states import HERE, THERE, after, asks, attached, codes, decide

OLD = [("STATEMENT_BEFORE_CURRENT", "attached_on")]


def test_a_statement_older_than_the_present_one_is_refused() -> None:
    assert codes(decide([attached(THERE, "2026-05-01")], asks(on="2026-04-30"))) == OLD
    assert codes(decide([attached(HERE, "2026-05-01")], asks(on="2026-04-30", district="9"))) == OLD


def test_a_statement_older_than_one_that_has_ended_is_refused() -> None:
    assert codes(decide([attached(THERE, "2026-05-01", "2026-06-01", end_reason=4)], asks(on="2026-04-30"))) == OLD


def test_two_applications_come_out_the_same_in_either_order() -> None:
    first, second = asks(THERE, "2025-03-01"), asks(HERE, "2026-04-01")
    one = decide([], first)
    assert one.opened
    in_order = after([one.opened], decide([one.opened], second))
    other = decide([], second)
    assert other.opened
    reversed_order = decide([other.opened], first)
    assert codes(reversed_order) == OLD
    assert [row for row in in_order if not row[3]] == after([other.opened], reversed_order)


def test_the_same_again_is_a_note_and_changes_nothing() -> None:
    decision = decide([attached(HERE, district_code="1")], asks(district="1"))
    assert codes(decision) == [("ALREADY_ATTACHED_HERE", "clinic")]
    assert not decision.changes_anything


def test_another_section_of_the_same_clinic_begins_on_the_day_told() -> None:
    history = [attached(HERE, district_code="1")]
    decision = decide(history, asks(district="2"))
    assert after(history, decision) == [(HERE, 1, "2024-02-01", "2026-11-01"), (HERE, 1, "2026-11-02", "")]
    assert [row.end_reason for row in decision.closed] == [None]
