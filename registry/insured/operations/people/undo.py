"""Taking an act of the history back: the way to correct an error by the number of its history row (П14–П17)."""

from __future__ import annotations

from registry.insured.operations.people.aspects import DEATH, ENP
from registry.insured.operations.people.facts import status_on
from registry.insured.operations.people.ledger import PeopleLedger, PersonState
from registry.insured.rules.timelines import Act, undo


def undo_act(ledger: PeopleLedger, person: PersonState, history_id: int, act: Act) -> bool:
    """Take back everything one act wrote or ended; its rows stay searchable. False when later acts stand on it."""
    lines = list(person.lines.values())
    rows = [row for line in lines for row in (*line.rows, *line.past)]
    if not any(history_id in (row.history_id, row.gone_by) for row in rows):
        return False
    if not undo(lines, history_id, act):
        return False
    ledger.note(person, act, "undone")
    ledger.corrected[history_id] = (person.id, act)
    _settle(ledger, person)
    ledger.say(person, act, "history_corrected", history_id=history_id)
    return True


def _settle(ledger: PeopleLedger, person: PersonState) -> None:
    """What the row of the person holds for now follows its timelines."""
    person.status = status_on(person, ledger.origin.today)
    enp = person.line(ENP).last
    if enp is not None:
        person.enp = enp.values["number"]
    deaths = [row for row in person.line(DEATH).rows if row.values["registered"]]
    person.died_on = deaths[-1].since if deaths else None
    if not deaths:
        person.death_source = ""
