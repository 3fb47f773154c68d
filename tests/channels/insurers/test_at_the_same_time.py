"""Two insurers, and the fund, about one person at one moment: whoever comes second sees what the first has done."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from registry.core.errors import Retryable
from registry.insured.tables import Insurance, Person, PersonHistory
from registry.insured.twins import Actor, join_people
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.channels.insurers.hub import NOW, PEOPLE, InsurersHub, codes, statement

ON = date(2026, 10, 20)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at once and give what each returned."""
    start, done = Barrier(len(acts)), [None] * len(acts)

    def act(place: int) -> None:
        start.wait()
        done[place] = acts[place]()

    threads = [Thread(target=act, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def test_of_two_insurers_that_take_one_person_over_by_wish_one_is_refused(both: InsurersHub) -> None:
    with both.sessions.begin() as session:
        vera = session.scalars(select(Person.id).where(Person.enp == PEOPLE["vera"].enp)).one()
        chosen = session.scalars(select(Insurance).where(Insurance.person_id == vera)).one()
        chosen.insurer_code = "63009"
    told = {"choice_reason": 2, "policy_from": ON, "applied_on": ON}
    files = {
        code: both.file(1, statement(PEOPLE["vera"], "1", "7", **told), insurer=code) for code in ("63001", "63002")
    }
    folders = {code: both.folder / code for code in files}
    for folder in folders.values():
        folder.mkdir()

    def send(code: str) -> str:
        hub = InsurersHub.__new__(InsurersHub)
        hub.__dict__.update(both.__dict__, folder=folders[code])
        reply = hub.send(files[code], sender=code)
        return codes(hub.answer(reply.packet_id))[0]

    answers = together(lambda: send("63001"), lambda: send("63002"))
    assert sorted(answers) == ["AA", "AR"]
    with both.sessions() as session:
        rows = session.scalars(
            select(Insurance).where(Insurance.person_id == vera, Insurance.retracted_at == OPEN_MOMENT)
        )
        last_days = sorted((row.valid_to, row.insurer_code) for row in rows)
        assert last_days == [(date(2026, 10, 19), "63009"), (OPEN_DATE, "63001" if answers[0] == "AA" else "63002")]
        acts = session.scalars(select(PersonHistory.organisation_code).where(PersonHistory.person_id == vera))
        assert list(acts) == [last_days[-1][1]]


def test_a_join_beside_a_file_leaves_nothing_at_the_joined_record(both: InsurersHub) -> None:
    with both.sessions() as session:
        main, second = (
            session.scalars(select(Person.id).where(Person.enp == PEOPLE[name].enp)).one() for name in ("anna", "vera")
        )
    told = {"choice_reason": 3, "policy_from": ON}
    file = both.file(1, statement(PEOPLE["vera"], "1", "7", **told))

    def join() -> str:
        actor = Actor(by="operator", now=NOW, today=NOW.date(), comment="по заявлению", confirmed=True)
        for _ in range(20):
            try:
                with both.sessions.begin() as session:
                    join_people(session, main, second, actor)
            except Retryable:
                continue
            return "joined"
        return "given up"

    def send() -> str:
        return codes(both.answer(both.send(file).packet_id))[0]

    outcome, answer = together(join, send)
    assert outcome == "joined"
    with both.sessions() as session:
        person = session.get_one(Person, second)
        assert (person.status, person.merged_into) == (2, main)
        rows = session.scalars(
            select(Insurance).where(Insurance.insurer_code == "63001", Insurance.retracted_at == OPEN_MOMENT)
        ).all()
        taken = [row.person_id for row in rows if row.valid_from == ON]
        assert taken in ([], [second]), answer
