"""The way of a referral: its states, and who may move it on (information support, clause 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral is. Never change a value, only add."""

    DIRECTED = "directed"
    ACCEPTED = "accepted"
    HOSPITALISED = "hospitalised"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    OVERDUE = "overdue"


class ReferralEvent(StrEnum):
    """What moves a referral on."""

    CHANGE = "change"
    ACCEPTANCE = "acceptance"
    HOSPITALISATION = "hospitalisation"
    DISCHARGE = "discharge"
    CANCELLATION = "cancellation"
    REFUSAL = "refusal"
    TERM = "term"


TITLES = {
    ReferralState.DIRECTED: "Направлен",
    ReferralState.ACCEPTED: "Дата назначена",
    ReferralState.HOSPITALISED: "Госпитализирован",
    ReferralState.DISCHARGED: "Выписан",
    ReferralState.CANCELLED: "Аннулировано направление",
    ReferralState.REFUSED: "Отказ в госпитализации",
    ReferralState.OVERDUE: "Просрочен",
}
SOURCE, DESTINATION, INSURER, FUND, CLOCK = "source", "destination", "insurer", "fund", "clock"


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of the states, by this event of these parties, to a state; ``None`` leaves it where it is."""

    before: frozenset[ReferralState]
    event: ReferralEvent
    parties: frozenset[str]
    after: ReferralState | None


S, E = ReferralState, ReferralEvent
WAITING = frozenset((S.DIRECTED, S.ACCEPTED, S.OVERDUE))
TRANSITIONS = (
    Transition(WAITING, E.CHANGE, frozenset((SOURCE, FUND)), None),
    Transition(WAITING, E.ACCEPTANCE, frozenset((DESTINATION, FUND)), S.ACCEPTED),
    Transition(WAITING, E.HOSPITALISATION, frozenset((DESTINATION, FUND)), S.HOSPITALISED),
    Transition(frozenset((S.HOSPITALISED,)), E.DISCHARGE, frozenset((DESTINATION, FUND)), S.DISCHARGED),
    Transition(WAITING, E.CANCELLATION, frozenset((SOURCE, DESTINATION, INSURER, FUND)), S.CANCELLED),
    Transition(WAITING, E.REFUSAL, frozenset((DESTINATION, FUND)), S.REFUSED),
    Transition(frozenset((S.DIRECTED, S.ACCEPTED)), E.TERM, frozenset((CLOCK,)), S.OVERDUE),
)


def transition(state: ReferralState, event: ReferralEvent) -> Transition | None:
    """Return the transition of an event from a state; ``None`` when the event may not happen there."""
    return next((one for one in TRANSITIONS if one.event is event and state in one.before), None)


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """What has become of a referral, in whatever order it was learnt."""

    accepted: bool = False
    hospitalised: bool = False
    discharged: bool = False
    cancelled: bool = False
    refused: bool = False


def state_of(facts: ReferralFacts, known: ReferralState) -> ReferralState:
    """Return the state the facts lead to: messages out of order end where those in order do.

    Without any fact a referral is directed, or overdue when its term has run out already.
    """
    if facts.hospitalised:
        return S.DISCHARGED if facts.discharged else S.HOSPITALISED
    if facts.cancelled:
        return S.CANCELLED
    if facts.refused:
        return S.REFUSED
    if facts.accepted:
        return S.ACCEPTED
    return S.OVERDUE if known is S.OVERDUE else S.DIRECTED
