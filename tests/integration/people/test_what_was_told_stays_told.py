"""Whatever happens to people in whatever order, what the registry told at a moment is what it tells of that moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import COLUMNS, load_people
from registry.insured.matching.on_date import attached_on, insured_on
from registry.insured.matching.queries import load_candidates
from registry.insured.operations.attachment_rows import attachments_of, replace_rows
from registry.insured.operations.people import (
    Act,
    FactChange,
    Origin,
    PeopleLedger,
    PersonState,
    Told,
    change_facts,
    open_people,
)
from registry.insured.operations.people.aspects import ATTACHMENT, DOCUMENT, ENP, INSURANCE, STATUS
from registry.insured.operations.people.aspects import NAMES as NAMES_ASPECT
from registry.insured.operations.people.facts import set_status, status_on
from registry.insured.operations.people.insure import InsurerTold, PolicyTold, end_insurance, insure
from registry.insured.operations.people.undo import undo_act
from registry.insured.operations.people.writing import write_people
from registry.insured.queries import card, state_on
from registry.insured.rules.attachment import OPEN_DATE, REASON_OTHER_CLINIC, AttachmentState, decide_closing
from registry.insured.tables import Person, PersonHistory
from registry.insured.twins import (
    Actor,
    Refused,
    Separation,
    Split,
    join_people,
    separate_people,
    split_person,
    undo_split,
)
from registry.insured.twins.operations.row_copies import statements_of

LOADED = datetime(2026, 1, 10, 12, tzinfo=UTC)
ENPS = ("1467050868000018", "1467050868000026", "1467050868000034")
NAMES = ("ЛЕДНЁВА", "САХАРОВА", "ПИХТИНА")
LINE = {
    "first_name": "ЗОЯ",
    "patronymic": "АРКАДЬЕВНА",
    "birth_date": "1949-12-31",
    "sex": "2",
    "doc_type": "14",
    "doc_series": "14 99",
    "policy_type": "П",
    "insurer_code": "14001",
    "insured_from": "2012-03-01",
    "clinic_code": "140011",
    "attached_on": "2024-03-14",
    "attachment_method": "2",
}
# A failure is told as it was found: making it smaller takes longer than reading it.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SLOW = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
INSURERS, CLINICS = ("14001", "14002", "14003"), ("140011", "140012", "140013")
DAYS = st.dates(date(2010, 1, 1), date(2026, 3, 1))
SEEN_ON = (*(date(year, 6, 1) for year in range(2011, 2026, 2)), date(2026, 1, 9), date(2026, 1, 20), date(2026, 3, 2))
NOBODY = range(1_000_000, 1_000_100)  # a search of many reads what was known then, a single question what is known now
PEOPLE = st.integers(0, 2)


@dataclass
class Registry:
    """The people of one example, and when it is for them."""

    session: Session
    ids: list[int]
    now: datetime = LOADED
    links: list[int] = field(default_factory=list)
    splits: list[int] = field(default_factory=list)

    def open(self, one: int) -> tuple[PeopleLedger, PersonState]:
        ledger = open_people(self.session, [self.ids[one]], Origin(self.now, "СМО"))
        return ledger, ledger[self.ids[one]]

    @property
    def told(self) -> Told:
        return Told(self.now, "СМО")

    @property
    def actor(self) -> Actor:
        return Actor(by="operator", now=self.now, today=self.now.date(), comment="по заявлению", confirmed=True)


Step = Callable[[Registry], Any]


def renamed(one: int, on: date, name: str, correction: bool) -> Step:
    def step(registry: Registry) -> None:
        change = FactChange(registry.ids[one], {"surname": name}, on, correction=correction)
        change_facts(registry.session, [change], registry.told)

    return step


def documented(one: int, on: date, number: str) -> Step:
    values = {"document_type": 14, "document_series": "14 99", "document_number": number}
    return lambda registry: change_facts(registry.session, [FactChange(registry.ids[one], values, on)], registry.told)


def numbered(one: int, on: date, enp: str) -> Step:
    return lambda registry: change_facts(
        registry.session, [FactChange(registry.ids[one], {"enp": enp}, on)], registry.told
    )


def died(one: int, on: date | None) -> Step:
    day = on or date(2020, 1, 1)
    return lambda registry: change_facts(
        registry.session, [FactChange(registry.ids[one], {"died_on": on}, day)], registry.told
    )


def ledgered(one: int, act: Act, change: Callable[[PeopleLedger, PersonState, Act], Any]) -> Step:
    def step(registry: Registry) -> None:
        ledger, person = registry.open(one)
        change(ledger, person, act)
        write_people(ledger)

    return step


def insured(one: int, on: date, insurer: str, letter: str) -> Step:
    def change(ledger: PeopleLedger, person: PersonState, act: Act) -> None:
        number = "123456789" if letter == "В" else person.enp
        ends = on + timedelta(days=45) if letter == "В" else None
        insure(ledger, person, PolicyTold(letter, number, enp=person.enp, ends_on=ends), InsurerTold(insurer), act)

    return ledgered(one, Act("insured", on, "П03", "П031"), change)


def uninsured(one: int, on: date, reason: str) -> Step:
    return ledgered(
        one, Act("ended", on, "П02", reason), lambda ledger, person, act: end_insurance(ledger, person, on, reason, act)
    )


def suspended(one: int, on: date) -> Step:
    return ledgered(
        one, Act("suspended", on, "П02", "П025"), lambda ledger, person, act: set_status(ledger, person, 4, act)
    )


def attached(one: int, on: date, clinic: str) -> Step:
    def step(registry: Registry) -> None:
        person_id = registry.ids[one]
        history = attachments_of(registry.session, [person_id]).get(person_id, [])
        decision = decide_closing(history, on - timedelta(days=1), REASON_OTHER_CLINIC)
        new = AttachmentState(0, person_id, clinic, 1, "application", on, on, OPEN_DATE)
        rows = [(row, "1") for row in (*decision.closed, new)]
        replace_rows(registry.session, decision.retracted, rows, registry.told)

    return step


def undone(one: int, place: int, on: date) -> Step:
    def step(registry: Registry) -> None:
        ledger, person = registry.open(one)
        query = select(PersonHistory.id).where(PersonHistory.person_id == person.id, PersonHistory.act != "link")
        acts = list(registry.session.scalars(query.order_by(PersonHistory.id.desc())))
        if acts and undo_act(ledger, person, acts[place % len(acts)], Act("undone", on, "П17")):
            write_people(ledger)

    return step


def joined(main: int, second: int) -> Step:
    def step(registry: Registry) -> None:
        registry.links.append(
            join_people(registry.session, registry.ids[main], registry.ids[second], registry.actor).link.id
        )

    return step


def separated(place: int, copy_death: bool) -> Step:
    def step(registry: Registry) -> None:
        if registry.links:
            link = registry.links[place % len(registry.links)]
            separate_people(registry.session, link, registry.actor, Separation(copy_death=copy_death))

    return step


def split(one: int, places: Sequence[int], copy_death: bool) -> Step:
    def step(registry: Registry) -> None:
        found = statements_of(registry.session, registry.ids[one])
        names = tuple(sorted({found[place % len(found)].name for place in places}))
        wanted = Split(person_id=registry.ids[one], statements=names, copy_death=copy_death)
        done = split_person(registry.session, wanted, registry.actor)
        registry.splits.append(done.link.id)
        registry.ids.append(done.changes[0].facts["second_id"])

    return step


def unsplit(place: int) -> Step:
    def step(registry: Registry) -> None:
        if registry.splits:
            undo_split(registry.session, registry.splits[place % len(registry.splits)], registry.actor)

    return step


REASONS = st.sampled_from(("П021", "П025"))
STEPS = st.one_of(
    st.builds(renamed, PEOPLE, DAYS, st.sampled_from(NAMES), st.booleans()),
    st.builds(documented, PEOPLE, DAYS, st.sampled_from(("123456", "654321"))),
    st.builds(numbered, PEOPLE, DAYS, st.sampled_from(ENPS)),
    st.builds(died, PEOPLE, st.one_of(st.none(), DAYS)),
    st.builds(insured, PEOPLE, DAYS, st.sampled_from(INSURERS), st.sampled_from("ПЭВ")),
    st.builds(uninsured, PEOPLE, DAYS, REASONS),
    st.builds(suspended, PEOPLE, DAYS),
    st.builds(attached, PEOPLE, DAYS, st.sampled_from(CLINICS)),
    st.builds(undone, PEOPLE, st.integers(0, 5), DAYS),
    st.builds(joined, PEOPLE, PEOPLE),
    st.builds(separated, st.integers(0, 3), st.booleans()),
    st.builds(split, PEOPLE, st.lists(st.integers(0, 9), min_size=1, max_size=4), st.booleans()),
    st.builds(unsplit, st.integers(0, 3)),
)


def told_of(registry: Registry, moment: datetime, ids: Sequence[int]) -> dict[Any, Any]:
    """What the card and a search tell of these records, as known at a moment."""
    session = registry.session
    session.flush()
    session.expire_all()
    told: dict[Any, Any] = {}
    candidates = load_candidates(session, {*ids, *NOBODY}, moment)
    for one in ids:
        found, candidate = card(session, one), candidates.get(one)
        assert found is not None
        for day in SEEN_ON:
            state = state_on(found, day, moment)
            told[one, day] = (
                state.version and (state.version.surname, state.version.first_name),
                state.document and state.document.number,
                state.policy and (state.policy.type, state.policy.number, state.policy.stopped_on),
                state.insurance
                and (state.insurance.insurer_code, state.insurance.valid_from, state.insurance.valid_to),
                [(row.clinic_code, row.valid_from, row.valid_to) for row in state.attachments],
                (state.status, state.enp, state.died_on, state.dead),
            )
            if candidate is not None:
                there = attached_on(candidate.attachments, day)
                told[one, day, "search"] = (
                    candidate.id,
                    insured_on(candidate.insurance, day, "")[0],
                    there and (there.clinic_code, there.valid_from),
                )
    return told


@pytest.fixture
def people(sessions: sessionmaker[Session], tmp_path: Path) -> tuple[sessionmaker[Session], list[int]]:
    lines = [";".join(COLUMNS)]
    for number, (enp, name) in enumerate(zip(ENPS, NAMES, strict=True)):
        own = {**LINE, "person_key": str(number), "enp": enp, "policy_number": enp, "surname": name}
        own["doc_number"] = f"12345{number}"
        lines.append(";".join(own.get(column, "") for column in COLUMNS))
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with sessions.begin() as session:
        report = load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
        assert report.bad_lines == 0, report.problems
        ids = list(session.scalars(select(Person.id).order_by(Person.id)))
    return sessions, ids


def one_after_another(registry: Registry, steps: Sequence[Step]) -> list[tuple[datetime, list[int], dict[Any, Any]]]:
    """Do the steps, seven hours apart, and note what is told after each; a refused step changes nothing."""
    noted = [(registry.now, list(registry.ids), told_of(registry, registry.now, registry.ids))]
    for step in steps:
        registry.now += timedelta(hours=7)
        point = registry.session.begin_nested()
        try:
            step(registry)
        except Refused:
            point.rollback()
        else:
            registry.session.flush()
            point.commit()
        noted.append((registry.now, list(registry.ids), told_of(registry, registry.now, registry.ids)))
    return noted


@settings(phases=PHASES, max_examples=20, suppress_health_check=SLOW)
@given(st.lists(STEPS, min_size=1, max_size=9))
def test_what_was_told_at_a_moment_is_told_of_it_for_ever(
    people: tuple[sessionmaker[Session], list[int]], steps: list[Step]
) -> None:
    sessions, ids = people
    with sessions() as session:
        registry = Registry(session, list(ids))
        for moment, known, told in one_after_another(registry, steps):
            again = told_of(registry, moment, known)
            changed = [(moment, key, was, again.get(key)) for key, was in told.items() if again.get(key) != was]
            assert not changed[:1]
        session.rollback()


ACTS = st.one_of(
    st.builds(renamed, st.just(0), DAYS, st.sampled_from(NAMES), st.booleans()),
    st.builds(documented, st.just(0), DAYS, st.sampled_from(("123456", "654321"))),
    st.builds(numbered, st.just(0), DAYS, st.sampled_from(ENPS)),
    st.builds(died, st.just(0), st.one_of(st.none(), DAYS)),
    st.builds(insured, st.just(0), DAYS, st.sampled_from(INSURERS), st.sampled_from("ПЭВ")),
    st.builds(uninsured, st.just(0), DAYS, REASONS),
    st.builds(suspended, st.just(0), DAYS),
)


def state_of(registry: Registry) -> list[Any]:
    """What holds of the first person now, on every day looked at, and in the row of the person."""
    person = registry.session.get_one(Person, registry.ids[0], populate_existing=True)
    told = told_of(registry, registry.now, registry.ids[:1])
    return [told, person.enp, person.status, person.died_on]


@settings(phases=PHASES, max_examples=25, suppress_health_check=SLOW)
@given(st.lists(st.one_of(ACTS, st.none()), min_size=1, max_size=12))
def test_acts_are_undone_in_the_reverse_order_whatever_was_done_and_undone_before(
    people: tuple[sessionmaker[Session], list[int]], steps: list[Step | None]
) -> None:
    sessions, ids = people
    with sessions() as session:
        registry = Registry(session, list(ids))
        stack: list[tuple[int, list[Any]]] = []
        for step in (*steps, *[None] * len(steps)):
            registry.now += timedelta(hours=7)
            before = state_of(registry)
            if step is not None:
                last = session.scalar(select(func.max(PersonHistory.id))) or 0
                step(registry)
                stack += [(one, before) for one in session.scalars(written_after(last))]
            elif stack:
                number, state = stack.pop()
                ledger, person = registry.open(0)
                is_undone = undo_act(ledger, person, number, Act("undone", date(2026, 1, 1), "П17"))
                assert is_undone
                write_people(ledger)
                assert state_of(registry) == state
        session.rollback()


def written_after(number: int) -> Select[int]:
    return select(PersonHistory.id).where(PersonHistory.id > number).order_by(PersonHistory.id)


@settings(phases=PHASES, max_examples=25, suppress_health_check=SLOW)
@given(st.lists(st.one_of(ACTS, st.builds(undone, st.just(0), st.integers(0, 5), DAYS)), min_size=2, max_size=12))
def test_whatever_act_is_undone_no_day_has_two_rows_of_a_sort(
    people: tuple[sessionmaker[Session], list[int]], steps: list[Step]
) -> None:
    sessions, ids = people
    with sessions() as session:
        registry = Registry(session, list(ids))
        for step in steps:
            registry.now += timedelta(hours=7)
            step(registry)
            _, person = registry.open(0)
            for aspect in (NAMES_ASPECT, DOCUMENT, INSURANCE, ATTACHMENT, STATUS, ENP):
                for line in person.of(aspect):
                    assert not [one for one, later in pairwise(line.rows) if later.since <= one.until]
            assert person.status == status_on(person, registry.now.date())
            number = person.line(ENP).last
            assert number is None or person.enp == number.values["number"]
        session.rollback()
