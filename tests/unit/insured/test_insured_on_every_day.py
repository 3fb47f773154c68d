"""Страховая принадлежность on every day of any history (clause 4): the rule read literally, day by day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.insured.matching.candidates import InsuranceRow, PolicyRow
from registry.insured.matching.on_date import changes_within, insured_on
from registry.insured.matching.outcomes import InsuranceState
from registry.insured.queries.insured_days import insured_by, insured_days
from registry.insured.tables import Insurance, Policy
from registry.store.base import OPEN_DATE

HERE, ELSEWHERE = "36000", "45000"
FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(40)]
DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[InsuranceRow]:
    """A few insurances, overlapping or not, by policies that end, are stopped, or are certificates."""
    rows = []
    days = st.sampled_from(DAYS[:30])
    for number in range(draw(st.integers(0, 4))):
        since = draw(days)
        until = draw(st.sampled_from([OPEN_DATE, *(one for one in DAYS[:30] if one >= since)]))
        letter = draw(st.sampled_from("ПВЕ"))
        ends_on = draw(st.one_of(st.none(), days))
        stopped_on = draw(st.one_of(st.none(), st.none(), days))
        paper = PolicyRow(
            number + 1, letter, "", "1" * draw(st.integers(9, 16)), "", "", ends_on, stopped_on, since, until
        )
        reason = "" if until == OPEN_DATE else draw(st.sampled_from(("", "П021", "П025", "П060")))
        insurer, okato = draw(st.sampled_from(("63001", "63002"))), draw(st.sampled_from(("", HERE, ELSEWHERE)))
        rows.append(InsuranceRow(paper, insurer, "", okato, "", reason, draw(st.booleans()), since, until))
    return rows


def own_last_day(row: InsuranceRow) -> date:
    ends = (row.valid_to, row.policy.ends_on, row.policy.stopped_on)
    return min(one for one in ends if one is not None)


def holds(row: InsuranceRow, rows: list[InsuranceRow], day: date) -> bool:
    """Steps 1 and 6: between begin and end, and in the gap before the policy issued on a certificate."""
    if row.valid_from <= day <= own_last_day(row):
        return True
    followed = [
        other.valid_from
        for other in rows
        if other.policy.type not in "ВЕ"
        and other.valid_from > own_last_day(row)
        and other.insurer_code == row.insurer_code
    ]
    is_gap = row.policy.type in "ВЕ" and row.end_reason in ("", "П060") and bool(followed)
    return is_gap and row.valid_from <= day < min(followed)


@given(histories(), st.sampled_from(DAYS))
def test_one_row_or_the_reason_why_there_is_none(rows: list[InsuranceRow], day: date) -> None:
    insured, others = insured_on(rows, day, HERE)
    valid = [row for row in rows if holds(row, rows, day)]
    assert (insured.state is InsuranceState.VALID) == bool(valid)
    assert len(others) == max(len(valid) - 1, 0)
    if valid:
        best = max(
            valid,
            key=lambda row: (row.confirmed, row.okato in ("", HERE), row.valid_from, len(row.policy.number)),
        )
        assert (insured.insurer_code, insured.valid_from) == (best.insurer_code, best.valid_from)
    elif not rows:
        assert insured.state is InsuranceState.NEVER
    elif all(row.valid_from > day for row in rows):
        assert (insured.state, insured.valid_from) == (InsuranceState.NOT_YET, min(row.valid_from for row in rows))
    else:
        assert insured.state is InsuranceState.ENDED
        assert insured.valid_to is not None
        assert insured.valid_to < day


@given(histories())
def test_changes_of_a_period_are_those_of_its_days(rows: list[InsuranceRow]) -> None:
    def answering(day: date) -> tuple[str, str] | None:
        insured, _ = insured_on(rows, day, HERE)
        return (insured.insurer_code, insured.okato) if insured.state is InsuranceState.VALID else None

    expected = [day for day in DAYS[1:] if answering(day) != answering(day - DAY)]
    assert changes_within(rows, DAYS[0], DAYS[-1], HERE) == expected


@given(histories(), st.sampled_from(DAYS))
def test_the_card_tells_what_every_answer_tells(rows: list[InsuranceRow], day: date) -> None:
    policies = [Policy(**row.policy._asdict()) for row in rows]
    stored = [
        Insurance(
            id=number,
            policy_id=row.policy.id,
            **{name: getattr(row, name) for name in InsuranceRow._fields[1:]},
        )
        for number, row in enumerate(rows)
    ]
    insured, _ = insured_on(rows, day, HERE)
    held = insured_by(insured_days(stored, policies), day, HERE)
    assert (held is not None) == (insured.state is InsuranceState.VALID)
    if held is not None:
        assert held.told.valid_from == insured.valid_from
