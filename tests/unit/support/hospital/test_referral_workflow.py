import pytest

from registry.core.forms import LOCAL_MOMENT, FormError
from registry.support.hospital.workflow import (
    TITLES,
    TRANSITIONS,
    ReferralEvent,
    ReferralFacts,
    ReferralState,
    state_of,
    transition,
)

S, E = ReferralState, ReferralEvent


def test_every_state_has_a_title_and_a_way_into_it() -> None:
    assert set(TITLES) == set(S)
    reached = {one.after for one in TRANSITIONS if one.after} | {S.DIRECTED}
    assert reached == set(S)


def test_an_event_of_one_state_has_one_transition() -> None:
    pairs = [(state, one.event) for one in TRANSITIONS for state in one.before]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("state", [S.HOSPITALISED, S.DISCHARGED, S.CANCELLED, S.REFUSED])
def test_a_closed_referral_is_neither_changed_nor_cancelled_nor_used(state: ReferralState) -> None:
    for event in (E.CHANGE, E.CANCELLATION, E.HOSPITALISATION, E.TERM):
        assert transition(state, event) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ReferralFacts(), S.DIRECTED),
        (ReferralFacts(accepted=True), S.ACCEPTED),
        (ReferralFacts(cancelled=True), S.CANCELLED),
        (ReferralFacts(refused=True), S.REFUSED),
        (ReferralFacts(discharged=True), S.DIRECTED),
        (ReferralFacts(accepted=True, hospitalised=True), S.HOSPITALISED),
        (ReferralFacts(hospitalised=True, discharged=True), S.DISCHARGED),
    ],
)
def test_facts_decide_the_state(facts: ReferralFacts, expected: ReferralState) -> None:
    assert state_of(facts, S.DIRECTED) is expected


def test_what_is_overdue_stays_so_until_a_fact_comes() -> None:
    assert state_of(ReferralFacts(), S.OVERDUE) is S.OVERDUE
    assert state_of(ReferralFacts(hospitalised=True), S.OVERDUE) is S.HOSPITALISED


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-16T23:30:00.000+04:00", "2026-11-16T23:30:00.000"),
        ("2026-11-16T23:30:00Z", "2026-11-16T23:30:00.000"),
        ("2026-11-16T08:05:07", "2026-11-16T08:05:07.000"),
        ("2026-11-16", "2026-11-16T00:00:00.000"),
    ],
)
def test_the_hour_of_a_sender_is_kept_whatever_its_zone(text: str, written: str) -> None:
    assert LOCAL_MOMENT.write(LOCAL_MOMENT.read(text)) == written


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(FormError):
        LOCAL_MOMENT.read("2026-02-30T10:00:00")
