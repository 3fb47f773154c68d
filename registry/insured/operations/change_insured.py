"""Applying an insurer's statements about people: strangers become people, the others change, all in one writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import BigInteger, select

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.normalisation import name_key
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.keys.forms import policy_number_key
from registry.insured.operations.insured_change_facts import act_of, carry_out, held_now, policy_row, register
from registry.insured.operations.people.aspects import INSURANCE
from registry.insured.operations.people.insure import is_certificate
from registry.insured.operations.people.ledger import Origin, PeopleLedger, PersonState, open_people
from registry.insured.operations.people.newborns import Representation, represent
from registry.insured.operations.people.register import free_enps
from registry.insured.operations.people.writing import write_people
from registry.insured.rules.insured_changes import (
    BRINGS_IN,
    CHOSEN_BY_WISH,
    Standing,
    Step,
    Terms,
    day_of,
    decide_change,
    facts_of,
    reason_told,
    step_of,
)
from registry.insured.rules.timelines import Act, Row
from registry.insured.tables import PersonHistory
from registry.reference.territories import okato_of_fund
from registry.store.probe import probe

if TYPE_CHECKING:
    from registry.insured.kinds.insured_change import InsuredChange

Identity = tuple[str, str, str, date | None]
RENAMING = ("surname", "first_name", "patronymic", "birth_date", "sex")
OTHER_RELATION = 3
EDITED = {True: ("П06", "П061"), False: ("П04", "П040")}


@dataclass(slots=True)
class _Done:
    """A statement that was carried out: its item, the person, the act it became, the operation."""

    item: Item
    person: PersonState
    act: Act
    step: Step


@dataclass(slots=True)
class _Changes:
    """One application: the people open for changes, the strangers among the records, and what the history knows."""

    work: Work
    ledger: PeopleLedger
    terms: Terms
    own_okato: str
    histories: Mapping[int, int]
    enps: dict[int, str]
    newcomers: dict[Identity, PersonState] = field(default_factory=dict)
    done: list[_Done] = field(default_factory=list)


def change_insured(work: Work) -> None:
    """Apply every statement in its order; a stranger brought in by one record is known to the next ones.

    Insurance, policies, addresses are written first; names, documents and contacts are proposed then, and wait in the
    buffer where the rules say so.
    """
    strangers = [item for item in work.items if _person_id(item) is None]
    brought = [item for item in strangers if step_of(_record(item)) in BRINGS_IN]
    known = {person_id for item in work.items if (person_id := _person_id(item)) is not None}
    origin = Origin(work.now, work.source, work.packet_id)
    ledger = open_people(work.session, known, origin, newcomers=len(brought), follow=True)
    state = _Changes(
        work, ledger, terms_of(work), okato_of_fund(work.fund_code), _histories(work), _numbers(work, brought)
    )
    for item in work.items:
        _change(state, item)
    by_number = {one.item.record.number: one.item for one in state.done}
    for change in write_people(ledger):
        by_number[change.record_number].changes.append(change)
    _propose(state)
    for one in state.done:
        _answer(state, one)


def _propose(state: _Changes) -> None:
    """Propose what the statements say of the people themselves; what may not apply at once waits for agreement."""
    work = state.work
    asked = [one for one in state.done if one.step not in (Step.ANNUL, Step.END)]
    codes = frozenset(_record(one.item).insurer or "" for one in asked)
    kind = "fund" if work.by_fund else "insurer"
    proposer = Proposer(kind, codes, work.sender_id, work.packet_id, work.source)
    proposals = [_proposal(one, work) for one in asked]
    answers = propose_changes(work.session, proposals, proposer, Circumstances(work.now, work.today))
    for one, answer in zip(asked, answers, strict=True):
        one.item.findings.extend(answer.findings)
        one.item.changes.extend(answer.changes)
        if one.step is Step.EDIT and not one.item.changes:
            one.item.findings.append(finding(F.NOTHING_TO_CHANGE))


def _proposal(one: _Done, work: Work) -> Proposal:
    record = _record(one.item)
    told = facts_of(record)
    since = record.changed_on or work.as_of
    if one.person.is_new:  # what the register was opened with is written already
        since = max(since, one.act.on)
    renamed = any(name in told and _differs(one.person, name, told[name]) for name in RENAMING)
    event, reason = (one.act.event, one.act.reason) if one.step is not Step.EDIT else EDITED[renamed]
    if one.step is Step.EDIT and reason_told(record):
        reason = one.act.reason
    return Proposal(
        one.person.id,
        told,
        since,
        record.number or "",
        event,
        reason=reason,
        operator=record.operator or "",
    )


def _differs(person: PersonState, name: str, told: Any) -> bool:
    names = person.names
    known = names.values.get(name) if names is not None else None
    return name_key(str(known or "")) != name_key(str(told or ""))


def _answer(state: _Changes, one: _Done) -> None:
    told = next((change for change in one.item.changes if "history_id" in change.facts), None)
    history_id = state.ledger.history_ids.get((one.person.id, one.act))
    one.item.answer["history_id"] = history_id or (told.facts["history_id"] if told else None)
    one.item.answer["insurance"] = held_now(one.person, one.act.on)


def terms_of(work: Work) -> Terms:
    """The settings of the region about changing an insurer."""
    month, _, day = str(work.options.get("insurer_until") or "").partition("-")
    until = (int(month), int(day)) if month.isdigit() and day.isdigit() else None
    return Terms(bool(work.options.get("insurer_once_a_year", True)), until)


def standing_of(person: PersonState, record: InsuredChange, on: date, own_okato: str) -> Standing:
    """How a person stands on a day, for the decision."""
    line = person.line(INSURANCE)
    held = line.at(on)
    if held is None:
        return Standing(chosen_in=_chosen(line.rows), died_on=person.died_on)
    policy = policy_row(person, held)
    okato = held.values["okato"]
    told = policy_number_key(record.policy_series or "", record.policy_number or "")
    return Standing(
        held.values["insurer_code"],
        is_here=not okato or not own_okato or okato == own_okato,
        has_certificate=policy is not None and is_certificate(policy.values["type"]),
        chosen_in=_chosen(line.rows),
        same_policy=policy is not None and told in ("", policy.values["number_key"]),
        died_on=person.died_on,
    )


def _chosen(rows: Sequence[Row]) -> frozenset[int]:
    """The years a person chose an insurer in by wish."""
    return frozenset(row.since.year for row in rows if row.values["begin_reason"] in CHOSEN_BY_WISH)


def _change(state: _Changes, item: Item) -> None:
    record = _record(item)
    step = step_of(record)
    person = _known(state, item, record)
    if step is None:  # the checks refuse such a record
        return
    if person is not None and person.is_new and step in BRINGS_IN:
        item.findings.append(finding(F.DUPLICATE_IN_PACKET, field="number"))
        return
    on = day_of(record, step, state.work.as_of)
    standing = standing_of(person, record, on, state.own_okato) if person is not None else None
    verdict = decide_change(record, step, standing, state.work.as_of, state.terms)
    item.findings.extend(verdict.findings)
    item.findings.extend(_history_findings(state, record, person))
    item.findings.extend(_unkept(record))
    if item.is_rejected:
        return
    act = act_of(record, step, verdict)
    if person is None:
        person = register(state.ledger, record, act, state.enps.get(id(item), ""))
        state.newcomers[_identity(record)] = person
    item.answer["person_id"] = person.id
    _represent(state, item, person, act)
    foreign = step is Step.EDIT and standing is not None and standing.insurer != record.insurer
    if not foreign:
        item.findings.extend(carry_out(state.ledger, person, record, step, act))
    if not item.is_rejected:
        state.done.append(_Done(item, person, act, step))


def _represent(state: _Changes, item: Item, person: PersonState, act: Act) -> None:
    """Keep who represents the person where the representative is known: a child is found by it later."""
    found, told = item.identification, _record(item).representatives
    mother = found.representative_id if found is not None else None
    if told and mother is not None and mother != person.id:
        represent(state.ledger, person, Representation(mother, told[0].relation or OTHER_RELATION), act)


def _known(state: _Changes, item: Item, record: InsuredChange) -> PersonState | None:
    person_id = _person_id(item)
    if person_id is not None:
        return state.ledger[person_id]
    for identity in (_identity(record), *(_identity(one, record) for one in record.former_people or ())):
        if identity in state.newcomers:
            return state.newcomers[identity]
    return None


def _identity(told: Any, otherwise: Any = None) -> Identity:
    names = (name_key(getattr(told, name) or "") for name in ("surname", "first_name", "patronymic"))
    born = told.birth_date or (otherwise.birth_date if otherwise is not None else None)
    return (*names, born)  # type: ignore[return-value]  # three names and a date


def _history_findings(state: _Changes, record: InsuredChange, person: PersonState | None) -> Sequence[Any]:
    if record.history_id is None or person is None:
        return ()
    if state.histories.get(record.history_id) == person.id:
        return ()
    return (finding(F.HISTORY_WRONG, "она не относится к лицу", field="history_id", value=record.history_id),)


def _unkept(record: InsuredChange) -> Sequence[Any]:
    """Pictures are not kept on purpose, and an insurer does not attach anybody."""
    told = [
        (record.pictures, "pictures", "фото и подпись"),
        (record.zones, "zones", "прикрепление меняет медицинская организация"),
    ]
    named = [(name, words) for values, name, words in told if any(one.values for one in values or ())]
    return [finding(F.TOLD_NOT_KEPT, words, field=name) for name, words in named]


def _numbers(work: Work, brought: Sequence[Item]) -> dict[int, str]:
    """A free ЕНП for every stranger that brings none of its own."""
    records = [(item, _record(item)) for item in brought]
    without = [(item, record) for item, record in records if not record.enp and record.sex and record.birth_date]
    own = [record.enp for _, record in records if record.enp]
    wanted = [(record.sex or 0, record.birth_date or date.min) for _, record in without]
    made = free_enps(work.session, wanted, work.fund_code, own)
    return {id(item): number for (item, _), number in zip(without, made, strict=True)}


def _histories(work: Work) -> dict[int, int]:
    """Whose the history rows are that the records name."""
    ids = {one for item in work.items if (one := _record(item).history_id) is not None}
    if not ids:
        return {}
    asked = probe(work.session, [("asked_id", BigInteger)], [(one,) for one in sorted(ids)])
    query = select(PersonHistory.id, PersonHistory.person_id).join(asked, asked.c.asked_id == PersonHistory.id)
    return {row.id: row.person_id for row in work.session.execute(query)}


def _person_id(item: Item) -> int | None:
    found = item.identification
    return found.person_id if found is not None else None


def _record(item: Item) -> InsuredChange:
    return cast("InsuredChange", item.record)
