"""Insurance and attachment on a date (clauses 4 and 6): one row or the reason why there is none."""

from datetime import date

import pytest

from registry.insured.matching.candidates import AttachmentRow, InsuranceRow, PolicyRow
from registry.insured.matching.on_date import attached_on, changes_within, insured_on
from registry.insured.matching.outcomes import InsuranceState
from registry.store.base import OPEN_DATE

OKATO = "36000"
DAY = date(2026, 10, 5)


def row(
    since: date,
    until: date = OPEN_DATE,
    *,
    insurer: str = "63001",
    okato: str = "",
    policy: str = "П",
    number: str = "1497899771000125",
    ends_on: date | None = None,
    confirmed: bool = False,
    reason: str = "",
) -> InsuranceRow:
    paper = PolicyRow(1, policy, "", number, number, "", ends_on, None, since, until)
    return InsuranceRow(paper, insurer, "", okato, "", reason, confirmed, since, until)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], InsuranceState.NEVER),
        ([row(date(2026, 10, 6))], InsuranceState.NOT_YET),
        ([row(date(2020, 1, 1), date(2026, 10, 4))], InsuranceState.ENDED),
        ([row(date(2020, 1, 1), DAY)], InsuranceState.VALID),
        ([row(DAY)], InsuranceState.VALID),
        ([row(date(2020, 1, 1), date(2021, 1, 1)), row(date(2027, 1, 1))], InsuranceState.ENDED),
        ([row(date(2020, 1, 1), ends_on=date(2026, 1, 1))], InsuranceState.ENDED),
    ],
)
def test_the_state_on_a_date_follows_inclusive_ends(rows: list[InsuranceRow], state: InsuranceState) -> None:
    insured, _ = insured_on(rows, DAY, OKATO)
    assert insured.state is state


def test_the_last_ended_row_tells_insurer_and_reason() -> None:
    rows = [
        row(date(2010, 1, 1), date(2015, 1, 1), insurer="63001", reason="П021"),
        row(date(2015, 1, 2), date(2026, 1, 1), insurer="63002", reason="П025"),
    ]
    insured, _ = insured_on(rows, DAY, OKATO)
    assert (insured.insurer_code, insured.end_reason, insured.valid_to) == ("63002", "П025", date(2026, 1, 1))


@pytest.mark.parametrize(
    "better",
    [
        row(date(2011, 1, 1), insurer="63009", okato="01000", confirmed=True),
        row(date(2011, 1, 1), insurer="63009", okato=OKATO),
        row(date(2021, 1, 1), insurer="63009", okato="01000"),
        row(date(2020, 1, 1), insurer="63009", okato="01000", number="14978997710001250"),
    ],
)
def test_of_several_valid_rows_one_is_preferred_and_the_rest_are_alternatives(better: InsuranceRow) -> None:
    other = row(date(2020, 1, 1), okato="01000")
    for rows in ([other, better], [better, other]):
        insured, alternatives = insured_on(rows, DAY, OKATO)
        assert insured.insurer_code == "63009"
        assert alternatives == [other]


def test_the_gap_between_a_certificate_and_its_policy_is_insured() -> None:
    certificate = row(date(2026, 8, 1), date(2026, 9, 15), policy="В", ends_on=date(2026, 9, 15))
    assert insured_on([certificate], DAY, OKATO)[0].state is InsuranceState.ENDED
    policy = row(date(2026, 10, 20))
    assert insured_on([certificate, policy], DAY, OKATO)[0].policy_type == "В"
    foreign = policy._replace(insurer_code="63999")
    assert insured_on([certificate, foreign], DAY, OKATO)[0].state is InsuranceState.ENDED
    other = certificate._replace(end_reason="П021")
    assert insured_on([other, policy], DAY, OKATO)[0].state is InsuranceState.ENDED


def test_changes_in_a_period_are_the_days_another_insurer_begins_to_answer() -> None:
    rows = [
        row(date(2020, 1, 1), date(2026, 10, 7), insurer="63001"),
        row(date(2026, 10, 8), date(2026, 10, 10), insurer="63001"),
        row(date(2026, 10, 11), date(2026, 10, 12), insurer="63002"),
    ]
    changed = changes_within(rows, DAY, date(2026, 10, 31), OKATO)
    assert changed == [date(2026, 10, 11), date(2026, 10, 13)]
    assert changes_within(rows, DAY, date(2026, 10, 10), OKATO) == []


def attachment(clinic: str, since: date, until: date = OPEN_DATE, area: int = 1) -> AttachmentRow:
    return AttachmentRow(clinic, area, "application", since, "", "", "7", "", None, since, until)


def test_only_the_therapeutic_attachment_of_the_day_is_told() -> None:
    rows = [
        attachment("630001", date(2020, 1, 1), date(2026, 10, 4)),
        attachment("630002", DAY),
        attachment("630003", date(2026, 1, 1), area=3),
    ]
    now, before, never = (attached_on(rows, day) for day in (DAY, date(2026, 10, 4), date(2019, 1, 1)))
    assert now is not None
    assert (now.clinic_code, now.valid_to) == ("630002", None)
    assert before is not None
    assert (before.clinic_code, before.valid_to) == ("630001", date(2026, 10, 4))
    assert never is None
