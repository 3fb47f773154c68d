"""Decisions about referrals and stays: what may follow what (information support 4.2, amqp.md 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.support.hospital.workflow import TITLES, ReferralEvent, ReferralState, transition

EMERGENCY = "emergency"
OF_THE_MESSAGE = frozenset(("number", "guid"))


def same_words(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """True when two records say the same; the number and the guid belong to the message that brought them."""
    names = (first.keys() | second.keys()) - OF_THE_MESSAGE
    return all(first.get(name) == second.get(name) for name in names)


def _closed(state: ReferralState) -> Finding:
    code = F.REFERRAL_CANCELLED if state is ReferralState.CANCELLED else F.REFERRAL_USED
    return finding(code, TITLES[state], field="referral_number")


def judge_referral(state: ReferralState | None) -> Finding | None:
    """A referral may be changed until it is used, cancelled or refused."""
    if state is None or transition(state, ReferralEvent.CHANGE):
        return None
    return _closed(state)


def judge_cancellation(state: ReferralState | None, party: str) -> Finding | None:
    """Only a referral that waits can be cancelled, and only by a party to it; for others there is no such referral."""
    if state is None or not party:
        return finding(F.REFERRAL_UNKNOWN, field="referral_number")
    found = transition(state, ReferralEvent.CANCELLATION)
    if found is None:
        return _closed(state)
    return None if party in found.parties else finding(F.REFERRAL_UNKNOWN, field="referral_number")


def judge_stay(state: ReferralState | None, form: str, *, is_own: bool) -> Finding | None:
    """A patient comes by a waiting referral; in an emergency any referral, and none, will do.

    ``is_own`` says that the referral was used by this very stay, which is told again.
    """
    if form == EMERGENCY or is_own:
        return None
    if state is None:
        return finding(F.REFERRAL_UNKNOWN, field="referral_number")
    return None if transition(state, ReferralEvent.HOSPITALISATION) else _closed(state)


def judge_discharge(form: str, *, has_stay: bool, has_referral: bool) -> Finding | None:
    """A planned patient who leaves was taken in or at least referred; of an emergency nothing need be known."""
    if has_stay or has_referral or form == EMERGENCY:
        return None
    return finding(F.REFERRAL_UNKNOWN, field="referral_number")
