"""Rule 7: at most a doctor and a feldsher or nurse; none before the attachment to the clinic."""

from typing import Any

from registry.core.outcomes import Item
from registry.insured.kinds.attachment import ATTACHMENT
from registry.insured.rules.attachment_repeats import settle_workers
from tests.unit.insured.attachment.states import DOCTOR, HERE, OTHER_DOCTOR, asks, attached, codes, day, decide

THIRD = "13000001402"


def items(*workers: tuple[str, int | None]) -> list[Item]:
    return [
        Item(place, asks(number=str(place), doctor_snils=snils, doctor_category=category), ATTACHMENT)
        for place, (snils, category) in enumerate(workers, 1)
    ]


def said(found: list[Item]) -> list[Any]:
    return ["settled" if one.settled else [finding.code.value for finding in one.findings] for one in found]


def test_a_second_doctor_of_the_same_category_is_refused() -> None:
    found = items((DOCTOR, 1), (OTHER_DOCTOR, None))
    settle_workers(found)
    assert said(found) == [[], ["SECOND_DOCTOR"]]


def test_a_doctor_and_a_feldsher_stand_side_by_side_and_a_third_is_refused() -> None:
    found = items((DOCTOR, 1), (OTHER_DOCTOR, 2), (THIRD, 2))
    settle_workers(found)
    assert said(found) == [[], [], ["THIRD_DOCTOR"]]


def test_of_records_with_the_same_worker_the_last_speaks() -> None:
    found = items((DOCTOR, 1), (DOCTOR, 1), (OTHER_DOCTOR, 2))
    settle_workers(found)
    assert said(found) == ["settled", [], []]


def test_a_worker_of_the_other_category_joins_the_doctor() -> None:
    decision = decide([attached(HERE, doctor_snils=DOCTOR)], asks(doctor_snils=OTHER_DOCTOR, doctor_category=2))
    assert decision.opened
    assert (decision.opened.doctor_snils, decision.opened.second_doctor_snils) == (DOCTOR, OTHER_DOCTOR)


def test_a_worker_of_the_same_category_takes_the_place_of_the_doctor() -> None:
    decision = decide([attached(HERE, doctor_snils=DOCTOR)], asks(doctor_snils=OTHER_DOCTOR, doctor_category=1))
    assert decision.opened
    assert (decision.opened.doctor_snils, decision.opened.second_doctor_snils) == (OTHER_DOCTOR, "")


def test_nobody_has_a_doctor_there_before_the_clinic() -> None:
    assert codes(decide([], asks(section_from=day("2026-11-01")))) == [("DATE_ORDER", "section_from")]
    history = [attached(HERE, doctor_snils=DOCTOR)]
    early = asks(doctor_snils=OTHER_DOCTOR, section_from=day("2024-01-31"))
    assert codes(decide(history, early)) == [("DATE_ORDER", "section_from")]


def test_a_new_doctor_begins_on_the_day_told_for_the_section() -> None:
    history = [attached(HERE, doctor_snils=DOCTOR)]
    decision = decide(history, asks(doctor_snils=OTHER_DOCTOR, section_from=day("2026-10-10")))
    assert decision.opened
    assert decision.opened.valid_from == day("2026-10-10")
