"""The fifteen reasons a regional fund refuses attachments for (clause 6.4), against the findings of the hub."""

from collections import Counter

from registry.core.findings import FindingCode as F
from registry.insured.rules.refusal_reasons import OTHER, REFUSAL_REASONS, codes_among, reason_of


def test_there_are_fifteen_reasons_and_a_finding_is_refused_for_one_of_them() -> None:
    assert [one.number for one in REFUSAL_REASONS] == list(range(1, 16))
    twice = Counter(code for one in REFUSAL_REASONS for code in one.codes)
    assert [code for code, count in twice.items() if count > 1] == []
    assert all(bool(one.codes) != bool(one.instead) for one in REFUSAL_REASONS)


def test_a_finding_without_a_reason_of_its_own_is_refused_for_other_reasons() -> None:
    assert [reason_of(code) for code in (F.PERSON_DEAD, F.INSURED_ELSEWHERE, F.DOCTOR_SNILS_WRONG)] == [1, 3, 14]
    assert reason_of(F.TWICE_IN_A_YEAR) == OTHER
    asked = ["PERSON_DEAD", "TWICE_IN_A_YEAR", "EVENT_AFTER_DEATH"]
    assert (codes_among(1, asked), codes_among(OTHER, asked)) == (["PERSON_DEAD", "EVENT_AFTER_DEATH"], asked[1:2])
