"""From one lawful statement of an insurer to acts about the person, and what the registry holds afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.insured.operations.people.aspects import APPLICATION, INSURANCE, NAMES, POLICY
from registry.insured.operations.people.die import announce_death
from registry.insured.operations.people.facts import (
    DOCUMENT_COLUMNS,
    change_address,
    change_document,
    change_snils,
    give_enp,
    set_status,
)
from registry.insured.operations.people.insure import (
    MOVED,
    InsurerTold,
    PolicyTold,
    end_insurance,
    insure,
    insured_since,
    is_certificate,
)
from registry.insured.operations.people.ledger import ANNULLED, FOREIGN, INSURED, SUSPENDED, PeopleLedger, PersonState
from registry.insured.operations.people.register import register_person
from registry.insured.operations.people.undo import undo_act
from registry.insured.rules.insured_changes import NEEDS_POLICY, Step, Verdict, facts_of
from registry.insured.rules.timelines import Act, Row
from registry.insured.workflow import reached

if TYPE_CHECKING:
    from registry.insured.kinds.insured_change import InsuredChange

NAMES_OF_STEPS: Mapping[Step, str] = {
    Step.ISSUE: "registered",
    Step.ANNUL: "annulled",
    Step.EDIT: "changed",
    Step.POLICY: "policy",
    Step.MOVE: "insured",
    Step.REISSUE: "policy",
    Step.END: "ended",
}
KINDS_OF_APPLICATION = {Step.ISSUE: 1, Step.MOVE: 1, Step.POLICY: 2, Step.REISSUE: 2}
REGISTRATION, RESIDENCE = 1, 2
SUSPENSION, DEATH = "П025", "П022"
# without an insurer here: suspended, or insured elsewhere
ENDED_AS = {SUSPENSION: SUSPENDED, MOVED: FOREIGN}


def act_of(record: InsuredChange, step: Step, verdict: Verdict) -> Act:
    """The act a lawful statement becomes."""
    return Act(
        "suspended" if verdict.reason == SUSPENSION else NAMES_OF_STEPS[step],
        verdict.on,
        verdict.event,
        verdict.reason,
        record.number or "",
        record.operator or "",
        record.insurer or "",
    )


def register(ledger: PeopleLedger, record: InsuredChange, act: Act, enp: str) -> PersonState:
    """Add the stranger a statement brings in, with everything it says of them; contacts are proposed afterwards."""
    told = facts_of(record)
    person = register_person(ledger, told, act)
    if told.get("document_number"):
        paper = {column: told[name] for name, column in DOCUMENT_COLUMNS.items() if name in told}
        change_document(ledger, person, paper, act)
    if told.get("snils"):
        change_snils(ledger, person, told["snils"], act)
    number = record.enp or enp
    if number:
        give_enp(ledger, person, number, act)
    return person


def carry_out(ledger: PeopleLedger, person: PersonState, record: InsuredChange, step: Step, act: Act) -> list[Finding]:
    """Write what a statement changes of insurance, policies, addresses and status; names wait for the proposal."""
    if step is Step.ANNUL:
        return _annul(ledger, person, record, act)
    if step is Step.END and act.reason in ENDED_AS:
        _end(ledger, person, act)
        return []
    if step in NEEDS_POLICY:
        _insure(ledger, person, record, act, anew=step is Step.REISSUE)
        _apply_for(ledger, person, record, step, act)
    for kind, told in ((REGISTRATION, record.registration), (RESIDENCE, record.residence)):
        for address in told or ():
            values = {name: value for name, value in address.values.items() if name != "number"}
            if values:
                change_address(ledger, person, {**_bounded(values), "kind": kind}, act)
    return list(_death(ledger, person, record, act))


def _end(ledger: PeopleLedger, person: PersonState, act: Act) -> None:
    """End the insurer's own insurance; who is insured by another since is suspended or elsewhere until then only."""
    set_status(ledger, person, ENDED_AS[act.reason], act)
    end_insurance(ledger, person, act.on, act.reason, act, for_good=False)
    later = insured_since(person, act.on)
    if later is not None:
        set_status(ledger, person, INSURED, replace(act, name="insured", on=later.since))


