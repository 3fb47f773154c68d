"""Death (registry model, clause 5.1): announced, registered with everything closed on its date, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.insured.operations.people.aspects import ATTACHMENT, DEATH, INSURANCE, POLICY, STATUS
from registry.insured.operations.people.detach import end_attachments
from registry.insured.operations.people.facts import set_status, status_on, with_ground
from registry.insured.operations.people.insure import end_insurance, stop_policies
from registry.insured.operations.people.ledger import DEAD, INSURED, PeopleLedger, PersonState
from registry.insured.rules.timelines import OPEN_DATE, Act, Row, Timeline, correct, undo

REASON, DETACHED_BY_DEATH, POLICY_OF_DEAD = "П022", 1, "НСН"


def register_death(ledger: PeopleLedger, person: PersonState, act: Act, **told: Any) -> bool:
    """Register a death on the day of the act; insurance and attachment end on that day. False when it is registered.

    ``told`` may hold ``act_number``, ``act_date`` and ``act_issuer``. Another date registered before gives way.
    """
    line = _known_deaths(person, act)
    known = next((row for row in line.rows if row.values["registered"]), None)
    if person.died_on == act.on and (known is None or known.ground or not _news(known, told)):
        return False
    if person.died_on is not None and person.died_on != act.on:
        cancel_death(ledger, person, act)
    for row in list(line.rows):
        line.drop(row, act)
    line.add({"registered": True, **told}, act.on, act)
    ledger.note(person, act, DEATH.name)
    if person.died_on == act.on:
        return True
    person.died_on, person.death_source = act.on, ledger.origin.source
    set_status(ledger, person, DEAD, act)
    end_insurance(ledger, person, act.on, REASON, act)
    stop_policies(ledger, person, act.on, POLICY_OF_DEAD, act)
    end_attachments(ledger, person, act.on, DETACHED_BY_DEATH, act)
    ledger.say(person, act, "person_died")
    return True


def announce_death(ledger: PeopleLedger, person: PersonState, act: Act, **told: Any) -> bool:
    """Keep what a source without an act says of a death: nothing ends, an operator is to look. False when known."""
    line = person.line(DEATH)
    if person.died_on is not None or any(row.since == act.on for row in line.rows):
        return False
    line.add({"registered": False, **told}, act.on, act)
    ledger.note(person, act, DEATH.name)
    ledger.say(person, act, "death_announced")
    return True


def cancel_death(ledger: PeopleLedger, person: PersonState, act: Act) -> bool:
    """Take a registered or announced death back (П09): what it had ended holds again. False when there is none."""
    line = _known_deaths(person, act)
    if person.died_on is None and not line.rows:
        return False
    if person.died_on is not None and not _undo_closing(person, act):
        _reopen(ledger, person, person.died_on, act)
    for row in list(line.rows):
        line.drop(row, act)
    ledger.note(person, act, DEATH.name)
    was_dead, person.died_on, person.death_source = person.died_on is not None, None, ""
    person.status = status_on(person, ledger.origin.today)
    if was_dead:
        ledger.say(person, act, "death_cancelled")
    return True


def _known_deaths(person: PersonState, act: Act) -> Timeline:
    """What is known of the death; a loaded one had no row until now."""
    line = person.line(DEATH)
    if person.died_on is not None and not line.rows and not line.past and not person.is_new:
        line.found({"registered": True}, person.died_on)
    return line


def _undo_closing(person: PersonState, act: Act) -> bool:
    """Take back what the death had ended, and what it had ended on the dates registered before; False when it cannot.

    A date that is corrected takes the one before it back in the same act: what that one had ended comes to light again.
    """
    line = person.line(DEATH)
    lines = [one for aspect in (INSURANCE, POLICY, ATTACHMENT, STATUS) for one in person.of(aspect)]
    registered = next((row for row in line.rows if row.values["registered"]), None)
    while registered is not None:
        number = registered.history_id
        if number is None or not undo(lines, number, act):
            return False
        registered = next((row for row in line.past if row.gone_by == number and row.values["registered"]), None)
    return True


def _news(row: Row, told: dict[str, Any]) -> bool:
    return any(value not in (None, "") and row.values[name] != value for name, value in told.items())


def _reopen(ledger: PeopleLedger, person: PersonState, died_on: date, act: Act) -> None:
    """A death that no act of the history wrote, or that others built upon: open what ended by it on its day."""
    for aspect, reason, none in ((INSURANCE, REASON, ""), (ATTACHMENT, DETACHED_BY_DEATH, None)):
        for line in person.of(aspect):
            last = line.last
            if last is not None and last.until == died_on and last.values["end_reason"] == reason:
                line.replace(last, act, until=OPEN_DATE, values={"end_reason": none})
                ledger.note(person, act, aspect.name)
    line = person.line(POLICY)
    for row in [row for row in line.rows if row.values["stopped_on"] == died_on]:
        line.replace(row, act, values={"stopped_on": None, "status": ""})
        ledger.note(person, act, POLICY.name)
    if person.status == DEAD:
        _live_again(ledger, person, act)


def _live_again(ledger: PeopleLedger, person: PersonState, act: Act) -> None:
    """Whoever is not dead never was: the status before holds for all those days."""
    was_told = bool(person.line(STATUS).rows)
    line = with_ground(person, STATUS, {"status": DEAD}, act)
    for row in [row for row in line.rows if row.values["status"] == DEAD]:
        correct(line, row, {"status": INSURED}, act)
        ledger.note(person, act, STATUS.name)
    person.status = INSURED
    if was_told:
        ledger.say(person, act, "status_changed", status=INSURED, before=DEAD)
