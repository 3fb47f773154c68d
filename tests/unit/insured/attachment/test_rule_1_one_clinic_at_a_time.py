"""Rule 1: one clinic per area type at a time; a ФАП lives inside the clinic and does not compete with it."""

from registry.insured.kinds.methods import Method
from registry.insured.rules.attachment import decide_detachment
from tests.unit.insured.attachment.states import HERE, THERE, after, asks, attached, codes, day, decide


def test_a_new_clinic_ends_the_former_the_day_before() -> None:
    history = [attached(THERE)]
    decision = decide(history, asks())
    assert after(history, decision) == [(HERE, 1, "2026-11-02", ""), (THERE, 1, "2024-02-01", "2026-11-01")]
    assert [row.end_reason for row in decision.closed] == [2]


def test_dentistry_and_womens_consultation_are_independent_of_therapy() -> None:
    history = [attached(THERE), attached(THERE, area_type=2)]
    decision = decide(history, asks(area_type=3))
    assert decision.retracted == []
    assert ("630001", 3, "2026-11-02", "") in after(history, decision)


def test_rows_that_ended_later_give_way_so_that_no_day_has_two_clinics() -> None:
    history = [attached(THERE, "2024-02-01", "2026-11-15", end_reason=4)]
    decision = decide(history, asks(on="2026-11-02"))
    assert after(history, decision) == [(HERE, 1, "2026-11-02", ""), (THERE, 1, "2024-02-01", "2026-11-01")]


def test_a_fap_of_the_same_clinic_stands_beside_the_clinic() -> None:
    history = [attached(HERE)]
    decision = decide(history, asks(area_type=5, district="3"))
    assert codes(decision) == []
    assert after(history, decision) == [(HERE, 1, "2024-02-01", ""), (HERE, 5, "2026-11-02", "")]


def test_a_fap_does_not_begin_before_its_clinic() -> None:
    history = [attached(HERE, "2026-12-01", applied_on=day("2026-11-02"))]
    decision = decide(history, asks(area_type=5, district="3", method=Method.TERRITORIAL))
    assert after(history, decision) == [(HERE, 1, "2026-12-01", ""), (HERE, 5, "2026-12-01", "")]


def test_a_fap_of_a_clinic_the_person_is_not_attached_to_is_refused() -> None:
    assert codes(decide([attached(THERE)], asks(area_type=5))) == [("NOT_ATTACHED_HERE", "clinic")]
    assert codes(decide([], asks(area_type=5))) == [("NOT_ATTACHED_HERE", "clinic")]


def test_who_changes_the_clinic_leaves_its_fap_too() -> None:
    history = [attached(THERE), attached(THERE, area_type=5, id=8)]
    decision = decide(history, asks())
    assert after(history, decision) == [
        (HERE, 1, "2026-11-02", ""),
        (THERE, 1, "2024-02-01", "2026-11-01"),
        (THERE, 5, "2024-02-01", "2026-11-01"),
    ]


def test_who_is_detached_from_the_clinic_leaves_its_fap_too() -> None:
    history = [attached(HERE), attached(HERE, area_type=5, id=8)]
    decision = decide_detachment(history, asks(detached_on=day("2026-10-31")))
    assert [(row.area_type, row.valid_to) for row in decision.closed] == [
        (1, day("2026-10-31")),
        (5, day("2026-10-31")),
    ]


def test_a_fap_is_no_choice_of_the_year() -> None:
    history = [attached(HERE, "2026-03-01"), attached(HERE, "2026-03-01", area_type=5, id=8, district_code="1")]
    decision = decide(history, asks(area_type=5, district="2"))
    assert codes(decision) == [("ALREADY_ATTACHED_HERE", "clinic")]
    assert decision.opened
    assert decision.opened.district_code == "2"