def _bounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Address parts cut to what their columns hold; a long free text is no reason to refuse a person."""
    longest = {"postcode": 6, "okato": 11, "type": 1, "house_guid": 36, "text": 500, "subject": 60}
    small = dict.fromkeys(("house", "building", "flat"), 20)
    bounds = {**dict.fromkeys(("district", "settlement", "street"), 80), **longest, **small}
    return {name: value[: bounds[name]] if isinstance(value, str) else value for name, value in values.items()}


def _annul(ledger: PeopleLedger, person: PersonState, record: InsuredChange, act: Act) -> list[Finding]:
    """Take one act back by its number; without a number, or when it brought the person in, the record is annulled."""
    number = record.history_id
    if number is not None and not _brought_in_by(person, number):
        undone = undo_act(ledger, person, number, act)
        return (
            []
            if undone
            else [finding(F.HISTORY_WRONG, "после неё внесены другие изменения", field="history_id", value=number)]
        )
    later = insured_since(person, act.on)
    if later is not None and later.values["insurer_code"] != record.insurer:
        return [finding(F.INSURED_BY_OTHER)]
    end_insurance(ledger, person, act.on, act.reason, act)
    set_status(ledger, person, ANNULLED, act)
    return []


def _brought_in_by(person: PersonState, history_id: int) -> bool:
    """True when the act opened the record: nothing of the person was there before it."""
    line = person.line(NAMES)
    before = any(row.gone_by == history_id for row in line.past)
    return not before and all(row.history_id == history_id for row in line.rows)


def _death(ledger: PeopleLedger, person: PersonState, record: InsuredChange, act: Act) -> list[Finding]:
    """A death told by an insurer is announced: only an act of ЗАГС, or the fund, registers it (clause 5.1)."""
    if record.died_on is None or person.died_on == record.died_on:
        return []
    announced = Act(
        "death_announced", record.died_on, "П07", DEATH, act.record_number, act.operator, act.organisation_code
    )
    announce_death(ledger, person, announced)
    return [finding(F.DEATH_ANNOUNCED, f"{record.died_on:%d.%m.%Y}", field="died_on")]


def _insure(ledger: PeopleLedger, person: PersonState, record: InsuredChange, act: Act, *, anew: bool) -> None:
    letter = record.policy_type or ""
    certificate = is_certificate(letter)
    enp = person.enp or record.enp or ""
    number = record.policy_number or ("" if certificate else enp)
    policy = PolicyTold(
        letter,
        number,
        "" if certificate else record.policy_series or "",
        enp,
        record.policy_form or "",
        ends_on=record.policy_to,
        anew=anew,
    )
    insurer = InsurerTold(
        record.insurer or "",
        record.insurer_ogrn or "",
        record.insurance_okato or "",
        record.point or "",
        erp=bool(record.erp),
    )
    insure(ledger, person, policy, insurer, act)
    if person.status != INSURED and person.died_on is None:
        set_status(ledger, person, INSURED, act)


def _apply_for(ledger: PeopleLedger, person: PersonState, record: InsuredChange, step: Step, act: Act) -> None:
    """Keep the application behind a statement; one that acts later waits to be done."""
    if record.applied_on is None:
        return
    values = {
        "insurer_code": record.insurer or "",
        "point": (record.point or "")[:10],
        "method": record.application_method,
        "petition": bool(record.petition),
        "choice_reason": record.choice_reason,
        "issue_reason": record.issue_reason,
        "form": record.policy_form or "",
        "number": (record.order_number or "")[:20],
        "numbered_on": record.ordered_on,
        "kind": KINDS_OF_APPLICATION[step],
        "status": int(reached(acts_on_later=act.on > ledger.origin.today)),
    }
    line = person.line(APPLICATION)
    if not any(row.since == record.applied_on and row.values == values for row in line.rows):
        line.add(values, record.applied_on, act)
        ledger.note(person, act, APPLICATION.name)


def held_now(person: PersonState, on: date) -> dict[str, Any]:
    """What the registry holds of a person's insurance on a day, for the answer (REP/INSURANCE)."""
    row = person.line(INSURANCE).at(on) or person.line(INSURANCE).last
    told: dict[str, Any] = {"enp": person.enp}
    if row is None:
        return told
    told.update({name: row.values[name] for name in ("insurer_code", "insurer_ogrn", "okato", "point", "erp")})
    policy = policy_row(person, row)
    if policy is not None:
        told.update({f"policy_{name}": policy.values[name] for name in ("type", "series", "number")})
        told["policy_from"] = policy.since.isoformat()
        told["policy_to"] = policy.values["ends_on"].isoformat() if policy.values["ends_on"] else ""
    return told


def policy_row(person: PersonState, insurance: Row) -> Row | None:
    """The policy an insurance is by, as it stands now."""
    pointed = insurance.values["policy_id"]
    rows = person.line(POLICY).rows
    for row in rows:
        stored: Row | None = row
        while stored is not None:
            if stored is pointed or stored.id == pointed:
                return row
            stored = stored.replaces
    return person.line(POLICY).at(insurance.since)
